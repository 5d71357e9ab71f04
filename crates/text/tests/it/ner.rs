//! The entity tagger against the original: `ner_parity.txt` holds invented texts, one a line, and
//! `ner_parity.tsv` the tokens and tags that razdel and slovnet make of them
//! (`xtask/ner_parity.py`).

use std::thread;

use svodka_text::{
    analyse::token::tokenize,
    ner::{Coverage, MODEL, Tag, TaggedKind, Tagger, spans, verify},
};

const TEXTS: &str = include_str!("../../../../tests/fixtures/ner_parity.txt");
const TAGGED: &str = include_str!("../../../../tests/fixtures/ner_parity.tsv");

/// Tokens and tags of each text.
fn expected() -> Vec<Vec<(&'static str, &'static str)>> {
    let pairs = |text: &'static str| text.lines().map(|line| line.split_once('\t').unwrap()).collect();
    TAGGED.split("\n\n").map(pairs).collect()
}

fn tags(tokens: &[&str], coverage: Coverage) -> Vec<Tag> {
    let tagger = Tagger::embedded().unwrap();
    let mut scratch = tagger.scratch();
    scratch.coverage = coverage;
    let mut tags = Vec::new();
    tagger.tag(&mut scratch, tokens.iter().copied(), &mut tags);
    tags
}

/// Number of tags that differ from the original's.
fn differing(coverage: Coverage) -> usize {
    let tagger = Tagger::embedded().unwrap();
    let mut scratch = tagger.scratch();
    scratch.coverage = coverage;
    let mut tags = Vec::new();
    let mut differing = 0;
    for text in expected() {
        tagger.tag(&mut scratch, text.iter().map(|(token, _)| *token), &mut tags);
        assert_eq!(tags.len(), text.len());
        differing += text.iter().zip(&tags).filter(|((_, expected), tag)| *expected != tag.as_str()).count();
    }
    differing
}

#[test]
fn the_model_file_is_whole() {
    verify(MODEL).unwrap();
    let mut damaged = MODEL.to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(verify(&damaged).is_err());
    assert!(Tagger::read(&MODEL[..1000]).is_err());
    assert!(Tagger::read(b"").is_err());
}

#[test]
fn every_tag_is_that_of_the_original() {
    assert_eq!(differing(Coverage::Full), 0);
}

#[test]
fn skipping_unlikely_tokens_hardly_changes_tags() {
    assert!(differing(Coverage::Likely) <= 2);
}

#[test]
fn tokens_are_those_of_razdel() {
    for (text, expected) in TEXTS.lines().zip(expected()) {
        let tokens: Vec<_> = tokenize(text).iter().map(|t| t.of(text)).collect();
        // Dashes and symbols are tokens of their own here: razdel would join «3–8» and «°C».
        let split = |token: &'static str| {
            token.split_inclusive(['–', '°']).flat_map(|part| match part.strip_suffix('–') {
                Some(left) if !left.is_empty() => vec![left, "–"],
                _ => vec![part],
            })
        };
        let expected: Vec<_> = expected.iter().flat_map(|(token, _)| split(token)).collect();
        assert_eq!(tokens, expected);
    }
}

#[test]
fn long_texts_have_no_seams() {
    let long: Vec<&str> = expected().iter().flatten().map(|(token, _)| *token).collect();
    let shift = 1021;
    let shifted = [vec!["."; shift], long.clone()].concat();
    for coverage in [Coverage::Full, Coverage::Likely] {
        let (plain, later) = (tags(&long, coverage), tags(&shifted, coverage));
        let seam = (3..long.len()).find(|i| plain[*i] != later[shift + *i]);
        assert_eq!(seam, None, "{coverage:?}");
    }
}

#[test]
fn threads_share_one_tagger() {
    let long: Vec<&str> = expected().iter().flatten().map(|(token, _)| *token).collect();
    let alone = tags(&long, Coverage::Likely);
    thread::scope(|scope| {
        let threads = [(); 3].map(|()| scope.spawn(|| tags(&long, Coverage::Likely)));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn spans_begin_at_b_and_go_on_over_any_i() {
    use Tag::{BLoc, BPer, ILoc, IPer, O};
    let found = spans(&[IPer, O, BPer, IPer, BLoc, ILoc, O, BPer]);
    assert_eq!(found, [(2..4, TaggedKind::Person), (4..6, TaggedKind::Place), (7..8, TaggedKind::Person)]);
    assert!(spans(&[]).is_empty());
    assert!(tags(&[], Coverage::Full).is_empty());
}
