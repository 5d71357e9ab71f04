//! Where the name of an institute ends that is told by its head noun: «Институт водных проблем РАН», «Центр холодной
//! войны при Карловом университете», «Университет Нового Южного Уэльса».
//!
//! After the head stand genitives, and what hangs on them: «по борьбе с…», «при…», «имени…», a name in quotes, and the
//! acronym of the body above it. The case is asked of the morphological dictionary.

use crate::{
    analyse::{
        Analysis,
        fold::fold,
        morph::{Case, Dictionary, Pos, Tag},
    },
    names::is_quote,
};
use std::ops::Range;

/// Longest name, in tokens.
const LONGEST: usize = 16;

/// Longest name in quotes inside, in tokens.
const LONGEST_QUOTED: usize = 6;

/// Reads the tokens after a head noun.
pub(super) struct Tail<'a, 't> {
    pub(super) analysis: &'a Analysis<'t>,
    /// The end of the sentence.
    pub(super) limit: usize,
}

impl Tail<'_, '_> {
    /// Where the name ends whose head is right before `start`; `stops` tells tokens that belong to another name.
    pub(super) fn end(&self, start: usize, stops: impl Fn(usize) -> bool) -> usize {
        let limit = self.limit.min(start + LONGEST);
        let mut end = start;
        while end < limit && !stops(end) {
            let next = self.step(end, start, limit);
            if next == end || next > limit || (end..next).any(&stops) {
                break;
            }
            end = next;
        }
        end
    }

    /// Where the piece of a name that starts at `at` ends; `at` itself if none does.
    fn step(&self, at: usize, start: usize, limit: usize) -> usize {
        let word = self.word(at);
        match word {
            "имени" | "им" => self.honoured(at),
            "при" => self.governed(at, limit, Case::Prepositional),
            "по" if at > start || self.is(at + 1, Case::Dative) => self.governed(at, limit, Case::Dative),
            "с" | "со" if self.takes_with(at.wrapping_sub(1)) => self.governed(at, limit, Case::Instrumental),
            "в" if matches!(self.word(at + 1), "области" | "сфере") => at + 2,
            "в" if at == start && self.is_seat(at) => self.governed(at, limit, Case::Prepositional),
            _ if self.is(at, Case::Dative) && fold(self.word(at.wrapping_sub(1))).starts_with("содействи") => {
                at + 1
            }
            "и" if at > start && self.is(at + 1, Case::Genitive) => at + 2,
            "и" if at > start && self.is(at + 1, Case::Dative) && (start..at).any(|i| self.word(i) == "по") => {
                at + 2
            }
            "," if at > start && self.is(at + 1, Case::Genitive) && self.is_list(at) => at + 2,
            _ if is_quote(word) => self.quoted(at).unwrap_or(at),
            _ if is_acronym(word) || self.is(at, Case::Genitive) => at + 1,
            // «управления обороной», «управления сетью связи»
            _ if self.is(at, Case::Instrumental) && fold(self.word(at.wrapping_sub(1))).starts_with("управлени") => {
                at + 1
            }
            _ if at > start && is_latin_name(word) => at + 1,
            _ => at,
        }
    }

    /// «Университет в Риверсайде»: only a capitalised place tells which university it is.
    fn is_seat(&self, at: usize) -> bool {
        let head = fold(self.word(at.wrapping_sub(1)));
        head.starts_with("университет") && self.word(at + 1).starts_with(char::is_uppercase)
    }

    fn word(&self, at: usize) -> &str {
        self.analysis.word(at)
    }

