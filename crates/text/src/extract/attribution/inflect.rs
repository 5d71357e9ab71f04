//! Case and verb forms of the few hundred words that attribution knows.
//!
//! Generous on purpose: a form that no Russian writes does no harm, a form that is missing loses citations. Names are
//! never inflected here; the name matcher has its own way.

/// Endings of the noun declensions, by the ending that the nominative loses.
const NOUNS: [(&str, &[&str]); 10] = [
    ("ие", &["ие", "ия", "ию", "ием", "ии", "ий", "иям", "иями", "иях"]),
    ("ье", &["ье", "ья", "ью", "ьем", "ий", "ьям", "ьями", "ьях"]),
    ("ья", &["ья", "ьи", "ье", "ью", "ьей", "ей", "ьям", "ьями", "ьях"]),
    ("ия", &["ия", "ии", "ию", "ией", "ий", "иям", "иями", "иях"]),
    ("о", &["о", "а", "у", "ом", "е", "", "ам", "ами", "ах"]),
    ("а", &["а", "ы", "и", "е", "у", "ой", "ей", "", "ам", "ами", "ах"]),
    ("ь", &["ь", "я", "ю", "ем", "е", "и", "ей", "ям", "ями", "ях", "ью"]),
    ("й", &["й", "я", "ю", "ем", "е", "и", "ев", "ям", "ями", "ях"]),
    ("ец", &["ец", "ца", "цу", "цем", "це", "цы", "цев", "цам", "цами", "цах"]),
    ("", &["", "а", "у", "ом", "ем", "е", "ы", "и", "ов", "ей", "ам", "ами", "ах"]),
];

/// Endings of adjectives and full participles.
const ADJECTIVE: [&str; 24] = [
    "ый", "ий", "ой", "ей", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем",
    "ую", "юю", "ых", "их", "ыми", "ими",
];

/// All forms of a noun, or of an adjective that stands as one, given its nominative.
pub(super) fn noun(nominative: &str) -> Vec<String> {
    if nominative.chars().count() < 3 {
        return vec![nominative.to_owned()];
    }
    if let Some(stem) = adjective_stem(nominative) {
        return with(stem, &ADJECTIVE);
    }
    let class = NOUNS.iter().find_map(|(ending, forms)| Some((nominative.strip_suffix(ending)?, *forms)));
    class.map_or_else(|| vec![nominative.to_owned()], |(stem, forms)| with(stem, forms))
}

/// Present and past forms of a verb, given its infinitive; a participle or short adjective is declined. The infinitive
/// itself says nothing («обратиться в центр»).
pub(super) fn verb(infinitive: &str) -> Vec<String> {
    if let Some(stem) = adjective_stem(infinitive) {
        return with(stem, &ADJECTIVE);
    }
    let (active, reflexive) = infinitive.strip_suffix("ся").map_or((infinitive, false), |active| (active, true));
    let mut forms = active_forms(active);
    if reflexive {
        for form in &mut forms {
            let after_vowel = form.ends_with(['а', 'о', 'и', 'у', 'ю', 'е']);
            form.push_str(if after_vowel { "сь" } else { "ся" });
        }
    }
    forms
}

fn active_forms(infinitive: &str) -> Vec<String> {
    let Some(past) = infinitive.strip_suffix("ть") else {
        return vec![infinitive.to_owned()];
    };
    let mut forms = with(past, &["л", "ла", "ло", "ли", "в"]);
    let classes: [(&str, &[&str]); 6] = [
        ("ова", &["ует", "уют"]),
        ("ну", &["нет", "нут"]),
        ("а", &["ает", "ают", "ая"]),
        ("я", &["яет", "яют", "яя"]),
        ("и", &["ит", "ят", "ат", "я"]),
        ("е", &["еет", "еют", "ит", "ят"]),
    ];
    if let Some((stem, present)) = classes.iter().find_map(|(end, present)| Some((past.strip_suffix(end)?, *present))) {
        forms.extend(with(stem, present));
    }
    forms
}

fn adjective_stem(word: &str) -> Option<&str> {
    if word.ends_with("рий") {
        return None; // комментарий, сценарий
    }
    let stem = ["ый", "ий", "ой"].iter().find_map(|ending| word.strip_suffix(ending))?;
    (stem.chars().count() > 3).then_some(stem)
}

fn with(stem: &str, endings: &[&str]) -> Vec<String> {
    endings.iter().map(|ending| format!("{stem}{ending}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{noun, verb};

    #[test]
    fn verbs_by_infinitive() {
        let has =
            |infinitive: &str, form: &str| assert!(verb(infinitive).iter().any(|f| f == form), "{infinitive}: {form}");
        has("сообщать", "сообщают");
        has("сообщить", "сообщило");
        has("прогнозировать", "прогнозирует");
        has("подчеркнуть", "подчеркнула");
        has("ознакомиться", "ознакомилась");
        has("опубликованный", "опубликованном");
    }

    #[test]
    fn nouns_by_nominative() {
        let has =
            |nominative: &str, form: &str| assert!(noun(nominative).iter().any(|f| f == form), "{nominative}: {form}");
        has("аналитик", "аналитиками");
        has("издание", "изданию");
        has("газета", "газете");
        has("учёный", "учёных");
        has("представитель", "представители");
    }
}
