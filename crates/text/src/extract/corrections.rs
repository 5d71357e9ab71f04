//! The user's corrections of found names: split, merged, renamed, retyped or blocked.
//!
//! Works on a finished article and needs neither model nor dictionaries, so that a stored article can be corrected
//! again after the user has changed his mind: what was found is kept beside what is shown. Spans and evidence never
//! change.

use crate::{
    analyse::{Analysis, stem::Stemmer},
    names::{
        NameKind,
        gazetteer::{Corrections, Part, Split},
    },
};
use rustc_hash::FxHashSet;
use svodka_model::article::{Article, Entity, EntityKind, Findings};

/// Salience added per mention when two names of one entity are merged.
const MENTION: u16 = 40;

/// Corrects an article as it was found; earlier corrections are undone first.
pub fn correct(article: &mut Article, corrections: &Corrections) {
    undo(article);
    if corrections.is_empty() {
        return;
    }
    let found = Findings {
        outlet: article.outlet.clone(),
        entities: article.entities.clone(),
        cited: article.cited.clone(),
        candidates: article.candidates.clone(),
    };
    for split in &corrections.splits {
        apart(article, split);
    }
    for (names, into) in &corrections.merges {
        rename(article, names, into);
    }
    for (name, to) in &corrections.renames {
        rename(article, std::slice::from_ref(name), to);
    }
    for (name, kind) in &corrections.retypes {
        retype(article, name, *kind);
    }
    for (name, part) in &corrections.blocks {
        block(article, name, *part);
    }
    let changed = found.outlet != article.outlet
        || found.entities != article.entities
        || found.cited != article.cited
        || found.candidates != article.candidates;
    if changed {
        let by_salience =
            |a: &Entity, b: &Entity| b.salience.cmp(&a.salience).then_with(|| a.mentions.cmp(&b.mentions));
        article.entities.sort_by(by_salience);
        article.found = Some(Box::new(found));
    }
}

/// Brings an article back to what was found in it.
pub fn undo(article: &mut Article) {
    if let Some(found) = article.found.take() {
        let Findings { outlet, entities, cited, candidates } = *found;
        (article.outlet, article.entities) = (outlet, entities);
        (article.cited, article.candidates) = (cited, candidates);
    }
}

/// Gives the second of two things with one name its own.
fn apart(article: &mut Article, split: &Split) {
    let about = split.when.is_empty() || holds_any(article, &split.when);
    if !about {
        return;
    }
    if split.wordings.is_empty() {
        return rename(article, std::slice::from_ref(&split.name), &split.into);
    }
    let Some(entity) = article.entities.iter_mut().find(|entity| entity.name == split.name) else { return };
    let all = std::mem::take(&mut entity.mentions).into_iter().zip(std::mem::take(&mut entity.wordings));
    let (second, first): (Vec<_>, Vec<_>) = all.partition(|(_, wording)| split.wordings.contains(wording));
    (entity.mentions, entity.wordings) = first.into_iter().unzip();
    if second.is_empty() {
        return;
    }
    let mut other = Entity { name: split.into.clone(), ..entity.clone() };
    (other.mentions, other.wordings) = second.into_iter().unzip();
    article.entities.retain(|entity| !entity.mentions.is_empty());
    join(&mut article.entities, other);
}

/// Whether the article has one of the words, in any case form.
fn holds_any(article: &Article, words: &[String]) -> bool {
    let stemmer = Stemmer::default();
    let terms_of = |text: &str| {
        let mut terms: FxHashSet<String> = FxHashSet::default();
        let analysis = Analysis::new(text);
        for token in 0..analysis.tokens.len() {
            stemmer.each_term(analysis.word(token), false, &mut |term| {
                terms.insert(term.to_owned());
            });
        }
        terms
    };
    let (title, text) = (terms_of(&article.title), terms_of(&article.text));
    words.iter().any(|word| {
        let terms = terms_of(word);
        !terms.is_empty() && terms.iter().all(|term| title.contains(term) || text.contains(term))
    })
}

/// Renames everything called one of `names` to `to`.
fn rename(article: &mut Article, names: &[String], to: &str) {
    let renamed = |name: &mut String| {
        if names.contains(name) {
            to.clone_into(name);
        }
    };
    if let Some(outlet) = &mut article.outlet {
        renamed(&mut outlet.name);
    }
    for citation in article.cited.iter_mut().chain(&mut article.candidates) {
        renamed(&mut citation.name);
        citation.via.as_mut().map(renamed);
    }
    let (moved, mut kept): (Vec<_>, Vec<_>) =
        std::mem::take(&mut article.entities).into_iter().partition(|entity| names.contains(&entity.name));
    for entity in moved {
        join(&mut kept, Entity { name: to.to_owned(), ..entity });
    }
    article.entities = kept;
}

/// Adds an entity, or its mentions to the one that bears its name.
fn join(entities: &mut Vec<Entity>, other: Entity) {
    let Some(entity) = entities.iter_mut().find(|entity| entity.name == other.name) else {
        entities.push(other);
        return;
    };
    let (less, more) = (entity.salience.min(other.salience), entity.salience.max(other.salience));
    let mentions = u16::try_from(entity.mentions.len().min(other.mentions.len())).unwrap_or(u16::MAX);
    entity.salience = more.saturating_add(less.min(mentions.saturating_mul(MENTION))).min(1000);
    entity.roles.actor |= other.roles.actor;
    entity.roles.outlet |= other.roles.outlet;
    entity.roles.cited |= other.roles.cited;
    let own = std::mem::take(&mut entity.mentions).into_iter().zip(std::mem::take(&mut entity.wordings));
    let mut all: Vec<_> = own.chain(other.mentions.into_iter().zip(other.wordings)).collect();
    all.sort();
    (entity.mentions, entity.wordings) = all.into_iter().unzip();
}

