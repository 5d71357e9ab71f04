//! A file as a whole: its pages, what it says about itself, and what of it cannot be read.

use super::{
    super::{
        MAX_RECORD_BYTES, Reason, Record, RefusalKind, limits::too_long, office::document_title,
        paragraphs::without_title,
    },
    device, layout,
};
use crate::encoding;
use lopdf::{Dictionary, Document, LoadOptions, Object, decode_text_string};

/// The most pages that are read.
const MAX_PAGES: usize = 5000;

/// What one stream of a file, or the content of one page, may unpack to.
pub(super) const MAX_STREAM: usize = 16 << 20;

/// The article, and what of the file could not be read.
pub(super) fn read(bytes: &[u8]) -> Result<(Record, Vec<Reason>), Reason> {
    let options = LoadOptions { max_decompressed_size: Some(MAX_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(bytes, options).map_err(|e| match e {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => protected(),
        e => RefusalKind::Damaged.because(format!("damaged or cut off PDF file: {e}")),
    })?;
    if document.is_encrypted() {
        return Err(protected());
    }
    let mut pages = Vec::new();
    let mut without_text = Vec::new();
    let mut budget = device::Budget::default();
    let mut length = 0;
    let mut left_out = None;
    for (page, number) in document.page_iter().zip(1usize..) {
        if number > MAX_PAGES || budget.is_spent() {
            left_out = Some(number);
            break;
        }
        let drawn = device::draw(&document, page, &mut budget);
        if drawn.runs.is_empty() && drawn.is_picture {
            without_text.push(number);
        }
        length += drawn.runs.iter().map(|run| run.text.len()).sum::<usize>();
        if length > MAX_RECORD_BYTES {
            return Err(too_long("text"));
        }
        pages.push(layout::lines(drawn.runs));
    }
    let count = pages.len();
    let text = layout::text(pages);
    if text.trim().is_empty() {
        return Err(no_text(count, budget.unreadable));
    }
    if is_undecoded(&text) {
        let reason =
            "PDF file whose fonts do not say which letters they draw: not read; recognise its text (OCR) first";
        return Err(RefusalKind::NoText.because(reason));
    }
    let mut damage = Vec::new();
    if !without_text.is_empty() {
        let reason = format!("{} without a text layer: a scan, recognise its text (OCR) first", listed(&without_text));
        damage.push(RefusalKind::NoText.because(reason));
    }
    if budget.unreadable > 0 {
        let reason = format!("{} parts of the pages could not be unpacked", budget.unreadable);
        damage.push(RefusalKind::Damaged.because(reason));
    }
    if let Some(number) = left_out {
        let reason = format!("pages from {number} on: more than can be read of one PDF file");
        damage.push(RefusalKind::TooLong.because(reason));
    }
    Ok((record(&document, &text), damage))
}

fn protected() -> Reason {
    RefusalKind::Unsupported.because("PDF file protected by a password: not read; save it without one")
}

fn no_text(pages: usize, unreadable: usize) -> Reason {
    match (pages, unreadable) {
        (0, _) => RefusalKind::Damaged.because("damaged PDF file: it has no pages"),
        (_, 0) => RefusalKind::NoText
            .because("PDF file without a text layer: a scan or pictures, recognise its text (OCR) first"),
        _ => RefusalKind::Damaged.because("damaged PDF file: its pages cannot be unpacked"),
    }
}

/// Whether most letters came out as none.
fn is_undecoded(text: &str) -> bool {
    let (mut letters, mut unknown) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        letters += 1;
        unknown += usize::from(c == char::REPLACEMENT_CHARACTER || ('\u{e000}'..='\u{f8ff}').contains(&c));
    }
    unknown * 2 > letters
}

/// Numbers of pages as «page 3» or «pages 1, 4–7».
fn listed(pages: &[usize]) -> String {
    const MOST: usize = 12;
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *page => *last = *page,
            _ => ranges.push((*page, *page)),
        }
    }
    let words: Vec<String> = ranges
        .iter()
        .take(MOST)
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") })
        .collect();
    let more = if ranges.len() > MOST { "…" } else { "" };
    format!("{} {}{more}", if pages.len() == 1 { "page" } else { "pages" }, words.join(", "))
}

/// The article with what the file says about itself.
fn record(document: &Document, text: &str) -> Record {
    let information = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict).ok();
    let value = |name: &[u8]| {
        let text = information.and_then(|info: &Dictionary| info.get_deref(name, document).ok()).and_then(text_of)?;
        Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    let title = value(b"Title").and_then(document_title);
    Record {
        text: without_title(text, title.as_deref()),
        title,
        date: value(b"CreationDate").and_then(|date| date_of(&date)),
        author: value(b"Author"),
        encoding: "UTF-8",
        from_page: true,
        ..Record::default()
    }
}

/// A text string: UTF-16 or UTF-8 by its mark; of the rest many are in a Russian encoding against the standard.
fn text_of(object: &Object) -> Option<String> {
    let bytes = object.as_str().ok()?;
    if bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xef\xbb\xbf") || bytes.is_ascii() {
        return decode_text_string(object).ok();
    }
    encoding::decode(bytes, None).ok().map(|decoded| decoded.text)
}

/// `D:20200726100000+03'00'` as RFC 3339.
fn date_of(date: &str) -> Option<String> {
    let digits = date.trim_start_matches("D:");
    let part = |from: usize, to: usize| digits.get(from..to).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = (part(0, 4)?, part(4, 6).unwrap_or("01"), part(6, 8).unwrap_or("01"));
    let Some(((hour, minute), second)) = part(8, 10).zip(part(10, 12)).zip(part(12, 14)) else {
        return Some(format!("{year}-{month}-{day}"));
    };
    let zone: String = digits.get(14..).unwrap_or("").chars().filter(|c| *c != '\'').collect();
    let zone = match (zone.get(..1), zone.get(1..3), zone.get(3..5)) {
        (Some(sign @ ("+" | "-")), Some(hours), minutes) => format!("{sign}{hours}:{}", minutes.unwrap_or("00")),
        _ => "Z".to_owned(),
    };
    Some(format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}"))
}
