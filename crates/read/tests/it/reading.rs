//! Reading folders, archives and broken files: what is read, what is refused, and in which order.

use std::{
    fs,
    io::{Cursor, Write},
    ops::ControlFlow,
    path::Path,
};
use svodka_read::{Every, ReadEvent, ReadOptions, parse_bytes, read_paths};

/// `path: text` of every record and `path! reason` of every refusal, in order.
fn read(folder: &Path) -> Vec<String> {
    let options = ReadOptions::default();
    let mut out = Vec::new();
    read_paths(&[folder.to_path_buf()], &options, &Every, &mut |item| {
        match item {
            ReadEvent::Piece(piece) => out.extend(piece.parse(&options).into_iter().map(|r| match r {
                Ok(record) => format!("{}: {}", record.origin.display(), record.text),
                Err(refusal) => format!("{}! {}", refusal.path, refusal.reason),
            })),
            ReadEvent::Refused(refusal) => out.push(format!("{}! {}", refusal.path, refusal.reason)),
            ReadEvent::Begin(_) | ReadEvent::Done(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    let root = format!("{}/", folder.display());
    out.into_iter().map(|line| line.replace(&root, "")).collect()
}

fn records(name: &str, bytes: &[u8]) -> Vec<String> {
    let lines = parse_bytes(name, bytes).into_iter().map(|r| match r {
        Ok(record) => format!("{}: {}", record.origin.display(), record.text),
        Err(refusal) => format!("{}! {}", refusal.path, refusal.reason),
    });
    lines.collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const ONE: &[u8] = "Первая новость.".as_bytes();
const TWO: &[u8] = "Вторая новость.".as_bytes();

#[test]
fn archives_in_archives() {
    let inner = zip(&[("раз.txt", ONE), ("папка/два.txt", TWO), (".скрытый", TWO), ("style.css", b"p {}")]);
    let lines = zip(&[("три.jsonl", "{\"text\": \"Третья.\"}\n{\"text\": \"Четвёртая.\"}\n".as_bytes())]);
    let outer = gzip(&tar(&[("a/inner.zip", &inner), ("b.txt.gz", &gzip(ONE)), ("c.zip", &lines)]));
    assert_eq!(
        records("x.tar.gz", &outer),
        [
            "x.tar.gz/a/inner.zip/раз.txt: Первая новость.",
            "x.tar.gz/a/inner.zip/папка/два.txt: Вторая новость.",
            "x.tar.gz/b.txt.gz: Первая новость.",
            "x.tar.gz/c.zip/три.jsonl:1: Третья.",
            "x.tar.gz/c.zip/три.jsonl:2: Четвёртая.",
        ]
    );
}

#[test]
fn every_packing() {
    let zst = zstd::encode_all(ONE, 3).unwrap();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(ONE).unwrap();
    let bz2 = bz2.finish().unwrap();
    for (name, bytes) in [("a.zst", zst), ("a.bz2", bz2), ("a.gz", gzip(ONE)), ("без имени", gzip(ONE))] {
        assert_eq!(records(name, &bytes), [format!("{name}: Первая новость.")]);
    }
    let members = [gzip("Первая ".as_bytes()), gzip("новость.".as_bytes())].concat();
    assert_eq!(records("a.txt.gz", &members), ["a.txt.gz: Первая новость."]);
}

#[test]
fn names_in_the_code_page_of_dos() {
    let name = "статья.txt";
    let ibm866 = svodka_read::encoding::Charset::Ibm866.encode(name).0;
    let mut archive = zip(&[("??????.txt", ONE)]);
    // The name stands twice: before the entry and in the directory.
    for at in 0..archive.len() - ibm866.len() {
        if archive[at..].starts_with(b"??????.txt") {
            archive[at..at + ibm866.len()].copy_from_slice(&ibm866);
        }
    }
    assert_eq!(records("a.zip", &archive), ["a.zip/статья.txt: Первая новость."]);
}

#[test]
fn folders_are_read_in_order_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("б")).unwrap();
    fs::write(at("б/новость.txt"), ONE).unwrap();
    fs::write(at("а.txt"), TWO).unwrap();
    fs::write(at("README.md"), b"no article").unwrap();
    fs::write(at(".hidden"), b"no article").unwrap();
    fs::write(at("style.css"), b"p {}").unwrap();
    fs::write(at("в.bin"), b"a\0b").unwrap();
    fs::write(at("г.txt"), b"").unwrap();
    fs::write(at("д.pdf"), b"%PDF-1.4").unwrap();
    assert_eq!(
        read(folder.path()),
        [
            "а.txt: Вторая новость.",
            "б/новость.txt: Первая новость.",
            "в.bin! binary file, not text",
            "г.txt! empty file",
            "д.pdf! damaged or cut off PDF file: couldn't parse input",
        ]
    );
}

/// A real saved page against the extraction that its source publishes; `SVODKA_SHARED` names the folder of both.
#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn a_saved_page_is_read_as_its_archive_says() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED") else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let folder = Path::new(&shared).join("corpus/pages");
    let name = "tests__resources__parser__test_data__ru__Kommersant_2025_05_14.html.gz";
    let expected = fs::read(folder.join("ru_Kommersant.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
    let expected = &expected["V1"];
    let found = parse_bytes(name, &fs::read(folder.join(name)).unwrap());
    let record = found[0].as_ref().unwrap();
    assert_eq!(record.title.as_deref(), expected["title"].as_str());
    assert!(
        record.author.as_deref().unwrap().contains(expected["authors"][0].as_str().unwrap()),
        "{:?}",
        record.author
    );
    let stated = expected["publishing_date"].as_str().unwrap();
    assert!(record.date.as_deref().unwrap().starts_with(&stated[..10]), "{:?}", record.date);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = words(&record.text);
    let paragraphs = expected["body"]["sections"][0]["paragraphs"].as_array().unwrap();
    let lost: Vec<_> = paragraphs.iter().filter(|p| !text.contains(&words(p.as_str().unwrap()))).collect();
    let length: usize = paragraphs.iter().map(|p| p.as_str().unwrap().chars().count()).sum();
    println!(
        "{} of {} paragraphs lost; {} characters for {length}",
        lost.len(),
        paragraphs.len(),
        text.chars().count()
    );
    assert!(lost.len() * 50 <= paragraphs.len(), "lost: {lost:?}");
    assert!(text.chars().count() * 20 <= length * 21, "boilerplate in it");
}

/// Every saved page gives one record with a title, a text and no markup.
#[test]
#[ignore = "needs the archive of real articles that SVODKA_SHARED names"]
fn saved_pages_give_text_without_markup() {
    let Some(shared) = std::env::var_os("SVODKA_SHARED") else {
        println!("skipped: SVODKA_SHARED is not set");
        return;
    };
    let mut pages = 0;
    for entry in fs::read_dir(Path::new(&shared).join("corpus/pages")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains(".html") {
            continue;
        }
        pages += 1;
        let found = parse_bytes(&name, &fs::read(&path).unwrap());
        let record = found[0].as_ref().unwrap_or_else(|refusal| panic!("{name}: {}", refusal.reason));
        assert_eq!((found.len(), record.format), (1, "html"), "{name}");
        assert!(record.title.as_deref().is_some_and(|title| title.len() > 5), "{name}: {:?}", record.title);
        assert!(record.text.chars().count() > 200, "{name}: {}", record.text);
        assert!(
            !["</", "{\"", "function(", "&nbsp;"].iter().any(|mark| record.text.contains(mark)),
            "{name}: {}",
            record.text
        );
        if name.starts_with("scripts__") {
            assert!(record.date.is_some() && record.outlet.is_some() && record.url.is_some(), "{name}: {record:?}");
        }
    }
    assert_eq!(pages, 12);
}

/// Where each thing that a page says of itself is taken from, and which of two statements wins.
#[test]
fn a_page_states_its_metadata_in_many_ways() {
    let body = "<p>Завод в Туле открыли вчера, его строили три года и четыре месяца подряд без выходных.</p>".repeat(4);
    let page = |head: &str, marks: &str| {
        let html = format!("<html><head>{head}</head><body><article>{marks}{body}</article></body></html>");
        parse_bytes("a.html", html.as_bytes()).remove(0).unwrap()
    };
    let ld = r#"<script type="application/ld+json">[{"@type":"BreadcrumbList"},{"@type":"NewsArticle","headline":"Из LD","datePublished":"2025-03-04","author":{"name":"А. Б."},"publisher":{"name":"Вестник"},"url":"https://a.example/ld"}]</script>"#;
    let og = r#"<meta property="og:title" content="Из OG"><meta property="og:url" content="https://a.example/og"><meta property="article:published_time" content="2025-03-05"><meta property="og:site_name" content="Газета">"#;
    let meta = r#"<meta name="author" content="В. Г."><meta name="date" content="2025-03-06">"#;
    let time = r#"<time datetime="2025-03-07">вчера</time>"#;
    let of = |record: &svodka_model::record::Record| {
        [&record.title, &record.date, &record.url, &record.outlet, &record.author]
            .map(|field| field.clone().unwrap_or_default())
    };
    assert_eq!(of(&page(ld, time)), ["Из LD", "2025-03-04", "https://a.example/ld", "Вестник", "А. Б."]);
    assert_eq!(
        of(&page(&format!("{og}{meta}"), time)),
        ["Из OG", "2025-03-05", "https://a.example/og", "Газета", "В. Г."]
    );
    assert_eq!(of(&page(&format!("<title>Из title</title>{meta}"), time)), ["Из title", "2025-03-06", "", "", "В. Г."]);
    assert_eq!(of(&page("", &format!("<h1>Из h1</h1>{time}")))[..2], ["Из h1", "2025-03-07"]);
    let canonical = format!("<link rel=\"canonical\" href=\"https://a.example/c\">{ld}{og}");
    assert_eq!(of(&page(&canonical, ""))[2], "https://a.example/c");
}

/// Dates and outlets with where they came from, through the whole of reading and extraction.
#[test]
fn origins_are_recorded_and_never_the_time_of_the_file() {
    use svodka_text::{
        extract::{Extractor, Scratch},
        names::Lexicon,
    };
    let extractor = Extractor::new(Lexicon::bundled());
    let mut scratch = Scratch::default();
    let mut article = |name: &str, bytes: &str| {
        let record = parse_bytes(name, bytes.as_bytes()).remove(0).unwrap();
        let article = extractor.article(record, &mut scratch);
        let date = article.date.map(|date| format!("{} {}", date.value, date.from.name())).unwrap_or_default();
        let outlet = article.outlet.map(|outlet| format!("{} {}", outlet.name, outlet.from.name())).unwrap_or_default();
        (date, outlet)
    };
    let said = |date: &str, outlet: &str| (date.to_owned(), outlet.to_owned());
    let words = "В Туле открыли завод. Его строили три года.";
    let line = |more: &str| format!("{{\"text\": \"{words}\"{more}}}\n");
    assert_eq!(article("a.jsonl", &line("")), said("", ""), "the time of a file says nothing");
    assert_eq!(
        article("a.jsonl", &line(", \"date\": \"4 марта 2025\", \"outlet\": \"Вестник\"")),
        said("2025-03-04 field", "Вестник metadata")
    );
    assert_eq!(article("a.jsonl", &line(", \"url\": \"https://www.rbc.ru/politics/04/03/2025/1\"")).1, "РБК domain");
    assert_eq!(article("a.jsonl", &line(", \"url\": \"https://a.example/2025/03/04/z\"")).0, "2025-03-04 url");
    assert_eq!(article("lenta.ru/2025-03-04.txt", words), said("2025-03-04 path", "Лента.ру folder"));
    assert_eq!(article("a.txt", &format!("22 ноября 2026 года. {words}")).0, "2026-11-22 opening");
    assert_eq!(article("2024/a.txt", &format!("МОСКВА, 3 дек – РИА Новости. {words}")).0, "2024-12-03 dateline");
    let page = format!(
        "<html><head><meta property=\"og:site_name\" content=\"Тульский Вестник\"><meta property=\"article:published_time\" content=\"2025-03-05T10:00:00+03:00\"></head><body><p>{words}</p></body></html>"
    );
    assert_eq!(article("a.html", &page), said("2025-03-05T10:00:00+03:00 page", "Тульский Вестник page"));
}

/// Text decoded wrongly once, in files and in records, comes out right; what only looks odd stays as it is.
#[test]
fn mojibake_is_repaired_when_it_is_certain() {
    let words = "В Туле открыли завод по сборке насосов, сообщает агентство";
    let mangled = svodka_read::encoding::Charset::Windows1251.decode(words.as_bytes());
    assert_ne!(mangled, words);
    assert_eq!(records("a.txt", mangled.as_bytes()), [format!("a.txt: {words}")]);
    let line = serde_json::json!({"title": mangled, "text": mangled}).to_string();
    let record = parse_bytes("a.jsonl", line.as_bytes()).remove(0).unwrap();
    assert_eq!((record.title.as_deref(), record.text.as_str()), (Some(words), words));
    for right in ["Müller kam aus Malmö nach Besançon und fuhr weiter.", "Українська їжа та її ґазда.", "ъъъ ыыы ёёё"]
    {
        assert_eq!(records("a.txt", right.as_bytes()), [format!("a.txt: {right}")]);
    }
}
