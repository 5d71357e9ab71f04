//! Tests of the readers of office documents, on archives made here.

use super::super::parse_bytes;
use std::io::{Cursor, Write};
use svodka_model::record::Record;

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn one(name: &str, members: &[(&str, &str)]) -> Record {
    let mut found = parse_bytes(name, &archive(members));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0).unwrap()
}

fn reason(members: &[(&str, &str)]) -> String {
    parse_bytes("a", &archive(members)).remove(0).unwrap_err().reason
}

const TYPES: (&str, &str) = ("[Content_Types].xml", "<Types/>");

const WORD: &str = r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>
    <w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Мост открыт</w:t></w:r></w:p>
    <w:p><w:r><w:t xml:space="preserve">В Заречном </w:t></w:r><w:r><w:t>открыли</w:t><w:tab/><w:t>мост</w:t></w:r><w:del><w:r><w:delText>нет</w:delText></w:r></w:del><w:r><w:t>.</w:t></w:r></w:p>
    <w:tbl><w:tr><w:tc><w:p><w:r><w:t>2020</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>120 домов</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
    <w:p><mc:AlternateContent><mc:Choice><w:r><w:t>Подпись</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>Подпись</w:t></w:r></mc:Fallback></mc:AlternateContent><w:r><w:br/><w:t>РБК</w:t></w:r></w:p></w:body></w:document>"#;

#[test]
fn word_in_any_order_of_members() {
    let core = "<cp:coreProperties xmlns:dc='d'><dc:title>Документ1</dc:title><dc:creator>И. Лугова</dc:creator>\
        <dcterms:created>2020-07-26T10:00:00Z</dcterms:created></cp:coreProperties>";
    let notes = "<w:footnotes><w:footnote><w:p><w:r><w:t>Так у РБК.</w:t></w:r></w:p></w:footnote></w:footnotes>";
    let theme = "x".repeat(100_000);
    let members = [
        ("word/theme1.xml", theme.as_str()),
        ("word/footnotes.xml", notes),
        ("word/document.xml", WORD),
        ("docProps/core.xml", core),
        TYPES,
    ];
    for name in ["a.docx", "a"] {
        let record = one(name, &members);
        assert_eq!(record.text, "В Заречном открыли мост.\n2020\n120 домов\nПодпись\nРБК\nТак у РБК.");
        assert_eq!((record.title.as_deref(), record.author.as_deref()), (Some("Мост открыт"), Some("И. Лугова")));
        assert_eq!((record.date.as_deref(), record.format), (Some("2020-07-26T10:00:00Z"), "docx"));
    }
}

#[test]
fn opendocument_text() {
    let content = "<office:document-content><office:body><office:text><text:tracked-changes><text:p>Нет</text:p>\
        </text:tracked-changes><text:h>Мост открыт</text:h><text:p>В<text:s text:c='3'/>Заречном<text:note>\
        <text:note-citation>1</text:note-citation><text:note-body><text:p>Так у РБК.</text:p></text:note-body>\
        </text:note> открыли<text:line-break/>мост.<office:annotation><text:p>Нет</text:p></office:annotation></text:p>\
        </office:text></office:body></office:document-content>";
    let meta = "<office:meta><dc:title>Мост открыт</dc:title><meta:initial-creator>И. Лугова</meta:initial-creator>\
        <meta:creation-date>2020-07-26T10:00:00</meta:creation-date></office:meta>";
    let members =
        [("content.xml", content), ("meta.xml", meta), ("mimetype", "application/vnd.oasis.opendocument.text")];
    let record = one("a", &members);
    assert_eq!(record.text, "В Заречном открыли\nмост.\nТак у РБК.");
    assert_eq!((record.title.as_deref(), record.author.as_deref()), (Some("Мост открыт"), Some("И. Лугова")));
    assert_eq!((record.date.as_deref(), record.format), (Some("2020-07-26T10:00:00"), "odt"));
}

#[test]
fn a_book_by_its_spine() {
    let container = "<container><rootfiles><rootfile full-path='OEBPS/b.opf'/></rootfiles></container>";
    let description = "<package><metadata><dc:title>Мосты</dc:title><dc:creator>И. Лугова</dc:creator>\
        <dc:publisher>Заречный вестник</dc:publisher><dc:date>2020-07-26</dc:date></metadata><manifest>\
        <item id='b' href='b%20b.xhtml'/><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/>\
        <itemref idref='b'/></spine></package>";
    let chapter = |text: &str| {
        format!("<html><head><title/></head><body><h1>{text}</h1><p>Раз&nbsp;<b>два</b>.</p></body></html>")
    };
    let (a, b) = (chapter("А"), chapter("Б"));
    let members = [
        ("OEBPS/b b.xhtml", b.as_str()),
        ("OEBPS/b.opf", description),
        ("META-INF/container.xml", container),
        ("OEBPS/a.xhtml", a.as_str()),
        ("mimetype", "application/epub+zip"),
    ];
    let record = one("a", &members);
    assert_eq!(record.text, "А\nРаз два.\nБ\nРаз два.");
    assert_eq!((record.title.as_deref(), record.outlet.as_deref()), (Some("Мосты"), Some("Заречный вестник")));
    assert_eq!((record.date.as_deref(), record.format), (Some("2020-07-26"), "epub"));
    let bare = one("a.epub", &[("mimetype", "application/epub+zip"), ("x.xhtml", &a)]);
    assert_eq!((bare.text.as_str(), bare.title), ("А\nРаз два.", None));
}

