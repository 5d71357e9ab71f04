//! Which names stand in a text: what the dictionaries match and what the tagger marks, brought together.
//!
//! The tagger knows contexts, the dictionaries know things. A span of the tagger's stands unless a dictionary name says
//! more; a dictionary name outside all spans stands if it can mean nothing else. Dictionary names that remain in
//! doubt are kept, unconfirmed, for attribution, which knows other signs.

use super::{organisations::lists, spans::without_descriptor};
use crate::{
    analyse::{
        Analysis,
        fold::fold,
        morph::{Dictionary, Number, Pos, Tag},
    },
    names::{
        Entry, EntryId, Lexicon, NameKind, NameMatch, Strength, first_names::is_first_name, forms::is_case_form,
        is_quote,
    },
    ner::TaggedKind,
};
use std::ops::Range;
use svodka_model::article::EntityKind;

/// A name before it is brought to the nominative.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FoundName {
    pub(super) kind: NameKind,
    /// The dictionary entry.
    pub(super) entry: Option<EntryId>,
    /// The entry's alias that the words are a form of.
    pub(super) alias: Option<usize>,
    pub(super) tokens: Range<usize>,
    pub(super) span: Range<usize>,
    pub(super) quoted: bool,
    pub(super) nested: bool,
    pub(super) strength: Strength,
    /// Whether it surely names something.
    pub(super) confirmed: bool,
}

/// The kind of a tagger's span.
pub(super) fn entity_kind(kind: TaggedKind) -> EntityKind {
    match kind {
        TaggedKind::Person => EntityKind::Person,
        TaggedKind::Place => EntityKind::Place,
        TaggedKind::Organization => EntityKind::Organization,
    }
}

/// A span of the tagger's with what the dictionaries say of it.
struct TaggedSpan {
    tokens: Range<usize>,
    kind: TaggedKind,
    /// A dictionary name stands in its place.
    replaced: bool,
    /// The entry that tells who is meant.
    explained_by: Option<(EntryId, NameKind)>,
    /// The dictionaries have some name in it that is no ordinary word.
    in_dictionary: bool,
}

/// All names of a text, in order, longer ones first.
pub(super) fn reconcile(
    analysis: &Analysis<'_>,
    matches: Vec<NameMatch>,
    tagged: &[(Range<usize>, TaggedKind)],
    lexicon: &Lexicon,
) -> Vec<FoundName> {
    let mut found: Vec<FoundName> = Vec::new();
    let tagged_span = |(tokens, kind): &(Range<usize>, TaggedKind)| TaggedSpan {
        tokens: tokens.clone(),
        kind: *kind,
        replaced: false,
        explained_by: None,
        in_dictionary: false,
    };
    let mut spans: Vec<TaggedSpan> = tagged.iter().map(tagged_span).collect();
    for known in matches {
        let Some(entry) = lexicon.entry(known.entry) else { continue };
        let first = spans.partition_point(|span| span.tokens.end <= known.tokens.start);
        let count = spans.iter().skip(first).take_while(|span| span.tokens.start < known.tokens.end).count();
        let overlapping = spans.get_mut(first..first + count).unwrap_or_default();
        let verdict = judge(analysis, &known, entry, tagged.get(first..first + count).unwrap_or_default());
        for span in overlapping.iter_mut() {
            span.in_dictionary |= known.strength != Strength::Ambiguous;
            span.replaced |= verdict == SpanVerdict::Replaces;
        }
        if verdict == SpanVerdict::Explains {
            if let Some(span) = overlapping.first_mut() {
                span.explained_by = Some((known.entry, entry.kind));
            }
            continue;
        }
        let (tokens, span) = own_words(analysis, &known, entry.kind);
        let nested = known.nested || verdict == SpanVerdict::Inside;
        found.push(FoundName {
            kind: entry.kind,
            entry: Some(known.entry),
            alias: if tokens == known.tokens { Some(known.alias) } else { None },
            tokens,
            span,
            quoted: known.quoted,
            nested,
            strength: known.strength,
            confirmed: verdict != SpanVerdict::Doubtful,
        });
    }
    let stands = |span: &&TaggedSpan| {
        !span.replaced && (span.in_dictionary || !is_common_noun(analysis, &span.tokens, span.kind))
    };
    found.extend(spans.iter().filter(stands).filter_map(|span| from_tagger(analysis, span)));
    found.sort_by_key(|f| (f.span.start, std::cmp::Reverse(f.span.end), f.nested));
    found
}

/// What becomes of a dictionary name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SpanVerdict {
    /// It stands, in place of the tagger's spans that it touches.
    Replaces,
    /// It tells who is meant by the tagger's first span, which keeps its bounds («Госдума» before «России»).
    Explains,
    /// It stands inside a longer name.
    Inside,
    /// It may mean something else.
    Doubtful,
}

