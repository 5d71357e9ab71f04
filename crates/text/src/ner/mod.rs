//! Recognises people, places and organisations in Russian news text.
//!
//! This is the network of the natasha project (slovnet) with the same weights, and gives the same
//! tags: quantised word vectors and word shapes, three convolutions, a projection, Viterbi. It only
//! marks tokens; what a name means, its nominative and its role are decided elsewhere. It does no
//! input or output: the model is embedded in the program.
//!
//! [`Tagger`] is shared by all threads; each thread brings its own [`Scratch`].

use std::{ops::Range, sync::LazyLock};

mod active;
mod conv;
mod embed;
mod format;
mod model;
mod network;
mod quantise;
mod shape;
mod viterbi;

pub use model::{ModelError, verify};

use format::TAGS;
pub use format::WORD_DIM;
use model::{Model, WordId};
use network::Network;
use shape::{APOSTROPHE, DOT, Looks};
use viterbi::Viterbi;

/// The embedded model.
pub static MODEL: &[u8] = include_bytes!("../../../../data/ner/model.bin");

/// Tokens of a text that are worked on together; bounds memory on long texts.
const PIECE: usize = 2048;

/// Kind of a named entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaggedKind {
    /// A person.
    Person,
    /// A place.
    Place,
    /// An organisation.
    Organization,
}

/// Tag of a token: outside of names, or the beginning or continuation of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Tag {
    O,
    BPer,
    IPer,
    BLoc,
    ILoc,
    BOrg,
    IOrg,
}

impl Tag {
    const ALL: [Self; TAGS] = [Self::O, Self::BPer, Self::IPer, Self::BLoc, Self::ILoc, Self::BOrg, Self::IOrg];

    fn from_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::O)
    }

    /// Kind of the name that a token with this tag belongs to.
    #[must_use]
    pub fn kind(self) -> Option<TaggedKind> {
        match self {
            Self::O => None,
            Self::BPer | Self::IPer => Some(TaggedKind::Person),
            Self::BLoc | Self::ILoc => Some(TaggedKind::Place),
            Self::BOrg | Self::IOrg => Some(TaggedKind::Organization),
        }
    }

    /// Whether a name begins at a token with this tag.
    #[must_use]
    pub fn begins(self) -> bool {
        matches!(self, Self::BPer | Self::BLoc | Self::BOrg)
    }

    /// The tag as the original writes it, like `B-PER`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::O => "O",
            Self::BPer => "B-PER",
            Self::IPer => "I-PER",
            Self::BLoc => "B-LOC",
            Self::ILoc => "I-LOC",
            Self::BOrg => "B-ORG",
            Self::IOrg => "I-ORG",
        }
    }
}

/// Names among tagged tokens: ranges of tokens with their kind.
#[must_use]
pub fn spans(tags: &[Tag]) -> Vec<(Range<usize>, TaggedKind)> {
    let mut spans: Vec<(Range<usize>, TaggedKind)> = Vec::new();
    let mut open = false;
    for (i, tag) in tags.iter().enumerate() {
        let Some(kind) = tag.kind() else {
            open = false;
            continue;
        };
        // As in the original: a name goes on whatever the kind of its later tokens, and a
        // continuation without a beginning starts nothing.
        match spans.last_mut() {
            Some((span, _)) if open && !tag.begins() => span.end = i + 1,
            _ if tag.begins() => {
                spans.push((i..i + 1, kind));
                open = true;
            }
            _ => {}
        }
    }
    spans
}

/// How much of a text is run through the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Coverage {
    /// Tokens that hold a capital or a Latin letter, but for function words that open a sentence, and from there on in
    /// both directions as long as a name seems to go on.
    #[default]
    Likely,
    /// Every token, exactly as the original does.
    Full,
}

/// Tokens scored at once after one that is in a name by its scores: «Европейский суд *по правам* человека».
const STRIDE: usize = 2;
/// A name seems to go on while the score of some tag comes this near to that of O.
const DOUBT: f32 = 6.0;
/// It seems to have begun further left while the score of continuing comes this near to that of
/// beginning.
const LEFTWARDS: f32 = 4.0;

/// The recogniser. Cheap to share between threads.
pub struct Tagger {
    model: Model,
}

impl Tagger {
    /// Reads a model file.
    pub fn read(file: &'static [u8]) -> Result<Self, ModelError> {
        Ok(Self { model: Model::read(file)? })
    }

    /// The recogniser with the embedded model, read at the first call.
    pub fn embedded() -> Result<&'static Self, &'static ModelError> {
        static TAGGER: LazyLock<Result<Tagger, ModelError>> = LazyLock::new(|| Tagger::read(MODEL));
        TAGGER.as_ref()
    }

