//! What a whole text tells of its sources: how often each is named, whether a rule speaks for it elsewhere, and which
//! persons speak.

use super::{
    features::{Feature as F, Sink},
    lexis::Classes,
    mention::Mention,
    reading::Reading,
};
use crate::{extract::Name, names::NameKind};
use rustc_hash::FxHashMap;
use svodka_model::article::EntityKind;

/// How far from a person's name a verb of saying makes him a speaker, in tokens.
const NEAR: usize = 3;

/// How many mentions of a source there are, and with what beside them.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    all: usize,
    ruled: usize,
    says: usize,
    experts: usize,
}

impl Counts {
    fn of(mention: &Mention<'_, '_, '_>) -> Self {
        let reading = mention.site.reading;
        let near = |range: std::ops::Range<usize>, classes: Classes| {
            range.into_iter().any(|at| mention.site.sentence.contains(&at) && reading.has(at, classes))
        };
        let (start, end) = (mention.list.start, mention.list.end);
        let before = start.saturating_sub(NEAR)..start;
        let says = near(before.clone(), Classes::VOICE) || near(end..end + NEAR, Classes::VOICE);
        Self {
            all: 1,
            ruled: usize::from(mention.claim.is_some()),
            says: usize::from(says),
            experts: usize::from(near(before, Classes::SPEAKER)),
        }
    }

    fn add(&mut self, other: Self) {
        self.all += other.all;
        self.ruled += other.ruled;
        self.says += other.says;
        self.experts += other.experts;
    }
}

/// Facts of a text that features of single mentions ask for.
pub(super) struct DocumentFacts<'d> {
    /// By canonical name.
    sources: FxHashMap<&'d str, Counts>,
    /// Beginnings of surnames of persons who say something, with the sentences they do it in.
    speakers: FxHashMap<Box<str>, Vec<usize>>,
}

impl<'d> DocumentFacts<'d> {
    /// The facts of all parts of an article.
    pub(super) fn new<'a, 'r: 'a, 't: 'd>(
        parts: impl Iterator<Item = (&'a Reading<'d, 't>, &'a [Mention<'r, 'd, 't>])>,
    ) -> Self
    where
        'd: 'r,
    {
        let mut facts = Self { sources: FxHashMap::default(), speakers: FxHashMap::default() };
        for (reading, mentions) in parts {
            for mention in mentions {
                facts.sources.entry(mention.name.canonical.as_str()).or_default().add(Counts::of(mention));
            }
            for name in reading.document.names.iter().filter(|n| n.kind == NameKind::Entity(EntityKind::Person)) {
                let near = name.tokens.start.saturating_sub(NEAR)..name.tokens.end + NEAR;
                if near.into_iter().any(|at| reading.has(at, Classes::SAY.or(Classes::JUDGE))) {
                    let sentence = reading.document.analysis.sentence_of(name.tokens.start);
                    facts.speakers.entry(surname(reading, name)).or_default().push(sentence);
                }
            }
        }
        facts
    }

    /// Whether a person says something in another sentence than this.
    pub(super) fn speaks_elsewhere(&self, reading: &Reading<'_, '_>, person: &Name, sentence: usize) -> bool {
        let sentences = self.speakers.get(&surname(reading, person));
        sentences.is_some_and(|all| all.iter().any(|other| *other != sentence))
    }

    /// The features of a mention that the whole article decides.
    pub(super) fn describe(&self, mention: &Mention<'_, '_, '_>, sink: &mut dyn Sink) {
        let counts = self.sources.get(mention.name.canonical.as_str()).copied().unwrap_or_default();
        sink.add(
            F::Mentions,
            &[match counts.all {
                0 | 1 => "1",
                2 => "2",
                3..=4 => "3-4",
                _ => "5+",
            }],
        );
        let own = Counts::of(mention);
        let mut any = false;
        for (all, own, name) in [
            (counts.ruled, own.ruled, "rule"),
            (counts.says, own.says, "says"),
            (counts.experts, own.experts, "expert"),
        ] {
            if all > own {
                any = true;
                sink.add(F::Elsewhere, &[name]);
            }
        }
        if !any {
            sink.add(F::Elsewhere, &["none"]);
        }
    }
}

/// Letters of a surname that its case forms share, near enough.
const SHARED: usize = 5;

fn surname(reading: &Reading<'_, '_>, person: &Name) -> Box<str> {
    let last = person.tokens.end.saturating_sub(1);
    reading.text(last).chars().take(SHARED).flat_map(char::to_lowercase).collect::<String>().into()
}