fn judge(
    analysis: &Analysis<'_>,
    known: &NameMatch,
    entry: &Entry,
    spans: &[(Range<usize>, TaggedKind)],
) -> SpanVerdict {
    let kind = entry.kind;
    let entity = kind.entity();
    let country = entry.subtype.as_deref() == Some("country");
    let inside = spans
        .iter()
        .any(|(span, _)| span.start <= known.tokens.start && known.tokens.end <= span.end && *span != known.tokens);
    if known.nested || inside {
        // «Министерство обороны РФ» speaks of Russia; «Голос Америки» and «Нью-Йорк» speak of themselves only.
        let country = country && known.strength == Strength::Strong && !is_quote_inside(analysis, spans);
        let in_organization = spans.iter().all(|(_, tag)| *tag == TaggedKind::Organization);
        return if country && in_organization { SpanVerdict::Inside } else { SpanVerdict::Doubtful };
    }
    if !spans.is_empty() && cuts_token(analysis, known) {
        return SpanVerdict::Doubtful;
    }
    let small = !analysis.word(known.tokens.start).starts_with(char::is_uppercase);
    if small && !kind_is_tagged(entity, spans) {
        return SpanVerdict::Doubtful;
    }
    match spans {
        [] if known.strength != Strength::Ambiguous && means_nothing_else(analysis, known) => SpanVerdict::Replaces,
        [] => SpanVerdict::Doubtful,
        [(span, tag)] if *span == known.tokens => {
            let sure = says_more(analysis, known) || means_only(analysis, known, *tag, entry);
            if entity_kind(*tag) == entity || known.strength == Strength::Strong && sure {
                SpanVerdict::Replaces
            } else {
                SpanVerdict::Doubtful
            }
        }
        spans => {
            let begins = spans.first().is_some_and(|(span, tag)| {
                *tag == TaggedKind::Organization && span.start == known.tokens.start && kind.source().is_none()
            });
            let places = spans.iter().skip(1).all(|(_, tag)| *tag == TaggedKind::Place);
            if begins && places && entity == EntityKind::Organization && known.strength != Strength::Ambiguous {
                return SpanVerdict::Explains;
            }
            let covered =
                spans.iter().all(|(span, _)| known.tokens.start <= span.start && span.end <= known.tokens.end);
            if covered && known.strength != Strength::Ambiguous { SpanVerdict::Replaces } else { SpanVerdict::Doubtful }
        }
    }
}

/// The tokens and bytes of a dictionary name; those of a source stay as they are, for attribution looks before them.
fn own_words(analysis: &Analysis<'_>, known: &NameMatch, kind: NameKind) -> (Range<usize>, Range<usize>) {
    if kind.source().is_some() {
        return (known.tokens.clone(), known.span.clone());
    }
    let tokens = without_descriptor(analysis, known.tokens.clone());
    let start = analysis.tokens.get(tokens.start).filter(|_| tokens.start > known.tokens.start);
    let start = start.map_or(known.span.start, |token| token.start as usize);
    (tokens, start..known.span.end)
}

/// Whether a match begins or ends inside a token («Глобус» in «Библио-Глобус»).
fn cuts_token(analysis: &Analysis<'_>, known: &NameMatch) -> bool {
    let first = analysis.tokens.get(known.tokens.start);
    let last = known.tokens.end.checked_sub(1).and_then(|at| analysis.tokens.get(at));
    first.is_some_and(|token| token.start as usize != known.span.start)
        || last.is_some_and(|token| token.end as usize != known.span.end)
}

fn kind_is_tagged(kind: EntityKind, spans: &[(Range<usize>, TaggedKind)]) -> bool {
    spans.iter().any(|(_, tag)| entity_kind(*tag) == kind)
}

fn is_quote_inside(analysis: &Analysis<'_>, spans: &[(Range<usize>, TaggedKind)]) -> bool {
    let around = |span: &Range<usize>| span.start.saturating_sub(1)..span.end;
    spans.iter().any(|(span, _)| around(span).any(|token| is_quote(analysis.word(token))))
}

/// Whether a dictionary name is so peculiar that it overrules the tagger's kind.
fn says_more(analysis: &Analysis<'_>, known: &NameMatch) -> bool {
    known.tokens.len() > 1 || analysis.word(known.tokens.start).chars().filter(|c| c.is_uppercase()).count() > 1
}

