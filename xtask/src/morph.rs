//! `cargo xtask morph`: builds the morphological dictionary from its public sources.
//!
//! The result depends on the two packages and on `data/` alone; the same input gives the same bytes.

mod dawg;
mod endings;
#[path = "../../crates/text/src/analyse/morph/format.rs"]
#[allow(unreachable_pub, dead_code, reason = "shared with the library, which uses the rest")]
mod format;
mod frequency;
mod lexicon;
mod names;
mod news;
mod policy;
mod source;
#[path = "../../crates/text/src/analyse/morph/tag.rs"]
#[allow(unreachable_pub, dead_code, reason = "shared with the library, which uses the rest")]
mod tag;
mod write;

use anyhow::Result;
use std::path::Path;

/// Reads the `data` folder of pymorphy3-dicts-ru and the navec archive of natasha, writes `data/morph`.
pub(crate) fn build(dicts: &Path, navec: &Path, data: &Path) -> Result<()> {
    let source = source::Source::read(dicts)?;
    let counts = news::read_counts(navec)?;
    let mut lexicon = lexicon::Lexicon::new(&source)?;
    println!("{}", names::add(&mut lexicon, data)?);
    let shares = frequency::Shares::new(&lexicon, &source, &counts)?;
    let decided = policy::decide(&lexicon, &shares, &counts)?;
    let endings = endings::name_endings(&lexicon)?;
    for line in write::write(&data.join("morph"), &lexicon, &decided, &endings)? {
        println!("{line}");
    }
    Ok(())
}