    /// Whether a word can stand in a case as a noun or an attribute; of a name the dictionary lacks, by its ending.
    fn is(&self, at: usize, case: Case) -> bool {
        let word = self.word(at);
        if word.chars().nth(2).is_none() || !word.chars().all(|c| is_cyrillic(c) || c == '-') {
            return false;
        }
        let folded = fold(word);
        let last = folded.rsplit('-').next().unwrap_or(&folded);
        let parses = Dictionary::bundled().parses(last);
        let declined = |tag: Tag| matches!(tag.pos(), Pos::Noun | Pos::Adjective | Pos::Participle);
        if parses.is_empty() {
            let endings: &[&str] = match case {
                Case::Genitive => &["а", "я", "ы", "и", "ов", "ев", "ей", "ого", "его", "ой", "ых", "их"],
                Case::Dative => &["у", "ю", "е", "и", "ому", "ему", "ой", "ей", "ам", "ям", "ым", "им"],
                _ => &["е", "и", "ом", "ем", "ой", "ей", "ах", "ях", "ых", "их", "ым", "им"],
            };
            // A small-cased word that no dictionary holds («вейпинга») must be long, for its ending to mean anything.
            let long = word.chars().nth(5).is_some();
            return (long || word.starts_with(char::is_uppercase))
                && endings.iter().any(|ending| folded.ends_with(ending));
        }
        let first = parses.first().map(|parse| parse.tag);
        let verb = first.is_some_and(|tag| !declined(tag));
        // «Национальный совет такси»: a word without cases stands in any.
        let fits = |tag: Tag| tag.case() == Some(case) || tag.is_any(Tag::FIXED) && tag.pos() == Pos::Noun;
        !verb && parses.iter().any(|parse| declined(parse.tag) && fits(parse.tag))
    }

    /// A preposition with the phrase that it governs: attributes and one noun.
    fn governed(&self, at: usize, limit: usize, case: Case) -> usize {
        let mut end = at + 1;
        while end < limit && end < at + 5 && (self.is(end, case) || is_acronym(self.word(end))) {
            end += 1;
            // «при Карловом университете»: an attribute that the dictionary lacks is followed by its noun.
            let attribute = self.is_unknown(end - 1) && end < limit && self.is(end, case);
            if self.is_noun(end - 1) && !attribute || is_acronym(self.word(end - 1)) {
                return end;
            }
        }
        at
    }

    fn is_unknown(&self, at: usize) -> bool {
        Dictionary::bundled().parses(&fold(self.word(at))).is_empty()
    }

    fn is_noun(&self, at: usize) -> bool {
        let folded = fold(self.word(at));
        let last = folded.rsplit('-').next().unwrap_or(&folded);
        let parses = Dictionary::bundled().parses(last);
        parses.is_empty() || parses.first().is_some_and(|parse| parse.tag.pos() == Pos::Noun)
    }

    /// Whether a noun takes «с»: «по борьбе с», «по связям с».
    fn takes_with(&self, at: usize) -> bool {
        let noun = fold(self.word(at));
        ["борьб", "связ", "работ", "сотрудничеств"].iter().any(|stem| noun.starts_with(stem))
    }

    /// Whether a comma is one of a list that «и» closes: «глобализации, экономики и права».
    fn is_list(&self, comma: usize) -> bool {
        (comma + 2..comma + 8)
            .take_while(|at| {
                *at < self.limit && (self.word(*at) == "," || self.word(*at) == "и" || self.is(*at, Case::Genitive))
            })
            .any(|at| self.word(at) == "и")
    }

    /// Where a name in quotes that opens at `at` is closed.
    fn quoted(&self, at: usize) -> Option<usize> {
        let opens = matches!(self.word(at), "«" | "„" | "“" | "\"");
        if !opens || !self.word(at + 1).starts_with(|c: char| c.is_uppercase() || c.is_numeric()) {
            return None;
        }
        let close = (at + 2..self.limit.min(at + 2 + LONGEST_QUOTED)).find(|end| is_quote(self.word(*end)))?;
        Some(close + 1)
    }

    /// Where «имени А. С. Пушкина» ends.
    fn honoured(&self, at: usize) -> usize {
        let fits = |i: usize| self.word(i) == "." || self.word(i).starts_with(char::is_uppercase);
        let mut end = at + 1;
        while end < self.limit.min(at + 7) && fits(end) {
            let surname = self.word(end).chars().filter(|c| c.is_alphabetic()).count() > 3;
            end += 1;
            if surname {
                break;
            }
        }
        if end > at + 1 { end } else { at }
    }
}