fn excel(sheet: &str) -> Vec<(&'static str, String)> {
    let workbook = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Статьи" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
    let strings = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Заголовок</t></si><si><t>Текст</t></si><si><t>Дата</t></si><si><t>Мост</t></si><si><r><t xml:space="preserve">В Заречном </t></r><r><t>открыли "мост".</t></r></si></sst>"#;
    let styles = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    let root = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    [
        ("_rels/.rels", root),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations),
        TYPES,
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .to_vec()
}

const SHEET: &str = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row><row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3" t="s"><v>4</v></c><c r="C3" s="1"><v>44038</v></c></row><row r="4"><c r="B4" t="inlineStr"><is><t>Снег.</t></is></c><c r="XFD4"><v>1</v></c></row></sheetData></worksheet>"#;

#[test]
fn a_row_of_a_spreadsheet_is_an_article() {
    let members = excel(SHEET);
    let members: Vec<(&str, &str)> = members.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let found: Vec<_> = parse_bytes("a.xlsx", &archive(&members)).into_iter().map(Result::unwrap).collect();
    assert_eq!((found[0].title.as_deref(), found[0].text.as_str()), (Some("Мост"), "В Заречном открыли \"мост\"."));
    assert_eq!((found[0].date.as_deref(), found[0].format), (Some("2020-07-26"), "xlsx"));
    assert_eq!((found[1].text.as_str(), found.len()), ("Снег.", 2));

    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let row = |cells: &[String]| {
        format!(
            "<table:table-row>{}<table:table-cell table:number-columns-repeated='16000'/></table:table-row>",
            cells.concat()
        )
    };
    let date = "<table:table-cell office:value-type='date' office:date-value='2020-07-26'><text:p>26 июл</text:p></table:table-cell>";
    let content = format!(
        "<office:spreadsheet><table:table table:name='Лист1'>{}{}{}</table:table></office:spreadsheet>",
        row(&[cell("Дата"), cell("Текст")]),
        row(&[date.to_owned(), cell("Раз.</text:p><text:p>Два &amp; три.")]),
        row(&["<table:table-cell/>".to_owned(), cell("Снег.")]),
    );
    let members = [("content.xml", content.as_str()), ("mimetype", "application/vnd.oasis.opendocument.spreadsheet")];
    let found: Vec<_> = parse_bytes("a.ods", &archive(&members)).into_iter().map(Result::unwrap).collect();
    assert_eq!((found[0].date.as_deref(), found[0].text.as_str()), (Some("2020-07-26"), "Раз.\nДва & три."));
    assert_eq!((found[1].text.as_str(), found[1].format, found.len()), ("Снег.", "ods", 2));
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    assert!(reason(&[TYPES, ("ppt/presentation.xml", "<p/>")]).starts_with("PowerPoint presentation: not read"));
    assert!(reason(&[("Index/Document.iwa", "x")]).starts_with("Apple Pages"));
    assert!(reason(&[("mimetype", "application/vnd.oasis.opendocument.graphics")]).starts_with("OpenDocument drawing"));
    assert!(reason(&[TYPES, ("xl/workbook.bin", "x")]).starts_with("binary Excel workbook"));
    assert_eq!(reason(&[TYPES, ("word/document.xml", "<w:document/>")]), "Word document without text");
    assert!(reason(&[TYPES, ("xl/worksheets/sheet1.xml", "<x/>")]).starts_with("damaged Excel workbook"));
    assert_eq!(reason(&[("mimetype", "application/epub+zip")]), "book without text");
}

#[test]
fn a_folder_of_files_stays_one() {
    let found = parse_bytes("a.zip", &archive(&[("a.txt", "Раз"), ("word/b.txt", "Два")]));
    assert_eq!(found.len(), 2);
}

#[test]
fn damaged_markup_keeps_what_comes_before() {
    let cut = &WORD[..WORD.find("<w:tbl>").unwrap() + 10];
    let found = parse_bytes("a.docx", &archive(&[TYPES, ("word/document.xml", cut)]));
    assert_eq!(found[0].as_ref().unwrap().text, "В Заречном открыли мост.");
    assert!(found[1].as_ref().unwrap_err().reason.starts_with("damaged Word document, read as far as it goes"));
}

#[test]
fn a_value_without_end_is_refused() {
    let members = excel(&format!("<worksheet><sheetData><row><c><v>{}", "1".repeat(17 << 20)));
    let members: Vec<(&str, &str)> = members.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(reason(&members), "a value longer than any article");
}
