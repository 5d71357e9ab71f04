//! Via-chains: «ТАСС со ссылкой на Reuters», «сказал РБК эксперт Chatham House», «его слова приводит X».

use super::{claims::Found, lexis::Classes, reading::Reading};
use rustc_hash::FxHashMap;

/// Openings of a sentence that says who relayed the one before it.
const LOOKS_BACK: [&str; 13] =
    ["об", "его", "ее", "их", "такое", "такой", "такие", "эти", "это", "соответствующее", "как", "с", "этот"];

/// What a source is relayed through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Channel<'d> {
    /// Canonical name of the channel.
    pub(super) name: &'d str,
    /// The rule that found it, for `--explain`.
    pub(super) rule: &'static str,
}

/// How many claims before and after a relayed one may be its channel.
const NEIGHBOURS: usize = 24;

/// Sets the channel of every relayed source. `found` is in order.
pub(super) fn resolve(reading: &Reading<'_, '_>, found: &mut [Found<'_>]) {
    let mut sentences: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for name in &reading.document.names {
        let sentence = reading.document.analysis.sentence_of(name.tokens.start);
        sentences.entry(&name.canonical).or_default().push(sentence);
    }
    let channels: Vec<_> = (0..found.len()).map(|at| channel(reading, found, &sentences, at)).collect();
    for (relayed, channel) in found.iter_mut().zip(channels) {
        relayed.via = channel;
    }
}

/// The claim of the paper or agency through which the source at `at` is relayed; `sentences` are those that name each
/// organisation.
fn channel<'d>(
    reading: &Reading<'_, '_>,
    found: &[Found<'d>],
    sentences: &FxHashMap<&str, Vec<usize>>,
    at: usize,
) -> Option<Channel<'d>> {
    let relayed = found.get(at).filter(|f| f.claim.relayed || !f.kind.is_press())?;
    let speaks = |other: &Found<'_>| other.kind.is_press() && !other.claim.relayed && other.source != relayed.source;
    let near = found.get(at.saturating_sub(NEIGHBOURS)..found.len().min(at + NEIGHBOURS)).unwrap_or_default();
    let same = || near.iter().filter(|f| f.sentence == relayed.sentence && speaks(f));
    let nearest = if relayed.claim.relayed {
        // «X со ссылкой на Y»: the one before; «Ссылаясь на Y, X пишет»: the one after.
        same().rfind(|f| f.tokens.start < relayed.tokens.start).or_else(|| same().next())
    } else {
        same().min_by_key(|f| f.tokens.start.abs_diff(relayed.tokens.start))
    };
    let next = || {
        let sentence = reading.document.analysis.sentences.get(relayed.sentence + 1)?;
        let first = sentence.tokens.clone().find(|at| !reading.mark(*at))?;
        let looks_back =
            reading.is_any(first, &LOOKS_BACK) || reading.has(first, Classes::REPORT.or(Classes::MATERIAL));
        near.iter().find(|f| looks_back && f.sentence == relayed.sentence + 1 && speaks(f))
    };
    // «С докладом X ознакомился корреспондент Y» further on.
    let elsewhere = || {
        let named = sentences.get(relayed.source).filter(|_| !relayed.claim.relayed)?;
        named.iter().take(NEIGHBOURS).find_map(|sentence| {
            let first = found.partition_point(|f| f.sentence < *sentence);
            let here = found.iter().skip(first).take(NEIGHBOURS).take_while(|f| f.sentence == *sentence);
            here.into_iter().find(|f| speaks(f))
        })
    };
    let by = |rule: &'static str| move |f: &Found<'d>| Channel { name: f.source, rule };
    let beside = if relayed.claim.relayed { "refers_to_it" } else { "same_sentence" };
    let nearby = nearest.map(by(beside)).or_else(|| next().map(by("sentence_looks_back")));
    nearby.or_else(|| elsewhere().map(by("named_elsewhere")))
}
