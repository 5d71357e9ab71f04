//! The attribution rules, first answer wins.

use crate::{
    analyse::fold::fold,
    extract::{Document, Name},
};
use std::ops::Range;

/// What a rule says of a name.
pub(super) struct Claim {
    pub(super) rule: &'static str,
    pub(super) evidence: Range<usize>,
    /// Whether the name publishes this very article.
    pub(super) publishes: bool,
}

type Rule = fn(&Document<'_>, &Name) -> bool;

const RULES: [(&str, bool, Rule); 4] = [
    ("about_this", true, about_this),
    ("with_reference_to", false, with_reference_to),
    ("according_to", false, according_to),
    ("says", false, says),
];

/// The first rule that speaks for `name`.
pub(super) fn first_match(document: &Document<'_>, name: &Name) -> Option<Claim> {
    let (rule, publishes, _) = RULES.iter().find(|(_, _, rule)| rule(document, name))?;
    let sentence = document.analysis.sentences.get(document.analysis.sentence_of(name.tokens.start))?;
    Some(Claim { rule, evidence: sentence.range(), publishes: *publishes })
}

fn before(document: &Document<'_>, name: &Name, count: usize) -> Vec<String> {
    let first =
        document.analysis.sentences.get(document.analysis.sentence_of(name.tokens.start)).map_or(0, |s| s.tokens.start);
    let from = name.tokens.start.saturating_sub(count).max(first);
    (from..name.tokens.start).map(|t| fold(document.analysis.word(t)).into_owned()).collect()
}

fn is_saying(word: &str) -> bool {
    const STEMS: [&str; 12] = [
        "сообща",
        "сообщи",
        "пиш",
        "написал",
        "переда",
        "отмеча",
        "отмети",
        "счита",
        "полага",
        "заяв",
        "расска",
        "утвержда",
    ];
    STEMS.iter().any(|stem| word.starts_with(stem))
}

/// «Об этом сообщает X».
fn about_this(document: &Document<'_>, name: &Name) -> bool {
    let words = before(document, name, 6);
    words.iter().any(|w| w == "этом") && words.iter().any(|w| is_saying(w)) && !with_reference_to(document, name)
}

/// «со ссылкой на X», «ссылаясь на X».
fn with_reference_to(document: &Document<'_>, name: &Name) -> bool {
    let words = before(document, name, 5);
    words.windows(2).any(|w| matches!(w, [a, b] if (a.starts_with("ссылк") || a == "ссылаясь") && b == "на"))
}

/// «по данным X», «по оценке X», «согласно X».
fn according_to(document: &Document<'_>, name: &Name) -> bool {
    const NOUNS: [&str; 7] = ["данным", "оценке", "оценкам", "мнению", "версии", "информации", "сведениям"];
    let words = before(document, name, 5);
    words.windows(2).any(|w| matches!(w, [a, b] if a == "по" && NOUNS.contains(&b.as_str())))
}

/// «X сообщает», «пишет X», «в X отмечают».
fn says(document: &Document<'_>, name: &Name) -> bool {
    let after = (name.tokens.end..name.tokens.end + 3).map(|t| fold(document.analysis.word(t)));
    after.into_iter().any(|w| is_saying(&w)) || before(document, name, 3).iter().any(|w| is_saying(w))
}
