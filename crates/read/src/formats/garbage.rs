//! What is known and not read: refused by its name, with what to do about it, and never taken for an article.
//!
//! Files with telling first bytes are refused before any format looks at them. What no format recognises is plain text,
//! unless it begins like one of the kinds in [`TEXT_KINDS`].

use super::{Reason, RefusalKind, Sniff, sniff::find};

/// First bytes of files that are not read, what they are, and what to do.
const FIRST_BYTES: [(&[u8], &str); 19] = [
    (b"7z\xbc\xaf\x27\x1c", "7z archive: not read; unpack it first"),
    (b"Rar!\x1a\x07", "RAR archive: not read; unpack it first"),
    (b"\xfd7zXZ\0", "xz archive: not read; unpack it first"),
    (b"\x04\x22\x4d\x18", "lz4 archive: not read; unpack it first"),
    (b"\x1f\x9d", "compress (.Z) archive: not read; unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office document: not read; save it as DOCX, text or HTML"),
    (b"SQLite format 3\0", "SQLite database: not read; export its table as CSV or JSON Lines"),
    (b"PAR1", "Parquet file: not read; export it as CSV or JSON Lines"),
    (b"ORC", "ORC file: not read; export it as CSV or JSON Lines"),
    (b"Obj\x01", "Avro file: not read; export it as JSON Lines"),
    (b"bplist00", "Safari web archive or property list: not read; save the page as HTML"),
    (b"AT&TFORM", "DjVu book: not read; convert it to text first"),
    (b"%!PS", "PostScript file: not read; convert it to text first"),
    (b"\x89PNG", "picture: not read"),
    (b"\xff\xd8\xff", "picture: not read"),
    (b"GIF8", "picture: not read"),
    (b"ID3", "sound: not read"),
    (b"\x1a\x45\xdf\xa3", "video: not read"),
    (b"\x7fELF", "program: not read"),
];

/// Why a file with these first bytes is not read.
pub(super) fn by_first_bytes(sniff: &Sniff<'_>) -> Option<Reason> {
    let known = FIRST_BYTES.into_iter().find(|(magic, _)| sniff.head.starts_with(magic)).map(|(_, what)| what);
    let mobi = || {
        let is_mobi = sniff.head.get(60..68) == Some(b"BOOKMOBI");
        is_mobi.then_some("Kindle book: not read; convert it to EPUB or text first")
    };
    known.or_else(mobi).map(|what| RefusalKind::Unsupported.because(what))
}

/// A kind of text that is not an article: how it begins, and why it is refused.
type TextKind = fn(&Sniff<'_>) -> Option<Reason>;

/// In this order; the first that fits says why the input is refused.
const TEXT_KINDS: [TextKind; 10] =
    [capture_index, sql, robots, download_log, subtitles, tex, calendar_or_card, sitemap, property_list, unknown_xml];

/// Why an input that no format recognises is not plain text either.
pub(super) fn by_text(sniff: &Sniff<'_>) -> Option<Reason> {
    TEXT_KINDS.into_iter().find_map(|kind| kind(sniff))
}

fn unsupported(what: &str) -> Option<Reason> {
    Some(RefusalKind::Unsupported.because(what))
}

fn not_an_article(what: &str) -> Option<Reason> {
    Some(RefusalKind::NotAnArticle.because(what))
}

/// « CDX N b a …», or «ru,example)/news 20200726… {…».
fn capture_index(sniff: &Sniff<'_>) -> Option<Reason> {
    let first = sniff.ascii.lines().next().unwrap_or("");
    let named = sniff.head.starts_with(b" CDX ") || first.starts_with("!meta!");
    let mut words = first.split(' ');
    let surt = words.next().is_some_and(|word| word.contains(")/") && word.contains(','));
    let stamp = words.next().is_some_and(|word| word.len() == 14 && word.bytes().all(|b| b.is_ascii_digit()));
    (named || surt && stamp).then_some(())?;
    not_an_article("CDX index of a web archive: it holds no texts; read its WARC files")
}

/// «-- MySQL dump», «CREATE TABLE …», «INSERT INTO … VALUES …».
fn sql(sniff: &Sniff<'_>) -> Option<Reason> {
    const HEADS: [&str; 7] = [
        "-- mysql dump",
        "-- mariadb dump",
        "-- postgresql database dump",
        "-- phpmyadmin",
        "-- adminer",
        "/*!40",
        "pragma foreign_keys",
    ];
    let code = |line: &&str| !line.is_empty() && !line.starts_with("--");
    let first = sniff.ascii.lines().map(str::trim).find(code).unwrap_or("");
    let begins = |openings: &[&str]| openings.iter().any(|opening| first.starts_with(opening));
    let head = || sniff.ascii.lines().take(5).any(|line| HEADS.iter().any(|head| line.starts_with(head)));
    let structure = || begins(&["create table", "create database", "drop table"]) && first.contains(['(', ';', '`']);
    let insert = || begins(&["insert into"]) && first.contains("values");
    let setting =
        || begins(&["set names", "set sql_mode", "begin transaction"]) && first.len() < 60 && first.ends_with(';');
    (head() || structure() || insert() || setting()).then_some(())?;
    unsupported("SQL dump: not read; export its table as CSV or JSON Lines")
}

fn robots(sniff: &Sniff<'_>) -> Option<Reason> {
    let rule = |line: &str| ["user-agent:", "disallow:", "allow:", "sitemap:"].iter().any(|r| line.starts_with(r));
    let mut lines = sniff.ascii.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    (lines.next().is_some_and(rule) && lines.next().is_none_or(rule)).then_some(())?;
    not_an_article("robots.txt: rules for crawlers")
}

/// «--2020-07-26 10:00:00--  https://…»: the log of wget.
fn download_log(sniff: &Sniff<'_>) -> Option<Reason> {
    let first = sniff.ascii.lines().next().unwrap_or("");
    let stamped = first.starts_with("--") && first.contains("--  http");
    let closed = || first.starts_with("opening warc file") || first.starts_with("saving to: ");
    (stamped || closed()).then_some(())?;
    not_an_article("log of a download")
}

/// «1», «00:00:01,000 --> …», or «WEBVTT».
fn subtitles(sniff: &Sniff<'_>) -> Option<Reason> {
    let mut lines = sniff.ascii.lines().map(str::trim);
    let numbered = lines.next().is_some_and(|line| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit()));
    let timed = lines.next().is_some_and(|line| line.contains(" --> ") && line.contains(':'));
    (sniff.ascii.starts_with("webvtt") || numbered && timed).then_some(())?;
    not_an_article("subtitles")
}