/// Whether the word of a dictionary name cannot be what the tagger takes it for («Евросоюз» for a place, «Калуга» for a
/// person).
fn means_only(analysis: &Analysis<'_>, known: &NameMatch, tag: TaggedKind, entry: &Entry) -> bool {
    let international = entry.subtype.as_deref() == Some("international");
    let word = fold(analysis.word(known.tokens.start));
    let parses = Dictionary::bundled().parses(&word);
    let any = |property: u32| parses.iter().any(|parse| parse.tag.is_any(property));
    let person = any(Tag::PERSONAL) || is_first_name(&word);
    match (tag, entry.kind.entity()) {
        (TaggedKind::Place, EntityKind::Organization) => international || !any(Tag::PLACE),
        (TaggedKind::Person, EntityKind::Organization) => !person && (parses.is_empty() || any(Tag::ORGANIZATION)),
        (TaggedKind::Person, EntityKind::Place) => !person && any(Tag::PLACE),
        _ => false,
    }
}

/// Whether the tagger's span is an ordinary word with a capital because a sentence begins («Супруга», «Почта»).
fn is_common_noun(analysis: &Analysis<'_>, span: &Range<usize>, kind: TaggedKind) -> bool {
    let begins = analysis.opens_sentence(span.start)
        || span.start.checked_sub(1).is_some_and(|before| matches!(analysis.word(before), ":" | "•" | "–" | "—" | "-"));
    let word = analysis.word(span.start);
    let title = || lists::titles().any(|title| is_case_form(title, &fold(word)));
    if span.len() != 1 || !begins && !title() {
        return false;
    }
    if word.chars().filter(|c| c.is_uppercase()).count() != 1 {
        return false;
    }
    let folded = fold(word);
    let parses = Dictionary::bundled().parses(&folded);
    let named = |tag: Tag| tag.is_name() || tag.is_any(Tag::ORGANIZATION | Tag::ABBREVIATION);
    // Only a word for a person is no surname: «Лютиков» is a form of лютик too.
    let person = parses.first().is_some_and(|parse| {
        parse.tag.pos() == Pos::Noun && parse.tag.animate() == Some(true) && parse.tag.number() != Some(Number::Plural)
    });
    let ordinary = !parses.is_empty() && !parses.iter().any(|parse| named(parse.tag)) && !is_first_name(&folded);
    ordinary && (kind != TaggedKind::Person || person)
}

/// Whether a dictionary name that the tagger does not see can be trusted alone: it is no ordinary word with a capital
/// because a sentence begins.
fn means_nothing_else(analysis: &Analysis<'_>, known: &NameMatch) -> bool {
    if says_more(analysis, known) {
        return true;
    }
    let at = known.tokens.start;
    let begins = analysis.opens_sentence(at)
        || at.checked_sub(1).is_some_and(|before| !analysis.word(before).starts_with(char::is_alphanumeric));
    let word = fold(analysis.word(at));
    !(begins && Dictionary::bundled().parses(&word).iter().any(|parse| !parse.tag.is_name()))
}

/// Whether what the tagger takes for a person is a village with a plural name: «у Песков», «к Пескам», for a man would
/// be «у Пескова», «к Пескову».
fn is_village(analysis: &Analysis<'_>, tokens: &Range<usize>) -> bool {
    const PLURALS: [(&[&str], &[&str]); 3] = [
        (&["у", "возле", "близ", "около", "до", "из", "от"], &["ов", "ев"]),
        (&["к", "ко", "по"], &["ам", "ям"]),
        (&["под", "за", "над"], &["ами", "ями"]),
    ];
    let Some(before) = tokens.start.checked_sub(1).map(|at| fold(analysis.word(at))) else { return false };
    let word = fold(analysis.word(tokens.start));
    tokens.len() == 1
        && PLURALS.iter().any(|(prepositions, endings)| {
            prepositions.contains(&before.as_str()) && endings.iter().any(|ending| word.ends_with(ending))
        })
}

fn from_tagger(analysis: &Analysis<'_>, tagged: &TaggedSpan) -> Option<FoundName> {
    let TaggedSpan { tokens, kind, explained_by, .. } = tagged;
    let first = analysis.tokens.get(tokens.start)?;
    let last = analysis.tokens.get(tokens.end.checked_sub(1)?)?;
    let quote = |at: usize| is_quote(analysis.word(at));
    let quoted = tokens.start.checked_sub(1).is_some_and(quote) && quote(tokens.end);
    let kind = if *kind == TaggedKind::Person && is_village(analysis, tokens) { TaggedKind::Place } else { *kind };
    Some(FoundName {
        kind: explained_by.map_or(NameKind::Entity(entity_kind(kind)), |(_, kind)| kind),
        entry: explained_by.map(|(entry, _)| entry),
        alias: None,
        tokens: tokens.clone(),
        span: first.start as usize..last.end as usize,
        quoted,
        nested: false,
        strength: Strength::Strong,
        confirmed: true,
    })
}
