//! The words around a name, as far as they tell its case and gender.
//!
//! Looks at the word before and the word after, never further: farther words mislead more than they help.

use crate::{
    analyse::{
        Analysis, TokenKind,
        fold::fold,
        morph::{Case, Dictionary, Gender, Number, Pos, Tag},
    },
    names::{forms::is_case_form, normal::Context},
    word_classes::word_class,
};
use std::{ops::Range, sync::LazyLock};
use svodka_model::article::EntityKind;

use Case::{
    Accusative as Acc, Dative as Dat, Genitive as Gen, Instrumental as Ins, Nominative as Nom, Prepositional as Pre,
};

/// The cases that prepositions take.
const PREPOSITIONS: [(&str, &[Case]); 52] = [
    ("без", &[Gen]),
    ("близ", &[Gen]),
    ("благодаря", &[Dat]),
    ("в", &[Pre, Acc]),
    ("вместо", &[Gen]),
    ("вдоль", &[Gen]),
    ("вне", &[Gen]),
    ("внутри", &[Gen]),
    ("во", &[Pre, Acc]),
    ("возле", &[Gen]),
    ("восточнее", &[Gen]),
    ("вокруг", &[Gen]),
    ("вопреки", &[Dat]),
    ("для", &[Gen]),
    ("до", &[Gen]),
    ("за", &[Acc, Ins]),
    ("западнее", &[Gen]),
    ("из", &[Gen]),
    ("из-за", &[Gen]),
    ("из-под", &[Gen]),
    ("к", &[Dat]),
    ("ко", &[Dat]),
    ("кроме", &[Gen]),
    ("между", &[Ins]),
    ("мимо", &[Gen]),
    ("на", &[Pre, Acc]),
    ("над", &[Ins]),
    ("напротив", &[Gen]),
    ("насчет", &[Gen]),
    ("о", &[Pre]),
    ("об", &[Pre]),
    ("обо", &[Pre]),
    ("около", &[Gen]),
    ("от", &[Gen]),
    ("перед", &[Ins]),
    ("по", &[Dat]),
    ("под", &[Ins, Acc]),
    ("подле", &[Gen]),
    ("позади", &[Gen]),
    ("после", &[Gen]),
    ("при", &[Pre]),
    ("про", &[Acc]),
    ("против", &[Gen]),
    ("ради", &[Gen]),
    ("с", &[Ins, Gen]),
    ("севернее", &[Gen]),
    ("со", &[Ins, Gen]),
    ("согласно", &[Dat]),
    ("среди", &[Gen]),
    ("у", &[Gen]),
    ("южнее", &[Gen]),
    ("через", &[Acc]),
];

/// Cost of a case that a preposition excludes.
const EXCLUDED: f32 = 2.0;
/// Cost of a case that an attribute or a person's title does not stand in.
const DISAGREES: f32 = 0.8;
/// Cost of a case that a neighbouring verb makes unlikely.
const UNLIKELY: f32 = 0.5;
/// Cost of the other gender than that of a verb or of a woman's profession beside the name.
const OTHER_GENDER: f32 = 1.2;
/// Cost of an oblique case in quotes after a word like «компания».
const NAMED: f32 = 3.0;

/// What the neighbours of the name at `tokens` say.
pub(super) fn context(analysis: &Analysis<'_>, tokens: &Range<usize>, kind: EntityKind, quoted: bool) -> Context {
    let mut context = Context::default();
    let before =
        tokens.start.checked_sub(1 + usize::from(quoted)).filter(|at| same_sentence(analysis, *at, tokens.start));
    let governed = before.is_some_and(|at| judge_before(analysis, at, kind, quoted, &mut context));
    let after = tokens.end + usize::from(quoted);
    if !governed && same_sentence(analysis, tokens.start, after) {
        judge_after(analysis, after, &mut context);
    }
    context
}

fn same_sentence(analysis: &Analysis<'_>, a: usize, b: usize) -> bool {
    b < analysis.tokens.len() && analysis.sentence_of(a) == analysis.sentence_of(b)
}

