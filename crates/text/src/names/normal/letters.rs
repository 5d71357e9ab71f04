//! Writing a folded nominative with the letters of the text: capitals and ё are kept as far as the two agree.

use crate::analyse::fold::fold;

/// `nominative` written as `word` is: what they begin with alike comes from `word`, the rest is small, or large if
/// the whole word is.
pub(super) fn write_like(word: &str, nominative: &str) -> String {
    let folded = fold(word);
    if folded.chars().count() != word.chars().count() {
        // Stress marks and soft hyphens: the letters do not stand one to one.
        return capitalised(nominative);
    }
    let common = folded.chars().zip(nominative.chars()).take_while(|(a, b)| a == b).count();
    let shouted = word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase) && word.chars().nth(1).is_some();
    let rest = nominative.chars().skip(common);
    let mut out: String = word.chars().take(common).collect();
    if shouted {
        out.extend(rest.flat_map(char::to_uppercase));
    } else {
        out.extend(rest);
    }
    out
}

/// The word with its first letter, and those after hyphens, in capitals.
pub(super) fn capitalised(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut begins = true;
    for letter in word.chars() {
        if begins {
            out.extend(letter.to_uppercase())
        } else {
            out.push(letter)
        }
        begins = letter == '-';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::write_like;

    #[test]
    fn capitals_and_yo_are_kept() {
        assert_eq!(write_like("Королёвой", "королева"), "Королёва");
        assert_eq!(write_like("МакДональдом", "макдональд"), "МакДональд");
        assert_eq!(write_like("ПЕТРОВЫМ", "петров"), "ПЕТРОВ");
        assert_eq!(write_like("Львом", "лев"), "Лев");
    }
}
