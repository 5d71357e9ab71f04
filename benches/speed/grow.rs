//! A larger archive from a small one: distinct articles made of its sentences, with its word frequencies.
//!
//! Every new article takes its shape (paragraphs, and sentences in each) and its metadata from an article of the
//! folder, and every sentence from a random article: opening ones from openings, closing ones from ends, so that
//! attributions, datelines and footers stand where they stand in news. Sentences are drawn as often as they occur, so
//! words keep their frequencies; only the vocabulary stops growing, which real archives do too, slowly.

use super::articles::{self, Random, Record};
use anyhow::Result;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};
use svodka_text::analyse::Analysis;

/// Sentences by where they stand, and the shapes of articles.
struct Material {
    records: Vec<Record>,
    shapes: Vec<Vec<usize>>,
    first: Vec<String>,
    middle: Vec<String>,
    last: Vec<String>,
}

/// Days from which dates are drawn: twenty years, so that a timeline has something to show.
const DAYS: usize = 20 * 365;

/// Writes `count` articles to `out`.
pub fn write(folder: &Path, count: u64, out: &Path) -> Result<()> {
    write_from(articles::all(folder)?, count, out)
}

/// Writes `count` articles made of `records` to `out`.
pub fn write_from(records: Vec<Record>, count: u64, out: &Path) -> Result<()> {
    let material = Material::gather(records);
    let mut random = Random(count);
    let mut file = BufWriter::new(File::create(out)?);
    for number in 0..count {
        serde_json::to_writer(&mut file, &material.article(number, &mut random))?;
        file.write_all(b"\n")?;
    }
    file.flush()?;
    Ok(())
}

impl Material {
    fn gather(records: Vec<Record>) -> Self {
        let mut material =
            Self { records: Vec::new(), shapes: Vec::new(), first: Vec::new(), middle: Vec::new(), last: Vec::new() };
        for record in &records {
            let analysis = Analysis::new(&record.text);
            let paragraphs = analysis.sentences.chunk_by(|a, b| a.paragraph == b.paragraph);
            material.shapes.push(paragraphs.map(<[_]>::len).collect());
            let sentences: Vec<&str> = analysis.sentences.iter().filter_map(|s| record.text.get(s.range())).collect();
            match sentences.as_slice() {
                [] => {}
                [only] => material.first.push((*only).to_owned()),
                [first, middle @ .., last] => {
                    material.first.push((*first).to_owned());
                    material.middle.extend(middle.iter().map(|s| (*s).to_owned()));
                    material.last.push((*last).to_owned());
                }
            }
        }
        material.records = records;
        material
    }

    fn article(&self, number: u64, random: &mut Random) -> Record {
        let at = random.below(self.records.len());
        let shape = &self.shapes[at];
        let total: usize = shape.iter().sum();
        let mut text = String::new();
        let mut written = 0;
        for paragraph in shape {
            for sentence in 0..*paragraph {
                let from = match written {
                    0 => &self.first,
                    n if n + 1 == total => &self.last,
                    _ => &self.middle,
                };
                if sentence > 0 {
                    text.push(' ');
                }
                let drawn: &String = random.of(from);
                text.push_str(drawn);
                written += 1;
            }
            text.push('\n');
        }
        let day = random.below(DAYS);
        Record {
            id: format!("grown-{number}"),
            title: random.of(&self.records).title.clone(),
            text,
            date: Some(format!("{}-{:02}-{:02}", 2005 + day / 365, day % 365 / 31 + 1, day % 28 + 1)),
            url: None,
            outlet: self.records[at].outlet.clone(),
        }
    }
}
