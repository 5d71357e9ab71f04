//! Via-chains: «ТАСС со ссылкой на Reuters», «сказал РБК эксперт Chatham House», «его слова приводит X».

use super::{claims::Found, lexis::Classes, reading::Reading};

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

/// Sets the channel of every relayed source.
pub(super) fn resolve(reading: &Reading<'_, '_>, found: &mut [Found<'_>]) {
    let channels: Vec<_> = (0..found.len()).map(|at| channel(reading, found, at)).collect();
    for (relayed, channel) in found.iter_mut().zip(channels) {
        relayed.via = channel;
    }
}

/// The claim of the paper or agency through which the source at `at` is relayed.
fn channel<'d>(reading: &Reading<'_, '_>, found: &[Found<'d>], at: usize) -> Option<Channel<'d>> {
    let relayed = found.get(at).filter(|f| f.claim.relayed || !f.kind.is_press())?;
    let speaks = |other: &Found<'_>| other.kind.is_press() && !other.claim.relayed && other.source != relayed.source;
    let same = || found.iter().filter(|f| f.sentence == relayed.sentence && speaks(f));
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
        found.iter().find(|f| looks_back && f.sentence == relayed.sentence + 1 && speaks(f))
    };
    // «С докладом X ознакомился корреспондент Y» further on.
    let elsewhere = || {
        let names = reading.document.names.iter().filter(|n| n.canonical == relayed.source);
        let sentences: Vec<usize> = names.map(|n| reading.document.analysis.sentence_of(n.tokens.start)).collect();
        found.iter().find(|f| speaks(f) && !relayed.claim.relayed && sentences.contains(&f.sentence))
    };
    let by = |rule: &'static str| move |f: &Found<'d>| Channel { name: f.source, rule };
    let beside = if relayed.claim.relayed { "refers_to_it" } else { "same_sentence" };
    let near = nearest.map(by(beside)).or_else(|| next().map(by("sentence_looks_back")));
    near.or_else(|| elsewhere().map(by("named_elsewhere")))
}