    /// Memory for one thread.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch {
            coverage: Coverage::default(),
            words: Vec::new(),
            network: Network::new(&self.model),
            targets: Vec::new(),
            more: Vec::new(),
            scores: Vec::new(),
            viterbi: Viterbi::default(),
            numbers: Vec::new(),
        }
    }

    /// The vector of a word in small letters; nothing for a word that is not in the vocabulary.
    #[must_use]
    pub fn vector(&self, word: &str) -> Option<[i16; WORD_DIM]> {
        let id = self.model.find(word);
        let mut vector = [0; WORD_DIM];
        (id != self.model.unknown()).then(|| embed::decode(&self.model, id, &mut vector)).map(|()| vector)
    }

    /// Looks a token up; its lower-cased form replaces what `lower` held.
    #[must_use]
    pub fn word(&self, token: &str, lower: &mut String) -> Word {
        let looks = Looks::of(token, lower);
        Word { id: self.model.find(lower), looks }
    }

    /// Tags the tokens of a text; `out` gets one tag for each.
    pub fn tag<'t>(&self, scratch: &mut Scratch, tokens: impl IntoIterator<Item = &'t str>, out: &mut Vec<Tag>) {
        let mut lower = String::new();
        self.tag_words(scratch, tokens.into_iter().map(|token| self.word(token, &mut lower)), out);
    }

    /// Tags the tokens of a text that are looked up already.
    pub fn tag_words(&self, scratch: &mut Scratch, words: impl Iterator<Item = Word>, out: &mut Vec<Tag>) {
        scratch.words.clear();
        scratch.words.extend(words);
        scratch.score(&self.model);
        scratch.viterbi.decode(&scratch.scores, &self.model.transitions, &mut scratch.numbers);
        out.clear();
        out.extend(scratch.numbers.iter().map(|n| Tag::from_number(*n)));
    }
}

/// Memory that one thread reuses from text to text.
pub struct Scratch {
    /// How much of each text is run through the network.
    pub coverage: Coverage,
    words: Vec<Word>,
    network: Network,
    targets: Vec<usize>,
    more: Vec<usize>,
    scores: Vec<[f32; TAGS]>,
    viterbi: Viterbi,
    numbers: Vec<u8>,
}

/// How much the network had to compute; a measure of cost that no other load on the machine blurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Words multiplied with the first convolution, the rest being remembered.
    pub words: u64,
    /// Rows of the second convolution.
    pub second: u64,
    /// Rows of the third convolution: tokens that were scored.
    pub third: u64,
}

/// A token as the network sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    id: WordId,
    looks: Looks,
}

impl Scratch {
    /// What has been computed so far.
    #[must_use]
    pub fn work(&self) -> Work {
        self.network.work()
    }

    /// Scores the tags of all tokens that may belong to names; the others are left outside.
    fn score(&mut self, model: &Model) {
        self.scores.clear();
        self.scores.resize(self.words.len(), OUTSIDE);
        for start in (0..self.words.len()).step_by(PIECE) {
            let piece = start..(start + PIECE).min(self.words.len());
            self.network.enter(&self.words, piece.clone());
            self.find_targets(piece.clone());
            while !self.targets.is_empty() {
                self.network.score(model, &self.targets, &mut self.scores);
                self.find_more(piece.clone());
            }
        }
    }

    /// Finds the tokens of a piece to score first.
    fn find_targets(&mut self, piece: Range<usize>) {
        self.targets.clear();
        if self.coverage == Coverage::Full {
            self.targets.extend(piece);
            return;
        }
        let mut done = piece.start;
        let mut add = |range: Range<usize>| {
            self.targets.extend(range.start.max(done)..range.end.min(piece.end));
            done = done.max(range.end);
        };
        let last = piece.start.checked_sub(1).and_then(|last| self.scores.get(last));
        if last.is_some_and(may_be_name) {
            add(piece.start..piece.start + STRIDE);
        }
        for i in piece.clone() {
            let looks = |at: usize| self.words.get(at).map(|word| word.looks);
            let goes_on = || looks(i + 1).is_some_and(|next| next.may_name || matches!(next.shape, DOT | APOSTROPHE));
            let title = || i.checked_sub(1).and_then(looks).is_some_and(|before| before.quotes);
            if looks(i).is_some_and(|word| word.may_name && (!word.opens || goes_on() || title())) {
                add(i..i + 1);
            }
        }
    }

    /// Puts in place of the last targets those next to them that were not scored yet, if a name
    /// seems to go on there.
    fn find_more(&mut self, piece: Range<usize>) {
        let scores = &self.scores;
        let is_new = |i: &usize| piece.contains(i) && scores.get(*i) == Some(&OUTSIDE);
        self.more.clear();
        let mut done = piece.start;
        for target in &self.targets {
            let Some(row) = scores.get(*target).filter(|row| may_be_name(row)) else { continue };
            let before = target.checked_sub(1).filter(|i| may_continue(row) && is_new(i));
            let stride = if is_name(row) { STRIDE } else { 1 };
            let after = (target + 1..target + 1 + stride).filter(is_new);
            for i in before.into_iter().chain(after) {
                if i >= done {
                    self.more.push(i);
                    done = i + 1;
                }
            }
        }
        std::mem::swap(&mut self.targets, &mut self.more);
    }
}

/// Whether a token belongs to a name by its scores alone.
fn is_name(&[o, names @ ..]: &[f32; TAGS]) -> bool {
    names.iter().any(|score| *score > o)
}

/// Whether a token may belong to a name by its scores alone.
fn may_be_name(&[o, names @ ..]: &[f32; TAGS]) -> bool {
    names.iter().any(|score| score + DOUBT > o)
}

/// Whether a token, if it belongs to a name, is rather in the middle than at the beginning.
fn may_continue(&[_, b_per, i_per, b_loc, i_loc, b_org, i_org]: &[f32; TAGS]) -> bool {
    i_per.max(i_loc).max(i_org) + LEFTWARDS > b_per.max(b_loc).max(b_org)
}

/// Scores of a token that was not run through the network.
const OUTSIDE: [f32; TAGS] = {
    let n = f32::NEG_INFINITY;
    [0.0, n, n, n, n, n, n]
};