/// A head noun with the adjectives before it that belong to the name: «Сингапурский университет», but of a sentence's
/// own words only those that have a capital.
pub(super) fn with_adjectives(analysis: &Analysis<'_>, head: usize, first: usize) -> Range<usize> {
    let mut start = head;
    while start > first && head - start < 4 && is_adjective(analysis, start - 1) {
        start -= 1;
    }
    // The name starts at the first capital: «российский Центр …» is «Центр …».
    while start < head && !analysis.word(start).starts_with(char::is_uppercase) {
        start += 1;
    }
    start..head + 1
}

fn is_adjective(analysis: &Analysis<'_>, at: usize) -> bool {
    let folded = fold(analysis.word(at));
    let last = folded.rsplit('-').next().unwrap_or(&folded);
    let parses = Dictionary::bundled().parses(last);
    match parses.first() {
        Some(parse) => parse.tag.pos() == Pos::Adjective,
        None => ["ский", "ского", "скому", "ским", "ском", "ская", "ской", "скую"].iter().any(|e| last.ends_with(e)),
    }
}

/// An acronym of two to six letters, or one with small letters inside («УрО», «СПбГУ»).
pub(super) fn is_acronym(word: &str) -> bool {
    let letters = word.chars().count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    (2..=7).contains(&letters)
        && word.starts_with(char::is_uppercase)
        && word.ends_with(char::is_uppercase)
        && capitals >= 2
        && word.chars().all(is_cyrillic)
}

/// A name in Latin letters that ends one in Russian: «Институт экспертизы INEX».
fn is_latin_name(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.starts_with(|c: char| c.is_ascii_uppercase()) && word.is_ascii()
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё')
}

#[cfg(test)]
mod tests {
    use super::{Tail, with_adjectives};
    use crate::analyse::Analysis;

    /// A text with its name between bars; the head is the first small-cased match of a head noun.
    #[test]
    fn names_end_where_they_end() {
        for marked in [
            "|Институт водных проблем РАН| оценил сток",
            "|Институт органического синтеза УрО РАН| получил грант",
            "|Центр холодной войны при Карловом университете| закрыт",
            "|Университет Нового Южного Уэльса| сообщил",
            "|Институт русского языка имени А. С. Пушкина| проведёт олимпиаду",
            "|Институт Востока Чикагского университета| раскопал город",
            "|Центр по борьбе с отмыванием денег| отчитался",
            "|Центр глобализации, экономики и права| открыт",
            "|Университет Альберты| провёл опыт",
            "|Институт аграрных исследований ВШЭ| считает",
            "|Институт Европы РАН|, добавил он",
            "|Пермский центр по гидрометеорологии и мониторингу окружающей среды| обещает снег",
            "|Центр информации УПЦ| со ссылкой на полицию",
            "|Институт экспертизы INEX| подсчитал",
            "|Центр вейпинга| против запрета",
            "|Калифорнийский университет в Риверсайде| подсчитал",
            "|Центр содействия науке| открыт",
            "|Национальный центр управления обороной России| сообщил",
            "|Нанкинский институт геологии и палеонтологии| описал вид",
        ] {
            let text = marked.replace('|', "");
            let analysis = Analysis::new(&text);
            let end_of = marked.rfind('|').unwrap() - 1;
            let head = (0..analysis.tokens.len())
                .find(|at| ["институт", "центр", "университет"].contains(&analysis.word(*at).to_lowercase().as_str()))
                .unwrap();
            let tail = Tail { analysis: &analysis, limit: analysis.tokens.len() };
            let end = tail.end(head + 1, |_| false);
            let name = with_adjectives(&analysis, head, 0).start..end;
            let bytes = analysis.tokens[name.start].start as usize..analysis.tokens[name.end - 1].end as usize;
            assert_eq!(text.get(bytes), text.get(..end_of), "{marked}");
        }
    }
}
