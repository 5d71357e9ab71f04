//! Tests of the reader of PDF files, on files that the library writes.

use super::super::parse_bytes;
use lopdf::{
    Dictionary, Document, Object, Stream,
    content::{Content, Operation},
    dictionary,
};

/// A map to Unicode of a composite font: code 1 is «А», 2 is «Б» and so on; code 100 is a blank.
fn map_to_unicode() -> Vec<u8> {
    let codes = "1 begincodespacerange <0000> <FFFF> endcodespacerange\n2 beginbfrange\n<0001> <0020> <0410>\n\
        <0021> <0040> <0430>\nendbfrange\n1 beginbfchar\n<0064> <0020>\nendbfchar\n";
    format!("/CIDInit /ProcSet findresource begin\nbegincmap\n{codes}endcmap\n").into_bytes()
}

fn code(letter: char) -> u16 {
    match letter {
        'А'..='Я' => 1 + u16::try_from(u32::from(letter) - 0x410).unwrap(),
        'а'..='я' => 33 + u16::try_from(u32::from(letter) - 0x430).unwrap(),
        _ => 100,
    }
}

fn string(text: &str) -> Object {
    Object::string_literal(text.chars().flat_map(|c| code(c).to_be_bytes()).collect::<Vec<u8>>())
}

/// A file with a page for each list of operations.
fn file(pages: Vec<Vec<Operation>>) -> Document {
    let mut document = Document::with_version("1.5");
    let map = document.add_object(Stream::new(Dictionary::new(), map_to_unicode()));
    let inner = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => "X", "DW" => 600,
    });
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => "X", "Encoding" => "Identity-H",
        "DescendantFonts" => vec![inner.into()], "ToUnicode" => map,
    });
    let picture = document.add_object(Stream::new(
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1, "BitsPerComponent" => 8,
        "ColorSpace" => "DeviceGray" },
        vec![0],
    ));
    let resources = document.add_object(dictionary! {
        "Font" => dictionary! { "F1" => font }, "XObject" => dictionary! { "P" => picture },
    });
    let tree = document.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for operations in pages {
        let content = Content { operations }.encode().unwrap();
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        kids.push(document.add_object(page).into());
    }
    let count = i64::try_from(kids.len()).unwrap();
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(tree, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    let information = document.add_object(dictionary! {
        "Title" => lopdf::text_string("Отчёт о мостах"), "Author" => lopdf::text_string("И. Лугова"),
        "CreationDate" => Object::string_literal("D:20200726100000+03'00'"),
    });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", information);
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.compress();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The operations that write lines below one another.
fn written(lines: &[&str]) -> Vec<Operation> {
    let mut operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 10.into()]),
        Operation::new("Td", vec![50.into(), 700.into()]),
        Operation::new("TL", vec![12.into()]),
    ];
    for line in lines {
        operations.push(Operation::new("Tj", vec![string(line)]));
        operations.push(Operation::new("T*", vec![]));
    }
    operations.push(Operation::new("ET", vec![]));
    operations
}

#[test]
fn the_text_layer_is_an_article() {
    let page = written(&["В Заречном открыли мост через реку", "а рядом с ним построили новую баш", "ню"]);
    let record = parse_bytes("a.pdf", &bytes(file(vec![page]))).remove(0).unwrap();
    assert_eq!(record.text, "В Заречном открыли мост через реку а рядом с ним построили новую баш ню");
    assert_eq!((record.title.as_deref(), record.author.as_deref()), (Some("Отчёт о мостах"), Some("И. Лугова")));
    assert_eq!(record.date.as_deref(), Some("2020-07-26T10:00:00+03:00"));
    assert_eq!(record.format, "pdf");
}

#[test]
fn pages_without_a_text_layer_are_refused_by_their_numbers() {
    let scan = || vec![Operation::new("Do", vec!["P".into()])];
    let found = parse_bytes("a.pdf", &bytes(file(vec![written(&["Мост"]), scan(), scan(), vec![], scan()])));
    assert_eq!(found[0].as_ref().unwrap().text, "Мост");
    let reason = &found[1].as_ref().unwrap_err().reason;
    assert!(reason.starts_with("pages 2–3, 5 without a text layer"), "{reason}");
    let only = parse_bytes("a.pdf", &bytes(file(vec![scan()]))).remove(0).unwrap_err();
    assert!(only.reason.starts_with("PDF file without a text layer"), "{}", only.reason);
}

#[test]
fn what_unpacks_to_far_too_much_costs_only_its_page() {
    let mut document = file(vec![written(&["Мост"]), vec![]]);
    let last = document.get_pages()[&2];
    let content = document.get_page_contents(last)[0];
    let bomb = Stream::new(Dictionary::new(), b"(x) Tj ".repeat(4 << 20));
    document.objects.insert(content, Object::Stream(bomb));
    let found = parse_bytes("a.pdf", &bytes(document));
    assert_eq!(found[0].as_ref().unwrap().text, "Мост");
    assert_eq!(found[1].as_ref().unwrap_err().reason, "1 parts of the pages could not be unpacked");
}

#[test]
fn half_a_file_and_no_file_are_refused() {
    let whole = bytes(file(vec![written(&["Мост"])]));
    for end in (1..20).map(|n| whole.len() * n / 20) {
        for found in parse_bytes("a.pdf", &whole[..end]) {
            match found {
                Ok(record) => assert_eq!(record.text, "Мост"),
                Err(refusal) => assert!(refusal.reason.contains("PDF") || end < 8, "{end}: {}", refusal.reason),
            }
        }
    }
}
