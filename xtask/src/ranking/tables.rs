//! Makes the tables in `data/ranking/`.

use super::{TableOptions, articles, projection, translation};
use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use std::fs;
use svodka_text::{
    analyse::{Analysis, form, packed::{PackedTerms, Unpacked}, stem::Stemmer, terms::Labels},
    forward::{LEAD, TOKENS, rarity},
};

/// Stems and forms by number.
#[derive(Default)]
pub struct Vocabulary {
    stems: Vec<String>,
    numbers: FxHashMap<String, u32>,
    /// Main stem of each term.
    terms: FxHashMap<String, u32>,
    /// Folded word of each term, by the number of the term.
    pub folded: Vec<(u32, String)>,
    term_numbers: FxHashMap<String, u32>,
    stemmer: Stemmer,
}

impl Vocabulary {
    fn stem(&mut self, term: &str) -> u32 {
        if let Some(stem) = self.terms.get(term) {
            return *stem;
        }
        let stem = self.stemmer.terms(&form::as_stemmed(term), false).main().to_owned();
        let next = self.stems.len() as u32;
        let number = *self.numbers.entry(stem.clone()).or_insert(next);
        if number == next {
            self.stems.push(stem);
        }
        self.terms.insert(term.to_owned(), number);
        self.term_numbers.insert(term.to_owned(), self.folded.len() as u32);
        self.folded.push((number, form::folded(term).to_owned()));
        number
    }

    /// The text of a stem.
    pub fn text(&self, stem: u32) -> &str {
        &self.stems[stem as usize]
    }

    /// Main stems of a text, in order, and the numbers of its terms.
    pub fn words(&mut self, text: &str) -> (Vec<u32>, Vec<u32>) {
        let packed = PackedTerms::new(&Analysis::new(text), &Labels::new());
        let mut stems = Vec::new();
        let mut terms = Vec::new();
        for (_, term) in Unpacked::new(&packed.words).take(TOKENS) {
            stems.push(self.stem(term));
            terms.push(self.term_numbers[term]);
        }
        (stems, terms)
    }
}

/// Writes all tables.
pub fn make(options: &TableOptions) -> Result<()> {
    let all = articles::all(&options.sources.articles)?;
    let headlines = articles::headlines(&all, &options.sources)?;
    println!("{} articles, {} headlines for the table, {} for the weights", all.len(), headlines.table.len(), headlines.weights.len());
    fs::create_dir_all(&options.output).with_context(|| options.output.display().to_string())?;
    let mut vocabulary = Vocabulary::default();
    let mut texts = Vec::with_capacity(all.len());
    let mut by_id = FxHashMap::default();
    let mut holding: Vec<u32> = vec![0; rarity::BUCKETS];
    for article in &all {
        let (stems, terms) = vocabulary.words(&article.text);
        let mut buckets: Vec<usize> = stems.iter().map(|stem| rarity::bucket(vocabulary.text(*stem))).collect();
        buckets.sort_unstable();
        buckets.dedup();
        buckets.into_iter().for_each(|bucket| holding[bucket] += 1);
        by_id.insert(article.id.as_str(), texts.len());
        texts.push((stems, terms));
    }
    let idf = |bucket: usize| {
        let (all, holding) = (texts.len() as f32, holding[bucket] as f32);
        (1.0 + (all - holding + 0.5) / (holding + 0.5)).ln()
    };
    let table: Vec<u8> = (0..rarity::BUCKETS).map(|bucket| (idf(bucket) * rarity::STEPS).round().min(255.0) as u8).collect();
    fs::write(options.output.join("rarity.bin"), &table)?;
    let rarities: Vec<f32> = vocabulary.stems.iter().map(|stem| f32::from(table[rarity::bucket(stem)]) / rarity::STEPS).collect();
    println!("{} stems, {} words; {} stems are frequent", vocabulary.stems.len(), vocabulary.folded.len(), rarities.iter().filter(|r| **r < 2.3).count());
    let terms = texts.iter().map(|(_, terms)| terms.as_slice());
    fs::write(options.output.join("projection.bin"), projection::of(&vocabulary, &rarities, terms))?;
    let mut pairs = Vec::new();
    for known in &headlines.table {
        let (headline, _) = vocabulary.words(&known.q);
        let text = &texts[by_id[known.id.as_str()]].0;
        pairs.push((headline, text[..text.len().min(LEAD)].to_vec()));
    }
    let lines = translation::table(&pairs, vocabulary.stems.len(), &|stem| vocabulary.text(stem).to_owned());
    println!("{} stems of headlines, {} bytes", lines.lines().count(), lines.len());
    fs::write(options.output.join("related.txt"), lines)?;
    Ok(())
}
