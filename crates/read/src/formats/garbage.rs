//! What is known and not read: refused by its name, with what to do about it, and never taken for an article.
//!
//! Files with telling first bytes are refused before any format looks at them. What no format recognises is plain text,
//! unless it begins like one of the kinds in [`TEXT_KINDS`].

use super::{Reason, RefusalKind, Sniff, sniff::find};

/// First bytes of files that are not read, what they are, and what to do.
const FIRST_BYTES: [(&[u8], &str); 46] = [
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
    (b"\xca\xfe\xba\xbe", "program: not read"),
    (b"\xcf\xfa\xed\xfe", "program: not read"),
    (b"dex\n", "program: not read"),
    (b"!BDN", "Outlook data file: not read; export its messages as EML or mbox"),
    (b"ITSF", "help file (CHM): not read; convert it to HTML or text first"),
    (b"\0\x01\0\0Standard", "Access database: not read; export its table as CSV"),
    (b"ARROW1", "Arrow file: not read; export it as CSV or JSON Lines"),
    (b"\x89HDF", "HDF5 file: not read; export it as CSV or JSON Lines"),
    (b"\x93NUMPY", "NumPy array: not read; export it as CSV or JSON Lines"),
    (b"\x80\x03}", "Python pickle: not read; export it as JSON Lines"),
    (b"\x80\x04\x95", "Python pickle: not read; export it as JSON Lines"),
    (b"\x80\x05\x95", "Python pickle: not read; export it as JSON Lines"),
    (b"RIFF", "picture, sound or video: not read"),
    (b"OggS", "sound: not read"),
    (b"fLaC", "sound: not read"),
    (b"II*\0", "picture: not read"),
    (b"MM\0*", "picture: not read"),
    (b"wOFF", "font: not read"),
    (b"wOF2", "font: not read"),
    (b"!<arch>", "ar archive: not read; unpack it first"),
    (b"070701", "cpio archive: not read; unpack it first"),
    (b"\xed\xab\xee\xdb", "RPM package: not read"),
    (b"MSCF", "cabinet archive: not read; unpack it first"),
    (b"#EXTM3U", "playlist: not read"),
    (b"-----BEGIN ", "key, certificate or encrypted text: not read"),
    (b"\0\0\xfe\xff", "text in UTF-32: not read; save it as UTF-8"),
    (b"\xff\xfe\0\0", "text in UTF-32: not read; save it as UTF-8"),
];

/// Why a file with these first bytes is not read.
pub(super) fn by_first_bytes(sniff: &Sniff<'_>) -> Option<Reason> {
    let known = FIRST_BYTES.into_iter().find(|(magic, _)| sniff.head.starts_with(magic)).map(|(_, what)| what);
    let mobi = || {
        let is_mobi = sniff.head.get(60..68) == Some(b"BOOKMOBI");
        is_mobi.then_some("Kindle book: not read; convert it to EPUB or text first")
    };
    let bookmarks = || {
        let are_bookmarks = sniff.ascii.starts_with("<!doctype netscape-bookmark");
        are_bookmarks.then_some("bookmarks of a browser: not read; save the pages themselves")
    };
    let film = || (sniff.head.get(4..8) == Some(b"ftyp")).then_some("video: not read");
    known.or_else(mobi).or_else(bookmarks).or_else(film).or_else(|| known_json(sniff)).map(|what| RefusalKind::Unsupported.because(what))
}