/// Makes what is called `name` a thing of another kind; what is no source any more is not cited any more.
fn retype(article: &mut Article, name: &str, kind: NameKind) {
    for entity in article.entities.iter_mut().filter(|entity| entity.name == name) {
        entity.kind = kind.entity();
    }
    match kind.source() {
        Some(source) => {
            let all = article.cited.iter_mut().chain(&mut article.candidates);
            all.filter(|c| c.name == name).for_each(|c| c.kind = source);
        }
        None => uncite(article, name),
    }
    if kind.entity() != EntityKind::Organization && article.outlet.as_ref().is_some_and(|outlet| outlet.name == name) {
        article.outlet = None;
    }
}

fn block(article: &mut Article, name: &str, part: Part) {
    if matches!(part, Part::Any | Part::Cited) {
        uncite(article, name);
    }
    if matches!(part, Part::Any | Part::Outlet) && article.outlet.as_ref().is_some_and(|outlet| outlet.name == name) {
        article.outlet = None;
    }
    match part {
        Part::Any => article.entities.retain(|entity| entity.name != name),
        Part::Actor => article.entities.iter_mut().filter(|e| e.name == name).for_each(|e| e.roles.actor = false),
        Part::Outlet => article.entities.iter_mut().filter(|e| e.name == name).for_each(|e| e.roles.outlet = false),
        Part::Cited => {}
    }
}

fn uncite(article: &mut Article, name: &str) {
    article.cited.retain(|citation| citation.name != name);
    article.candidates.retain(|citation| citation.name != name);
    for citation in &mut article.cited {
        if citation.via.as_deref() == Some(name) {
            (citation.via, citation.via_rule) = (None, None);
        }
    }
    for entity in article.entities.iter_mut().filter(|entity| entity.name == name) {
        entity.roles.cited = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{correct, undo};
    use crate::{
        extract::{Extractor, Scratch},
        names::{Gazetteer, Lexicon},
    };
    use svodka_model::{article::Article, record::Record};

    const TEXT: &str = "Пётр Лютиков встретился в Минске с главой Белоруссии. Лютиков показал новую шайбу. \
                        По данным ISW, П. Ромашкин встречи не искал, но Пётр Ромашкин искал.";

    fn article() -> Article {
        let record = Record { text: TEXT.to_owned(), ..Record::default() };
        Extractor::new(Lexicon::bundled()).article(record, &mut Scratch::default())
    }

    fn corrected(gazetteer: &str) -> Article {
        let gazetteer = Gazetteer::parse("test", gazetteer, Lexicon::bundled()).unwrap();
        let mut corrected = article();
        correct(&mut corrected, &gazetteer.corrections);
        let mut back = corrected.clone();
        undo(&mut back);
        assert_eq!(back, article());
        corrected
    }

    fn names(article: &Article) -> Vec<&str> {
        let mut names: Vec<&str> = article.entities.iter().map(|entity| entity.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn renamed_and_merged() {
        let article = corrected("[[rename]]\nname = \"Белоруссия\"\nto = \"Беларусь\"");
        assert!(names(&article).contains(&"Беларусь") && !names(&article).contains(&"Белоруссия"));
        let article = corrected("[[merge]]\nnames = [\"Пётр Лютиков\", \"Пётр Ромашкин\"]\ninto = \"Пётр Лютиков\"");
        let one = article.entities.iter().find(|entity| entity.name == "Пётр Лютиков").unwrap();
        assert_eq!(one.mentions.len(), 4);
        assert!(one.mentions.is_sorted());
        assert!(!names(&article).contains(&"Пётр Ромашкин"));
    }

    #[test]
    fn split_by_words_and_by_wording() {
        let split = "[[split]]\nname = \"Пётр Лютиков\"\ninto = \"Пётр Лютиков (хоккеист)\"\n";
        assert!(names(&corrected(&format!("{split}when = [\"шайба\"]"))).contains(&"Пётр Лютиков (хоккеист)"));
        assert!(names(&corrected(&format!("{split}when = [\"клюшка\"]"))).contains(&"Пётр Лютиков"));
        let article = corrected(&format!("{split}wordings = [\"Лютиков\"]"));
        assert!(names(&article).contains(&"Пётр Лютиков") && names(&article).contains(&"Пётр Лютиков (хоккеист)"));
    }

    #[test]
    fn blocked_and_retyped() {
        assert!(!article().cited.is_empty());
        let article = corrected("[[block]]\nname = \"ISW\"");
        assert!(article.cited.is_empty() && !names(&article).contains(&"Институт изучения войны"));
        let article = corrected("[[block]]\nname = \"ISW\"\nas = \"cited\"");
        assert!(article.cited.is_empty() && names(&article).contains(&"Институт изучения войны"));
        let article = corrected("[[retype]]\nname = \"ISW\"\nkind = \"pollster\"");
        assert_eq!(article.cited[0].kind.name(), "pollster");
    }
}
