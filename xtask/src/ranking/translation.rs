//! IBM model 1 (Brown et al., 1993): the probability that a headline has a stem where the lead has another.

use std::collections::BTreeMap;
use svodka_text::forward::rarity;

/// Rounds of expectation and maximisation.
const ROUNDS: usize = 6;

/// Added to the count of every stem of a lead, so that rare ones promise less.
const SMOOTHING: f64 = 2.0;

/// Smallest probability and smallest expected count that are kept.
const PROBABILITY: f64 = 0.02;
const COUNT: f64 = 1.0;

/// The table as text, from pairs of a headline and a lead.
pub fn table(pairs: &[(Vec<u32>, Vec<u32>)], stems: usize, text: &dyn Fn(u32) -> String) -> String {
    let nothing = stems as u32;
    let key = |headline: u32, lead: u32| u64::from(headline) << 32 | u64::from(lead);
    // A link of each stem of the headline with each of the lead; links of one stem of one headline stand together.
    let (mut links, mut ends) = (Vec::new(), Vec::new());
    for (headline, lead) in pairs {
        let [headline, mut lead] = [headline, lead].map(|stems| {
            let mut stems = stems.clone();
            stems.sort_unstable();
            stems.dedup();
            stems
        });
        if lead.len() < 5 {
            continue;
        }
        lead.push(nothing);
        for stem in headline {
            links.extend(lead.iter().map(|other| key(stem, *other)));
            ends.push(links.len());
        }
    }
    let mut keys = links.clone();
    keys.sort_unstable();
    keys.dedup();
    let numbers: Vec<u32> = links.iter().map(|link| keys.partition_point(|known| known < link) as u32).collect();
    drop(links);
    let (mut probabilities, mut counts) = (vec![1.0_f64; keys.len()], Vec::new());
    for _ in 0..ROUNDS {
        counts = vec![0.0_f64; keys.len()];
        let mut start = 0;
        for end in &ends {
            let links = &numbers[start..*end];
            let sum: f64 = links.iter().map(|link| probabilities[*link as usize]).sum();
            for link in links {
                counts[*link as usize] += probabilities[*link as usize] / sum;
            }
            start = *end;
        }
        let mut totals = vec![0.0; stems + 1];
        for (key, count) in keys.iter().zip(&counts) {
            totals[(key & 0xffff_ffff) as usize] += count;
        }
        for ((probability, key), count) in probabilities.iter_mut().zip(&keys).zip(&counts) {
            *probability = count / (totals[(key & 0xffff_ffff) as usize] + SMOOTHING);
        }
    }
    let mut lines: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    for ((key, probability), count) in keys.iter().zip(probabilities).zip(counts) {
        let (headline, lead) = ((key >> 32) as u32, (key & 0xffff_ffff) as u32);
        if lead == nothing || headline == lead || probability < PROBABILITY || count < COUNT {
            continue;
        }
        let [headline, lead] = [headline, lead].map(text);
        let is_plain = |stem: &str| !stem.contains([' ', ':', '\t']) && !rarity_is_frequent(stem);
        if is_plain(&headline) && is_plain(&lead) {
            lines.entry(headline).or_default().insert(lead, (probability * 100.0).round() as u32);
        }
    }
    let line = |(stem, related): (&String, &BTreeMap<String, u32>)| {
        let related: Vec<String> = related.iter().map(|(other, percent)| format!("{other}:{percent}")).collect();
        format!("{stem}\t{}\n", related.join(" "))
    };
    lines.iter().map(line).collect()
}

fn rarity_is_frequent(stem: &str) -> bool {
    rarity::is_frequent(stem)
}