/// Kinds of JSON that hold no articles, or hold them in a way that other files do better.
fn known_json(sniff: &Sniff<'_>) -> Option<&'static str> {
    sniff.ascii.starts_with('{').then_some(())?;
    let opening: String = sniff.ascii.chars().filter(|c| !c.is_whitespace()).take(400).collect();
    let has = |part: &str| opening.contains(part);
    match () {
        () if has("{\"log\":{\"version\"") => Some("HAR recording of a browser: not read; save the pages, or record WARC"),
        () if has("\"nbformat\"") || has("\"cell_type\"") => Some("Jupyter notebook: not read"),
        () if has("\"type\":\"featurecollection\"") => Some("GeoJSON map: not read"),
        () => None,
    }
}

/// A kind of text that is not an article: how it begins, and why it is refused.
type TextKind = fn(&Sniff<'_>) -> Option<Reason>;

/// In this order; the first that fits says why the input is refused.
const TEXT_KINDS: [TextKind; 18] = [
    half_arc,
    capture_index,
    sql,
    robots,
    advertisers,
    cookies,
    download_log,
    program_log,
    subtitles,
    tex,
    calendar_or_card,
    sitemap,
    property_list,
    unknown_xml,
    difference,
    settings,
    translations,
    program,
];

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

/// «filedesc://…» without what must follow it.
fn half_arc(sniff: &Sniff<'_>) -> Option<Reason> {
    sniff.ascii.starts_with("filedesc://").then(|| RefusalKind::CutOff.because("ARC file that ends in its head"))
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

/// «google.com, pub-123, DIRECT»: ads.txt.
fn advertisers(sniff: &Sniff<'_>) -> Option<Reason> {
    let rule = |line: &str| {
        let mut parts = line.split(',').map(str::trim);
        parts.next().is_some_and(|domain| domain.contains('.') && !domain.contains(' '))
            && parts.nth(1).is_some_and(|kind| kind.starts_with("direct") || kind.starts_with("reseller"))
    };
    let mut lines = sniff.ascii.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(rule).then_some(())?;
    not_an_article("ads.txt: sellers of advertisements")
}

fn cookies(sniff: &Sniff<'_>) -> Option<Reason> {
    let head = sniff.ascii.lines().next().unwrap_or("");
    (head.starts_with("# netscape http cookie") || head.starts_with("# http cookie file")).then_some(())?;
    not_an_article("cookies of a browser")
}

/// «1.2.3.4 - - [06/May/2020:10:15:00 +0300] "GET / HTTP/1.1" 200», «2020-05-06 10:15:00,123 INFO crawler: …»: every one
/// of the first lines.
fn program_log(sniff: &Sniff<'_>) -> Option<Reason> {
    const LEVELS: [&str; 9] =
        [" info", " warn", " error", " debug", " trace", " critical", " fatal", " notice", " severe"];
    let of_server = |line: &str| line.contains("] \"") && line.contains(" http/1") && line.contains(" [");
    let of_program = |line: &str| {
        let (stamp, rest) = line.split_at_checked(19.min(line.len())).unwrap_or((line, ""));
        let stamp = stamp.trim_start_matches('[');
        let is_stamp = stamp.bytes().take(4).all(|b| b.is_ascii_digit()) && stamp.matches(':').count() >= 2;
        is_stamp && LEVELS.iter().any(|level| rest.chars().take(40).collect::<String>().replace('[', " ").contains(level))
    };
    let mut lines: Vec<&str> = sniff.ascii.lines().filter(|line| !line.trim().is_empty()).take(5).collect();
    if lines.len() > 1 && !sniff.ascii.ends_with('\n') {
        // The last one may be cut off.
        lines.pop();
    }
    (!lines.is_empty() && lines.iter().all(|line| of_server(line) || of_program(line))).then_some(())?;
    not_an_article("log of a program")
}

/// «1», «00:00:01,000 --> …», «WEBVTT», or «[Script Info]».
fn subtitles(sniff: &Sniff<'_>) -> Option<Reason> {
    let mut lines = sniff.ascii.lines().map(str::trim);
    let numbered = lines.next().is_some_and(|line| !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit()));
    let timed = lines.next().is_some_and(|line| line.contains(" --> ") && line.contains(':'));
    let named = ["webvtt", "[script info]"].iter().any(|opening| sniff.ascii.starts_with(opening));
    (named || numbered && timed).then_some(())?;
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

/// Well-formed beginnings with a root element that no format knows, or cut off before it.
fn unknown_xml(sniff: &Sniff<'_>) -> Option<Reason> {
    let Some(root) = sniff.root() else {
        let is_cut = sniff.ascii.starts_with("<?xm");
        return is_cut.then(|| RefusalKind::CutOff.because("XML that ends before its first element"));
    };
    let is_named_space = sniff.ascii.contains(" xmlns=") || sniff.ascii.contains(" xmlns:");
    let certain = is_named_space
        || sniff.ascii.starts_with("<?xml") || sniff.ascii.contains(&format!("</{root}")) || sniff.is_named(&["xml"]);
    certain.then_some(())?;
    unsupported(&format!("XML of an unknown kind (root element <{root}>): not read; convert it to CSV or JSON Lines"))
}

/// «diff --git a/x b/x», or «--- a/x», «+++ b/x», «@@ -1 +1 @@».
fn difference(sniff: &Sniff<'_>) -> Option<Reason> {
    let mut lines = sniff.ascii.lines();
    let mut next = || lines.next().unwrap_or("");
    let [first, second, third] = [next(), next(), next()];
    let three = first.starts_with("--- ") && second.starts_with("+++ ") && third.starts_with("@@ ");
    (first.starts_with("diff --git ") || three).then_some(())?;
    not_an_article("differences between files")
}

/// «[InternetShortcut]», or a file named as settings that looks like them.
fn settings(sniff: &Sniff<'_>) -> Option<Reason> {
    let first = sniff.ascii.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    let first = first.unwrap_or("");
    let shortcut = matches!(first, "[internetshortcut]" | "[desktop entry]");
    let named = sniff.is_named(&["yaml", "yml", "toml", "ini", "cfg", "conf", "properties", "env", "mf"]);
    let is_setting = first.starts_with('[') || first == "---" || first.contains([':', '=']);
    (shortcut || named && is_setting).then_some(())?;
    not_an_article("settings of a program or shortcut")
}

fn translations(sniff: &Sniff<'_>) -> Option<Reason> {
    let opening = sniff.ascii.lines().find(|line| !line.starts_with('#') && !line.is_empty());
    let is_it = opening.is_some_and(|line| line.starts_with("msgid ")) && sniff.ascii.contains("\nmsgstr ");
    is_it.then_some(())?;
    not_an_article("translations of a program's messages")
}

/// «#!/usr/bin/env python3», «begin 644 a.txt», or a file named as the source of a program.
fn program(sniff: &Sniff<'_>) -> Option<Reason> {
    const SOURCES: [&str; 24] = [
        "bat", "c", "cc", "cpp", "cs", "go", "h", "hpp", "java", "jsx", "kt", "lua", "m3u", "pl", "ps1", "py", "r", "rb",
        "rs", "scala", "sh", "swift", "ts", "tsx",
    ];
    let encoded = sniff.ascii.starts_with("begin 6") && sniff.ascii.lines().next().is_some_and(|line| line.len() < 80);
    if encoded {
        return unsupported("file encoded as text (uuencode): not read; decode it first");
    }
    let named = || sniff.is_named(&SOURCES) && sniff.ascii.contains(['{', '(', '=', ';']);
    let directory = || sniff.ascii.starts_with("dn: ") || sniff.ascii.starts_with("version: 1\ndn: ");
    if directory() {
        return not_an_article("directory entries (LDIF)");
    }
    (sniff.ascii.starts_with("#!/") || named()).then_some(())?;
    not_an_article("source of a program")
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
            ("google.com, pub-1, DIRECT, f08c\nyandex.com, 1, RESELLER\n", "ads.txt"),
            ("# Netscape HTTP Cookie File\n.k.example\tTRUE\t/\n", "cookies"),
            ("1.2.3.4 - - [06/May/2020:10:15:00 +0300] \"GET / HTTP/1.1\" 200 12 \"-\" \"M\"\n", "log"),
            ("2020-05-06 10:15:00,123 INFO crawler: fetched\n2020-05-06 10:15:01,123 ERROR crawler: x\n", "log"),
            ("[Script Info]\nTitle: x\n", "subtitles"),
            ("diff --git a/x b/x\n--- a/x\n", "differences"),
            ("[InternetShortcut]\nURL=https://k.example/1\n", "shortcut"),
            ("msgid \"\"\nmsgstr \"\"\n", "translations"),
            ("#!/usr/bin/env python3\nimport os\n", "source of a program"),
            ("begin 644 a.txt\n#0V%T\n`\nend\n", "uuencode"),
            ("version: 1\ndn: cn=a\n", "LDIF"),
            ("-----BEGIN PGP MESSAGE-----\n", "key"),
            ("{\"log\": {\"version\": \"1.2\"}}", "HAR"),
            ("{\"cells\": [{\"cell_type\": \"code\"}]}", "Jupyter"),
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
            "Москва, 6 мая: мэр, губернатор, министр открыли мост",
            "--- Кто там?\n+++ ответа не было",
            "#!важное объявление",
            "2020-05-06 10:15:00 В Туле открыли завод: INFO-агентство сообщает",
            "{Прим. ред.: \"log\"}",
        ] {
            assert_eq!(why(text), None, "{text}");
        }
    }
}
