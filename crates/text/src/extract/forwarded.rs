//! Posts that one channel forwarded from another: what they cite reached it through that other channel.

use crate::names::Lexicon;
use svodka_model::article::Citation;

/// The rule of a channel that the record names, not the text.
const RULE: &str = "forwarded";

/// Adds the channel that a post was forwarded from to every citation that has none.
pub(super) fn add_channel(cited: &mut [Citation], forwarded_from: Option<&str>, lexicon: &Lexicon) {
    let Some(from) = forwarded_from.map(str::trim).filter(|name| !name.is_empty()) else { return };
    let name = lexicon.look_up(from).map_or_else(|| from.to_owned(), |entry| entry.name.clone());
    for citation in cited.iter_mut().filter(|citation| citation.via.is_none() && citation.name != name) {
        citation.via = Some(name.clone());
        citation.via_rule = Some(RULE.to_owned());
    }
}

/// The channel that an article extracted before was forwarded from.
pub(super) fn channel(cited: &[Citation]) -> Option<String> {
    let citation = cited.iter().find(|citation| citation.via_rule.as_deref() == Some(RULE))?;
    citation.via.clone()
}

#[cfg(test)]
mod tests {
    use super::super::{Extractor, Scratch};
    use crate::names::Lexicon;
    use svodka_model::record::Record;

    #[test]
    fn what_a_forwarded_post_cites_came_through_its_first_channel() {
        let record = Record {
            text: "На комбинате «Луч» пустили вторую линию по выпуску насосов, пишет РБК.".into(),
            outlet: Some("Заречный Live".into()),
            forwarded_from: Some("Вестник области".into()),
            ..Record::default()
        };
        let extractor = Extractor::new(Lexicon::bundled());
        let article = extractor.article(record, &mut Scratch::default());
        let via = |article: &svodka_model::article::Article| {
            let citation = article.cited.iter().find(|citation| citation.name == "РБК").unwrap();
            (citation.via.clone(), citation.via_rule.clone())
        };
        let expected = (Some("Вестник области".to_owned()), Some("forwarded".to_owned()));
        assert_eq!(via(&article), expected);
        assert_eq!(via(&extractor.re_extract(article, &mut Scratch::default())), expected);
    }
}
