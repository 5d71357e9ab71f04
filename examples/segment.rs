//! Prints what the tokenizer and the sentence splitter make of articles, a JSON array a line:
//! `[[[start, end] of each token], [[start, end] of each sentence]]`, offsets in characters.

use std::error::Error;

use svodka_text::analyse::{sentence::sentences, token::tokenize};

fn main() -> Result<(), Box<dyn Error>> {
    for file in std::env::args().skip(1) {
        for line in std::fs::read_to_string(file)?.lines() {
            let article: serde_json::Value = serde_json::from_str(line)?;
            let text = article.get("text").and_then(serde_json::Value::as_str).unwrap_or_default();
            let tokens = tokenize(text);
            let chars = |byte: u32| text.get(..byte as usize).map_or(0, |before| before.chars().count());
            let words: Vec<_> = tokens.iter().map(|t| [chars(t.start), chars(t.end)]).collect();
            let cuts: Vec<_> = (sentences(text, &tokens).into_iter())
                .filter_map(|r| Some([words.get(r.start)?[0], words.get(r.end - 1)?[1]]))
                .collect();
            println!("{}", serde_json::json!([words, cuts]));
        }
    }
    Ok(())
}