fn tex(sniff: &Sniff<'_>) -> Option<Reason> {
    ["\\documentclass", "\\documentstyle", "\\begin{document}"]
        .into_iter()
        .any(|command| sniff.ascii.contains(command))
        .then_some(())?;
    unsupported("TeX document: not read; convert it to text first")
}

fn calendar_or_card(sniff: &Sniff<'_>) -> Option<Reason> {
    ["begin:vcalendar", "begin:vcard"].into_iter().any(|opening| sniff.ascii.starts_with(opening)).then_some(())?;
    not_an_article("calendar or address card")
}

fn sitemap(sniff: &Sniff<'_>) -> Option<Reason> {
    matches!(sniff.root()?, "urlset" | "sitemapindex").then_some(())?;
    not_an_article("sitemap: a list of addresses without texts")
}

fn property_list(sniff: &Sniff<'_>) -> Option<Reason> {
    let web = sniff.root()? == "plist" && find(sniff.head, b"WebMainResource").is_some();
    web.then_some(())?;
    unsupported("Safari web archive: not read; save the page as HTML")
}

/// Well-formed beginnings with a root element that no format knows.
fn unknown_xml(sniff: &Sniff<'_>) -> Option<Reason> {
    let root = sniff.root()?;
    let certain =
        sniff.ascii.starts_with("<?xml") || sniff.ascii.contains(&format!("</{root}")) || sniff.is_named(&["xml"]);
    certain.then_some(())?;
    unsupported(&format!("XML of an unknown kind (root element <{root}>): not read; convert it to CSV or JSON Lines"))
}

#[cfg(test)]
mod tests {
    use super::{Sniff, by_first_bytes, by_text};

    fn why(text: &str) -> Option<String> {
        let sniff = Sniff::new("a.txt", text.as_bytes());
        by_first_bytes(&sniff).or_else(|| by_text(&sniff)).map(|reason| reason.details)
    }

    #[test]
    fn every_kind_is_named() {
        for (text, name) in [
            (" CDX N b a m s k r M S V g\n", "CDX"),
            ("ru,example)/news 20200726100000 {\"url\": \"x\"}\n", "CDX"),
            ("-- MySQL dump 10.13\n--\nCREATE TABLE `a` (", "SQL"),
            ("INSERT INTO `news` VALUES (1,'Новость');\n", "SQL"),
            ("--\n-- PostgreSQL database dump\n--\n", "SQL"),
            ("User-agent: *\nDisallow: /admin\n", "robots"),
            ("--2020-07-26 10:00:00--  https://a.example/\nОткрывается…", "log"),
            ("1\n00:00:01,000 --> 00:00:02,000\nПривет\n", "subtitles"),
            ("\\documentclass{article}\n\\begin{document}", "TeX"),
            ("<?xml version=\"1.0\"?><urlset><url><loc>x</loc></url></urlset>", "sitemap"),
            ("<?xml version=\"1.0\"?>\n<document><body>Текст</body></document>", "<document>"),
        ] {
            let found = why(text);
            assert!(found.as_deref().is_some_and(|found| found.contains(name)), "{text}: {found:?}");
        }
    }

    #[test]
    fn articles_are_left_alone() {
        for text in [
            "Выступая в Москве: «мы готовы»\nТекст",
            "Insert into the record: a story about tables; it is long",
            "From our correspondent: Moscow\nText of the news",
            "1\nПервая глава --> конец",
            "Set names in stone, said the sculptor; a long story of the stone",
            "-- Вы готовы? -- спросил он.",
            "< 5 рублей стоит хлеб",
        ] {
            assert_eq!(why(text), None, "{text}");
        }
    }
}
