//! Via-chains: «ТАСС со ссылкой на Reuters», «сказал РБК эксперт Chatham House», «его слова приводит X».

use super::{claims::Found, lexis::Classes, reading::Reading};

/// Openings of a sentence that says who relayed the one before it.
const LOOKS_BACK: [&str; 13] =
    ["об", "его", "ее", "их", "такое", "такой", "такие", "эти", "это", "соответствующее", "как", "с", "этот"];

/// Sets the channel of every relayed source.
pub(super) fn resolve(reading: &Reading<'_, '_>, found: &mut [Found<'_>]) {
    let channels: Vec<Option<usize>> = (0..found.len()).map(|at| channel(reading, found, at)).collect();
    let names: Vec<_> = channels.iter().map(|c| c.and_then(|c| found.get(c)).map(|c| c.source)).collect();
    for (relayed, name) in found.iter_mut().zip(names) {
        relayed.via = name;
    }
}

/// The claim of the paper or agency through which the source at `at` is relayed.
fn channel(reading: &Reading<'_, '_>, found: &[Found<'_>], at: usize) -> Option<usize> {
    let relayed = found.get(at).filter(|f| f.claim.relayed || !f.kind.is_press())?;
    let speaks = |other: &Found<'_>| other.kind.is_press() && !other.claim.relayed && other.source != relayed.source;
    let all = || found.iter().enumerate();
    let same = || all().filter(|(_, f)| f.sentence == relayed.sentence && speaks(f));
    let nearest = if relayed.claim.relayed {
        // «X со ссылкой на Y»: the one before; «Ссылаясь на Y, X пишет»: the one after.
        same().rfind(|(_, f)| f.tokens.start < relayed.tokens.start).or_else(|| same().next())
    } else {
        same().min_by_key(|(_, f)| f.tokens.start.abs_diff(relayed.tokens.start))
    };
    let next = || {
        let sentence = reading.document.analysis.sentences.get(relayed.sentence + 1)?;
        let first = sentence.tokens.clone().find(|at| !reading.mark(*at))?;
        let looks_back =
            reading.is_any(first, &LOOKS_BACK) || reading.has(first, Classes::REPORT.or(Classes::MATERIAL));
        all().find(|(_, f)| looks_back && f.sentence == relayed.sentence + 1 && speaks(f))
    };
    nearest.or_else(next).map(|(number, _)| number)
}
