//! The word lists of organisations: `data/organisation_words.txt`.

use crate::analyse::fold::fold;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a word does in or before the name of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// Stands before a name and says only what bears it: «ООО», «ИА», «ГК».
    Form,
    /// Names nobody though it is written like a name: «СМИ», «ДТП».
    Nobody,
    /// How an adjective begins that makes an agency, centre or club no source: «торговый центр».
    Public,
    /// How the word after «центр», «институт», «фонд» begins that serves the public: «Центр занятости».
    Service,
    /// How a word anywhere in a name begins that makes it one of weather, rescue or space: «гидрометеорологии».
    Anywhere,
    /// A network or messenger that papers have accounts in.
    Platform,
    /// A title written with a capital that names no person: «Президент».
    Title,
}

static WORDS: LazyLock<FxHashMap<String, Use>> = LazyLock::new(|| {
    lines()
        .filter_map(|[word, usage, _]| {
            let usage = match usage {
                "form" => Use::Form,
                "nobody" => Use::Nobody,
                "public" => Use::Public,
                "service" => Use::Service,
                "anywhere" => Use::Anywhere,
                "platform" => Use::Platform,
                "title" => Use::Title,
                _ => return None,
            };
            Some((if usage == Use::Title { fold(word) } else { word.to_owned() }, usage))
        })
        .collect()
});

static SERVICES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lines().filter(|[_, usage, _]| *usage == "service").map(|[stem, ..]| stem).collect());

static ANYWHERE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lines().filter(|[_, usage, _]| *usage == "anywhere").map(|[stem, ..]| stem).collect());

static PUBLIC: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| lines().filter(|[_, usage, _]| *usage == "public").map(|[stem, ..]| stem).collect());

fn lines() -> impl Iterator<Item = [&'static str; 3]> {
    include_str!("../../../../../data/organisation_words.txt").lines().filter(|line| !line.starts_with('#')).filter_map(
        |line| {
            let mut fields = line.split('|').map(str::trim);
            Some([fields.next()?, fields.next()?, fields.next()?])
        },
    )
}

/// Whether a word, as it is written, stands before names of organisations and is no part of them.
pub(in crate::extract) fn is_form(word: &str) -> bool {
    WORDS.get(word) == Some(&Use::Form)
}

/// Whether a word, as it is written, looks like a name and is none.
pub(in crate::extract) fn is_nobody(word: &str) -> bool {
    WORDS.get(word) == Some(&Use::Nobody)
}

/// Whether an adjective, in small letters, is one of bodies that serve the public: «торгового», «детский».
pub(in crate::extract) fn serves_the_public(adjective: &str) -> bool {
    PUBLIC.iter().any(|stem| adjective.starts_with(stem))
}

/// Whether a word, in small letters, after the head of a name makes it one that serves the public: «занятости».
pub(in crate::extract) fn is_public_service(word: &str) -> bool {
    SERVICES.iter().any(|stem| word.starts_with(stem))
}

/// Whether a word, in small letters, anywhere in a name makes it one that serves the public: «гидрометеорологии».
pub(in crate::extract) fn serves_anywhere(word: &str) -> bool {
    ANYWHERE.iter().any(|stem| word.starts_with(stem))
}

/// Whether a name, as it is written, is that of a network or messenger that papers have accounts in.
pub(in crate::extract) fn is_platform(name: &str) -> bool {
    WORDS.get(name) == Some(&Use::Platform)
}

/// The titles, folded, in the nominative.
pub(in crate::extract) fn titles() -> impl Iterator<Item = &'static str> {
    WORDS.iter().filter(|(_, usage)| **usage == Use::Title).map(|(word, _)| word.as_str())
}

#[cfg(test)]
mod tests {
    use super::{WORDS, lines};

    #[test]
    fn list_is_sorted_whole_and_reasoned() {
        let data = include_str!("../../../../../data/organisation_words.txt");
        let body: Vec<&str> = data.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(body.is_sorted());
        assert_eq!(lines().count(), body.len());
        assert_eq!(WORDS.len(), body.len(), "a word stands twice, or its use is unknown");
        assert!(
            lines().all(|[word, _, reason]| !word.is_empty() && reason.contains('«')),
            "a reason quotes what made it necessary"
        );
    }
}
