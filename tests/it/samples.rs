//! A small valid input of each format, for the tests that damage them.

use std::io::{Cursor, Write};

/// Words of a news item.
pub const NEWS: &str = "В Туле открыли завод\nМОСКВА, 3 мар 2025 – РИА Новости. В Туле открыли завод, сообщает газета \
    «Вестник» со ссылкой на Институт изучения войны. Президент Си Цзиньпин поздравил рабочих.\n";

fn page() -> String {
    format!(
        "<!DOCTYPE html><html lang=\"ru\"><head><meta charset=\"utf-8\"><title>Завод — Вестник</title><meta \
         property=\"og:site_name\" content=\"Вестник\"><script type=\"application/ld+json\">{{\"@type\": \
         \"NewsArticle\", \"headline\": \"Завод\", \"datePublished\": \"2025-03-04\"}}</script></head><body><article>\
         <h1>Завод</h1><p>{NEWS}</p><time datetime=\"2025-03-04\">вчера</time></article></body></html>"
    )
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    builder.append_data(&mut header, name, bytes).unwrap();
    builder.into_inner().unwrap()
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn warc() -> Vec<u8> {
    let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", page());
    let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://vestnik.example/1\r\n";
    let record = format!("{head}Content-Length: {}\r\n\r\n{page}\r\n\r\n", page.len());
    record.repeat(2).into_bytes()
}

fn docx() -> Vec<u8> {
    let paragraphs: String = NEWS.lines().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
    zip(&[
        ("word/document.xml", &format!("<w:document><w:body>{paragraphs}</w:body></w:document>")),
        ("[Content_Types].xml", "<Types/>"),
    ])
}

fn open_document(kind: &str, body: &str) -> Vec<u8> {
    let content = format!("<office:document-content><office:body>{body}</office:body></office:document-content>");
    let stated = format!("application/vnd.oasis.opendocument.{kind}");
    zip(&[
        ("content.xml", &content),
        ("mimetype", &stated),
        ("meta.xml", "<office:meta><dc:title>Завод</dc:title></office:meta>"),
    ])
}

fn ods() -> Vec<u8> {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = |title: &str, text: &str| format!("<table:table-row>{}{}</table:table-row>", cell(title), cell(text));
    let rows = [row("title", "text"), row("Завод", NEWS), row("Мост", "Мост открыт.")].concat();
    open_document("spreadsheet", &format!("<table:table table:name=\"Лист\">{rows}</table:table>"))
}

fn xlsx() -> Vec<u8> {
    let relations = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |title: &str, text: &str| format!("<row>{}{}</row>", cell(title), cell(text));
    let rows = [row("title", "text"), row("Завод", NEWS), row("Мост", "Мост открыт.")].concat();
    zip(&[
        ("_rels/.rels", &relations("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", &relations("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Лист\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        ),
        ("xl/worksheets/sheet1.xml", &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
        ("[Content_Types].xml", "<Types/>"),
    ])
}

fn epub() -> Vec<u8> {
    let chapter = format!("<html><head><title/></head><body><h1>Завод</h1><p>{NEWS}</p></body></html>");
    zip(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", "<container><rootfile full-path=\"b.opf\"/></container>"),
        (
            "b.opf",
            "<package><dc:title>Завод</dc:title><item id=\"a\" href=\"a.xhtml\"/><itemref idref=\"a\"/></package>",
        ),
        ("a.xhtml", &chapter),
    ])
}

fn rtf() -> Vec<u8> {
    let letter = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\u{}?", u32::from(c)) };
    let text: String = NEWS.replace('\n', "\\par ").chars().map(letter).collect();
    format!("{{\\rtf1\\ansi\\ansicpg1251{{\\fonttbl{{\\f0\\fcharset204 A;}}}}{{\\info{{\\title Z}}}}\\f0 {text}\\'cc\\'ee\\par}}").into_bytes()
}

/// A file of one page, in letters of the Latin alphabet and one font.
fn pdf() -> Vec<u8> {
    let content = "BT /F 12 Tf 50 700 Td (A bridge was opened in the town,) Tj 0 -14 Td (says the agency.) Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>".to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut places = String::from("xref\n0 6\n0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj{object}endobj\n"));
    }
    format!("{file}{places}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{}\n%%EOF", file.len()).into_bytes()
}

const HEAD: &str = "From: News <news@zarechny.example>\nSubject: =?utf-8?B?0JzQvtGB0YI=?=\nDate: Sun, 26 Jul 2020 10:00:00 +0300\nMIME-Version: 1.0\n";

fn mail() -> String {
    format!(
        "{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{NEWS}\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>{NEWS}</p>\n--b--\n"
    )
}

fn mhtml() -> String {
    format!(
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://vestnik.example/1\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\nContent-Location: https://vestnik.example/1\n\n{}\n--b--\n",
        page()
    )
}

fn telegram() -> String {
    let message = |id: u32, text: &str| {
        format!(
            "{{\"id\": {id}, \"type\": \"message\", \"date\": \"2025-03-04T10:15:00\", \"date_unixtime\": \"1741072500\", \"text\": [{text}, {{\"type\": \"bold\", \"text\": \"!\"}}]}}"
        )
    };
    let news = serde_json::Value::from(NEWS).to_string();
    format!(
        "{{\"name\": \"Вестник\", \"type\": \"public_channel\", \"messages\": [{}, {}]}}",
        message(2, &news),
        message(3, "\"Мост открыт.\"")
    )
}

fn telegram_page() -> String {
    let message = |id: u32, text: &str| {
        format!(
            "<div class=\"message default clearfix\" id=\"message{id}\"><div class=\"body\"><div class=\"pull_right date details\" title=\"04.03.2025 10:15:00 UTC+03:00\">10:15</div><div class=\"text\">{text}</div></div></div>"
        )
    };
    format!(
        "<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class=\"page_header\"><div class=\"text bold\">Вестник</div></div><div class=\"page_body chat_page\"><div class=\"history\">{}{}</div></div></body></html>",
        message(2, NEWS),
        message(3, "Мост открыт.")
    )
}

fn wordpress() -> String {
    let item = |title: &str, text: &str| {
        format!(
            "<item><title>{title}</title><content:encoded><![CDATA[<p>{text}</p>]]></content:encoded><wp:post_date>2025-03-04 10:15:00</wp:post_date><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>\n"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Вестник</title>\n{}{}</channel></rss>",
        item("Завод", NEWS),
        item("Мост", "Мост открыт.")
    )
}

fn arc() -> String {
    let record = |n: u32| {
        let page = format!("HTTP/1.1 200 OK\nContent-Type: text/html\n\n{}", page());
        format!("\nhttps://vestnik.example/{n} 10.0.0.1 20250304101112 text/html {}\n{page}", page.len())
    };
    format!("filedesc://a.arc 0.0.0.0 20250304101112 text/plain 20\n1 0 InternetArchive\n{}{}", record(1), record(2))
}

/// A page in brotli: a window of 16 bits, an uncompressed block of at most 64 KiB, an empty last one (RFC 7932, 9.2).
fn brotli(page: &[u8]) -> Vec<u8> {
    // WBITS 16 is one bit 0; then ISLAST 0, MNIBBLES 0 (of 4), MLEN - 1 in 16 bits, ISUNCOMPRESSED 1.
    let length = u32::try_from(page.len() - 1).unwrap();
    let header = length << 4 | 1 << 20;
    let mut out = header.to_le_bytes()[..3].to_vec();
    out.extend_from_slice(page);
    // ISLAST 1, ISLASTEMPTY 1.
    out.push(3);
    out
}

fn brotli_warc() -> Vec<u8> {
    let body = brotli(page().as_bytes());
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n";
    let length = head.len() + body.len();
    let warc = format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://vestnik.example/1\r\nContent-Length: {length}\r\n\r\n{head}");
    [warc.as_bytes(), &body, b"\r\n\r\n"].concat()
}

/// A valid input of each format.
pub fn valid(reader: &str) -> Vec<u8> {
    let lines = format!("{}\n{}\n", serde_json::json!({"id": "1", "text": NEWS}), serde_json::json!({"text": "Два."}));
    match reader {
        "zip" => zip(&[("а.html", &page()), ("б.txt", NEWS)]),
        "gzip" => [gzip(NEWS.as_bytes()), gzip(b"\n")].concat(),
        "bzip2" => bzip2(NEWS.as_bytes()),
        "zstd" => zstd::encode_all(NEWS.as_bytes(), 3).unwrap(),
        "tar" => tar("a.jsonl", lines.as_bytes()),
        "warc" => warc(),
        "feed" => format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Вестник</title><item><title>Завод</title><link>https://vestnik.example/1</link><pubDate>Tue, 04 Mar 2025 10:11:12 +0300</pubDate><description>{NEWS}</description></item></channel></rss>").into_bytes(),
        "mediawiki" => format!("<mediawiki>\n<page>\n<title>Завод</title><ns>0</ns><revision><timestamp>2025-03-04T10:11:12Z</timestamp><text>{NEWS} [[Тула|Туле]] {{{{дата}}}}</text></revision>\n</page>\n</mediawiki>").into_bytes(),
        "html" => page().into_bytes(),
        "json_lines" => lines.into_bytes(),
        "json" => serde_json::json!({"articles": [{"title": "Завод", "body": NEWS}, {"body": ["Раз", "Два"]}]}).to_string().into_bytes(),
        "markdown" => format!("---\ntitle: Завод\ndate: 2025-03-04\n---\n\n# Завод\n\n{NEWS}\n\n- пункт\n").into_bytes(),
        "csv" => format!("title;text;date\n\"Завод\";\"{NEWS}\";04.03.2025\n").into_bytes(),
        "docx" => docx(),
        "odt" => open_document("text", &format!("<text:p>{NEWS}</text:p><text:p>Мост открыт.</text:p>")),
        "ods" => ods(),
        "xlsx" => xlsx(),
        "epub" => epub(),
        "fb2" => format!("<FictionBook><description><title-info><book-title>Завод</book-title></title-info></description><body><section><p>{NEWS}</p><p>Мост открыт.</p></section></body></FictionBook>").into_bytes(),
        "rtf" => rtf(),
        "pdf" => pdf(),
        "mail" => mail().into_bytes(),
        "mbox" => format!("From a Sun Jul 26 10:00:00 2020\n{HEAD}\n{NEWS}\n\nFrom a Sun Jul 26 10:00:00 2020\n{HEAD}\nМост открыт.\n").into_bytes(),
        "mhtml" => mhtml().into_bytes(),
        "telegram" => telegram().into_bytes(),
        "telegram_page" => telegram_page().into_bytes(),
        "wordpress" => wordpress().into_bytes(),
        "arc" => arc().into_bytes(),
        // Brotli's compressors are no part of the project: an uncompressed block is brotli too.
        "brotli" => brotli_warc(),
        _ => NEWS.as_bytes().to_vec(),
    }
}
