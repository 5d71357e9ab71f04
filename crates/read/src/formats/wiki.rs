//! MediaWiki XML dumps: a page is an article, its markup taken away.

use super::{
    super::limits::{Damage, io_reason, too_long},
    FieldMap, Format, Piece, Place, Reason, Record, RecordParser, Records, RefusalKind, Risk, Sink, Sniff,
    markup::{ElementCutter, Elements},
};
use std::{io::BufRead, ops::ControlFlow};

pub(super) struct MediaWiki;

/// Longest tag in wiki text, in bytes: a `<` without a `>` as near is a character.
const LONGEST_TAG: usize = 1000;

impl Format for MediaWiki {
    fn name(&self) -> &'static str {
        "mediawiki"
    }

    fn recognises(&self, sniff: &Sniff<'_>) -> bool {
        sniff.has_root(&["mediawiki"])
    }

    fn split(&self, input: &mut dyn BufRead, place: &Place<'_>, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut cutter = ElementCutter::new(&["page"]);
        loop {
            match cutter.next(input) {
                Ok(Some(page)) if page.is_too_long => place.refuse_record(sink, page.number, too_long("page"))?,
                Ok(Some(page)) if page.is_cut_off => {
                    place.refuse_record(
                        sink,
                        page.number,
                        RefusalKind::CutOff.because("the dump ends in this page"),
                    )?;
                }
                Ok(Some(page)) => place.record(sink, page.number, page.bytes, &Self)?,
                Ok(None) if cutter.number == 0 => {
                    return place.refuse(sink, RefusalKind::NoRecords.because("a dump without pages"));
                }
                Ok(None) => return ControlFlow::Continue(()),
                Err(e) => {
                    place.refuse(sink, io_reason(&e))?;
                    if !Damage::can_go_on(&e) {
                        return ControlFlow::Continue(());
                    }
                }
            }
        }
    }
}

impl RecordParser for MediaWiki {
    fn format(&self) -> &'static str {
        "mediawiki"
    }

    fn risk(&self) -> Risk {
        Risk::None
    }

    fn parse(&self, piece: &Piece, _: &FieldMap) -> Result<Records, Reason> {
        let decoded = piece.decode(None)?;
        let page = Elements::of(&decoded.text, &|name| matches!(name, "title" | "ns" | "timestamp" | "text"));
        let element = |name: &str| page.first(&[name]).map(|element| element.text()).filter(|text| !text.is_empty());
        if element("ns").is_some_and(|namespace| namespace != "0") {
            return Err(RefusalKind::NotAnArticle.because("a page about the wiki itself"));
        }
        Ok(vec![Ok(Record {
            title: element("title"),
            date: element("timestamp"),
            text: plain(&element("text").unwrap_or_default()),
            from_page: true,
            encoding: decoded.encoding,
            ..Record::default()
        })])
    }
}

/// Wiki text without templates, links, tags and quotes of emphasis.
fn plain(wiki: &str) -> String {
    let mut out = String::with_capacity(wiki.len());
    let (mut templates, mut rest) = (0usize, wiki);
    // Once no link ends any more, none is looked for again: input may be full of their beginnings.
    let mut links_end = true;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("{{") || rest.starts_with("{|") {
            templates += 1;
            2
        } else if templates > 0 && (rest.starts_with("}}") || rest.starts_with("|}")) {
            templates -= 1;
            2
        } else if templates > 0 {
            c.len_utf8()
        } else if links_end && let Some(after) = rest.strip_prefix("[[") {
            match after.split_once("]]") {
                Some((link, _)) => {
                    if !link.contains([':', '\n']) {
                        out.push_str(link.rsplit('|').next().unwrap_or(link));
                    }
                    link.len() + 4
                }
                None => {
                    links_end = false;
                    2
                }
            }
        } else if rest.starts_with("''") {
            rest.len() - rest.trim_start_matches('\'').len()
        } else if let Some(length) = tag_length(rest) {
            length
        } else {
            if c != '=' || !out.ends_with(['\n', '=']) {
                out.push(c);
            }
            c.len_utf8()
        };
        rest = rest.get(skip..).unwrap_or("");
    }
    let lines = out.lines().map(|line| line.trim().trim_matches('=').trim_start_matches(['*', '#', ':']).trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Bytes of the tag or comment that `text` begins with.
fn tag_length(text: &str) -> Option<usize> {
    let tag = text.strip_prefix('<')?;
    let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    is_tag.then_some(())?;
    tag.bytes().take(LONGEST_TAG).position(|b| b == b'>').map(|at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::super::parse_bytes;

    #[test]
    fn pages_are_articles() {
        let dump = "<mediawiki>\n  <page>\n    <title>Выборы</title>\n    <ns>0</ns>\n    <revision>\n      <timestamp>2025-03-04T10:11:12Z</timestamp>\n      <text>{{дата|4 марта}}\n'''Выборы''' прошли в [[Москва|Москве]] &amp; области.&lt;ref&gt;x&lt;/ref&gt;\n== Итоги ==\n* Первый\n[[Категория:Новости]]</text>\n    </revision>\n  </page>\n</mediawiki>\n";
        let records = parse_bytes("a.xml", dump.as_bytes());
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.title.as_deref(), Some("Выборы"));
        assert_eq!(record.text, "Выборы прошли в Москве & области.x\nИтоги\nПервый");
        assert_eq!(record.date.as_deref(), Some("2025-03-04T10:11:12Z"));
    }

    #[test]
    fn pages_need_no_lines_of_their_own() {
        let dump = "<mediawiki><page><title>Раз</title><text>Текст</text></page><page><title>Два</title><text>Ещё</text></page></mediawiki>";
        let texts: Vec<String> = parse_bytes("a.xml", dump.as_bytes()).into_iter().map(|r| r.unwrap().text).collect();
        assert_eq!(texts, ["Текст", "Ещё"]);
        let cut = parse_bytes("a.xml", &dump.as_bytes()[..dump.len() - 40]);
        assert_eq!(cut[0].as_ref().unwrap().text, "Текст");
        assert_eq!(cut[1].as_ref().unwrap_err().reason, "the dump ends in this page");
    }

    #[test]
    fn comparisons_are_not_tags() {
        assert_eq!(super::plain("3 < 5 и <b>7</b> > 6, [[ссылка"), "3 < 5 и 7 > 6, ссылка");
    }
}
