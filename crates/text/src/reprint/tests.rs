use super::{NewsWord, PASSAGE, Prints, Shingles, bands, mixed, shared_passages};
use std::collections::BTreeSet;

/// A text of words that are numbers.
fn text(words: impl IntoIterator<Item = u64>) -> Vec<NewsWord> {
    words
        .into_iter()
        .zip(0..)
        .map(|(word, at)| NewsWord { hash: mixed(word), start: at * 2, end: at * 2 + 1 })
        .collect()
}

/// Invented words of a text, without repetitions between texts.
fn invented(seed: u64, length: u64) -> Vec<u64> {
    (0..length).map(|at| mixed(seed << 20 | at)).collect()
}

/// A text with every `step`th word replaced.
fn edited(words: &[u64], step: usize) -> Vec<u64> {
    words.iter().enumerate().map(|(at, word)| if at % step == step - 1 { word ^ 1 } else { *word }).collect()
}

#[test]
fn the_limit_is_eighty_percent_of_the_longer_text() {
    let whole = invented(1, 300);
    let shingles = |words: &[u64]| Shingles::of(&text(words.iter().copied()));
    for (step, same) in [(100, true), (20, true), (16, true), (13, false), (5, false)] {
        assert_eq!(shingles(&whole).is_same_text(&shingles(&edited(&whole, step))), same, "every {step}th word");
    }
    for (kept, same) in [(300, true), (250, true), (230, false), (100, false)] {
        assert_eq!(shingles(&whole).is_same_text(&shingles(&whole[..kept])), same, "the first {kept} words");
    }
    assert!(!shingles(&whole[..9]).is_same_text(&shingles(&whole[..9])), "too short to tell");
}

/// Of texts that are just the same, nearly all are found; of unrelated ones, none.
#[test]
fn bands_find_the_same_text() {
    let found = |step: usize| {
        let hits = (0..500).filter(|seed| {
            let (one, other) = (invented(*seed, 200), edited(&invented(*seed, 200), step));
            let (one, other) = (Shingles::of(&text(one)), Shingles::of(&text(other)));
            let one: BTreeSet<u32> = bands(&one).into_iter().collect();
            bands(&other).iter().any(|band| one.contains(band))
        });
        hits.count() as f64 / 500.0
    };
    let (limit, usual) = (found(16), found(30));
    println!("recall of bands: {limit:.3} at the limit, {usual:.3} with one word in thirty changed");
    assert!(limit >= 0.97 && usual >= 0.995);
    let all: Vec<Vec<u32>> = (0..500).map(|seed| Prints::of_words(&text(invented(seed, 60))).bands).collect();
    let distinct: BTreeSet<u32> = all.iter().flatten().copied().collect();
    assert!(distinct.len() > all.len() * 12 - 3, "unrelated texts have no band in common");
}

/// Wherever a passage stands and whatever is around it, it has a fingerprint in both texts.
#[test]
fn winnowing_misses_no_passage() {
    for seed in 0..200 {
        let quotation = invented(seed, PASSAGE as u64);
        let within = |seed: u64, before: u64, after: u64| {
            let mut words = invented(seed + 1_000, before);
            words.extend(&quotation);
            words.extend(invented(seed + 2_000, after));
            text(words)
        };
        let (one, other) = (within(seed, seed % 40, 60), within(seed + 5_000, 70, seed % 17));
        let fingerprints: BTreeSet<u32> = Prints::of_words(&one).passages.into_iter().collect();
        assert!(Prints::of_words(&other).passages.iter().any(|print| fingerprints.contains(print)), "{seed}");
        let [passage] = &shared_passages(&one, &other)[..] else { panic!("{seed}: one passage") };
        assert_eq!((passage.len(), passage.first.start), (PASSAGE, (seed % 40) as usize));
    }
    let (one, other) = (text(invented(1, 24)), text(invented(1, 24)));
    assert!(shared_passages(&one, &other).is_empty(), "shorter than a passage");
}

/// Fingerprints are few.
#[test]
fn fingerprints_are_a_tenth_of_the_words() {
    let count = Prints::of_words(&text(invented(7, 10_000))).passages.len();
    assert!((900..1_200).contains(&count), "{count}");
}