/// Judges by the word before; true if the name depends on it.
fn judge_before(analysis: &Analysis<'_>, at: usize, kind: EntityKind, quoted: bool, context: &mut Context) -> bool {
    if analysis.tokens.get(at).is_none_or(|token| token.kind != TokenKind::Word) {
        return false;
    }
    let word = fold(analysis.word(at));
    if let Some((_, cases)) = PREPOSITIONS.iter().find(|(preposition, _)| *preposition == word) {
        context.restrict(cases, EXCLUDED);
        return true;
    }
    if analysis.word(at).starts_with(char::is_uppercase) && !analysis.opens_sentence(at) {
        return false;
    }
    let tags: Vec<Tag> = Dictionary::bundled().parses(&word).iter().map(|parse| parse.tag).collect();
    let cases = |wanted: &dyn Fn(Tag) -> bool| -> Vec<Case> {
        tags.iter().filter(|tag| wanted(**tag)).filter_map(|tag| tag.case()).collect()
    };
    let attribute = cases(&|tag| matches!(tag.pos(), Pos::Adjective | Pos::Participle));
    let noun = cases(&|tag| tag.pos() == Pos::Noun);
    if !noun.is_empty() {
        judge_after_noun(&word, &tags, noun, kind, quoted, context);
        return true;
    }
    if !attribute.is_empty() {
        context.restrict(&attribute, DISAGREES);
        return true;
    }
    if tags.iter().any(|tag| tag.pos() == Pos::Verb) && SAYING.iter().any(|stem| word.starts_with(stem)) {
        // «заявил Петров»
        context.restrict(&[Nom], DISAGREES);
        prefer_gender(&tags, context);
    }
    false
}

/// Beginnings of verbs whose subject usually follows.
static SAYING: LazyLock<&[&str]> = LazyLock::new(|| word_class("saying_stem"));

/// Whether a word is what a woman is by trade or calling; a word for her relation to another person is not, for that
/// person's name follows it.
fn is_profession_of_woman(word: &str, tags: &[Tag]) -> bool {
    let Some(first) = tags.first() else { return false };
    let woman = first.pos() == Pos::Noun
        && first.animate() == Some(true)
        && first.gender() == Some(Gender::Feminine)
        && first.number() == Some(Number::Singular);
    woman && !RELATIONS.iter().any(|relation| is_case_form(relation, word))
}

/// Words for women that another person's name follows in the genitive.
static RELATIONS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = include_str!("../../../../data/relations.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.split('|').next()?.trim())).collect()
});

fn judge_after_noun(
    word: &str,
    tags: &[Tag],
    mut cases: Vec<Case>,
    kind: EntityKind,
    quoted: bool,
    context: &mut Context,
) {
    if quoted {
        // «компании „Вектор“»
        context.restrict(&[Nom], NAMED);
        return;
    }
    let person = tags.iter().any(|tag| tag.pos() == Pos::Noun && tag.animate() == Some(true));
    if kind == EntityKind::Person && person {
        // «балерина Ульяна Лопаткина», but «жена Петра Лопаткина»
        let woman = is_profession_of_woman(word, tags);
        if woman {
            context.prefer_gender(Gender::Feminine, OTHER_GENDER);
        }
        // «президенту Петрову», but also «помощник Петрова»
        if !woman && !cases.contains(&Gen) {
            cases.push(Gen);
        }
        context.restrict(&cases, DISAGREES);
    } else {
        context.restrict(&[Gen], UNLIKELY);
    }
}

fn judge_after(analysis: &Analysis<'_>, at: usize, context: &mut Context) {
    let word = fold(analysis.word(at));
    if analysis.word(at).starts_with(char::is_uppercase) {
        return;
    }
    let tags: Vec<Tag> = Dictionary::bundled().parses(&word).iter().map(|parse| parse.tag).collect();
    if tags.first().is_some_and(|tag| tag.pos() == Pos::Verb && tag.number() != Some(Number::Plural)) {
        // «Петрова заявила», but «Петрова встретили»
        context.restrict(&[Nom], UNLIKELY);
        prefer_gender(&tags, context);
    }
}

fn prefer_gender(tags: &[Tag], context: &mut Context) {
    let past = tags.iter().find(|tag| tag.pos() == Pos::Verb && tag.number() == Some(Number::Singular));
    if let Some(gender) = past.and_then(|tag| tag.gender()).filter(|gender| *gender != Gender::Neuter) {
        context.prefer_gender(gender, OTHER_GENDER);
    }
}
