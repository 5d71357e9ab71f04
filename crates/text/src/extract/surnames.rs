//! Further mentions of the people of an article by their surnames alone, where the tagger sees none.
//!
//! Headlines begin with a surname more often than any other text, and the surnames that are also forms of common nouns
//! («Путин», «Песков») are those that the tagger misses there. Whoever is named in full in the article is meant by the
//! surname, too.

use super::document::{Document, Name};
use crate::{
    analyse::{
        Analysis,
        fold::fold,
        morph::{Case, Dictionary, Parse, Pos},
    },
    extract::persons::{PersonName, is_initial},
    names::NameKind,
};
use rustc_hash::FxHashMap;
use svodka_model::article::EntityKind;

/// Adds the mentions that the tagger missed to the names of the documents of one article.
pub(super) fn find(documents: &mut [&mut Document<'_>]) {
    let bearers = bearers(documents);
    if bearers.is_empty() {
        return;
    }
    for document in documents {
        let missed = missed(document, &bearers);
        if !missed.is_empty() {
            document.names.extend(missed);
            document.names.sort_by_key(|name| (name.span.start, std::cmp::Reverse(name.span.end)));
        }
    }
}

/// The folded surnames of the people who are named in full, each with the parts of the name but for the first name.
fn bearers(documents: &[&mut Document<'_>]) -> FxHashMap<Box<str>, PersonName> {
    let names = documents.iter().flat_map(|document| &document.names).filter(|name| name.confirmed);
    let full = names.filter_map(|name| name.person.as_ref()).filter(|person| {
        person.first.as_deref().is_some_and(|first| !is_initial(first)) && person.other_surnames.is_empty()
    });
    full.filter_map(|person| {
        let surname = person.surname.clone().filter(|surname| !surname.contains(' '))?;
        let alone = PersonName { surname: Some(surname.clone()), gender: person.gender, ..PersonName::default() };
        Some((surname, alone))
    })
    .collect()
}

fn missed(document: &Document<'_>, bearers: &FxHashMap<Box<str>, PersonName>) -> Vec<Name> {
    let analysis = &document.analysis;
    let mut covered = vec![false; analysis.tokens.len()];
    for name in document.names.iter().filter(|name| name.confirmed) {
        covered.get_mut(name.tokens.clone()).unwrap_or_default().fill(true);
    }
    let free = covered.iter().enumerate().filter(|(_, covered)| !**covered).map(|(at, _)| at);
    free.filter_map(|at| {
        let word = analysis.word(at);
        if !word.starts_with(char::is_uppercase) {
            return None;
        }
        let person = bearers.get(&*fold(word)).filter(|_| stands_alone(analysis, at))?;
        let tokens = at..at + 1;
        let span = analysis.tokens.get(at)?.range();
        let name = Name::new(NameKind::Entity(EntityKind::Person), word, tokens, span);
        Some(Name { person: Some(person.clone()), ..name })
    })
    .collect()
}

/// Whether a surname is no part of a longer name, and no common noun with a capital because a sentence begins.
fn stands_alone(analysis: &Analysis<'_>, at: usize) -> bool {
    let is_capitalised = |at: usize| analysis.word(at).starts_with(char::is_uppercase);
    let opens = analysis.opens_sentence(at);
    let follows_name = !opens && at.checked_sub(1).is_some_and(is_capitalised);
    !follows_name && !is_capitalised(at + 1) && (!opens || can_only_be_a_surname(analysis.word(at)))
}

/// Whether a word at the start of a sentence can be its subject only as a surname: as a common noun it stands in
/// another case than the nominative («путин» of путина).
fn can_only_be_a_surname(word: &str) -> bool {
    let is_other_case = |parse: &Parse| {
        parse.tag.is_name() || parse.tag.pos() == Pos::Noun && parse.tag.case() != Some(Case::Nominative)
    };
    Dictionary::bundled().parses(&fold(word)).iter().all(is_other_case)
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::{
        extract::{Document, Scratch},
        names::Lexicon,
    };
    use svodka_model::article::Part;

    /// The mentions that are added to a headline when the text below it names people in full.
    fn added(headline: &str, text: &str) -> Vec<String> {
        let (lexicon, mut scratch) = (Lexicon::bundled(), Scratch::default());
        let mut title = Document::new(Part::Title, headline, lexicon, &mut scratch);
        let mut body = Document::new(Part::Text, text, lexicon, &mut scratch);
        let before = title.names.clone();
        find(&mut [&mut title, &mut body]);
        title.names.into_iter().filter(|name| !before.contains(name)).map(|name| name.wording).collect()
    }

    #[test]
    fn surnames_are_found_where_the_person_is_named_in_full() {
        assert_eq!(added("Путин подписал указ", "Владимир Путин уехал."), ["Путин"]);
        assert_eq!(added("Песков прокомментировал слухи", "Дмитрий Песков ответил."), ["Песков"]);
    }

    #[test]
    fn others_are_not() {
        let none: [&str; 0] = [];
        // Nobody has this name, or the word is a common noun in the nominative.
        assert_eq!(added("Путин подписал указ", "Вера Лужина уехала."), none);
        assert_eq!(added("Мороз ударил ночью", "Иван Мороз рассказал о погоде."), none);
    }
}
