//! Exports for people: CSV as a Russian Excel opens it, workbooks, references. What a spreadsheet would run is text, dates
//! are dates, and each citation comes with its clause and the rule that found it.

use super::{
    harness::{Archive, stderr, stdout},
    serve::{Server, encoded},
};
use calamine::{Data, DataType, Reader, Xlsx};
use std::io::Cursor;

const CLAUSE: &str = "Об этом сообщает «Политком» со ссылкой на ВЦИОМ";

fn archive() -> Archive {
    let archive = Archive::new();
    let records = [
        serde_json::json!({"id": "0017", "title": "=HYPERLINK(\"http://evil.test\")", "outlet": "РБК", "date": "2020-03-04T09:05:00+03:00",
            "url": "https://www.rbc.ru/a;b", "text": format!("Большинство россиян одобряют реформу; опрос прошёл в марте. {CLAUSE}.")}),
        serde_json::json!({"id": "2", "title": "Старая новость", "outlet": "РБК", "date": "1929-05-01", "url": "javascript:alert(1)",
            "text": "По данным ВЦИОМ, порт открыли. По данным агентства Reuters, суда ждут."}),
        serde_json::json!({"id": "3", "title": "-2+3 за месяц", "outlet": "Коммерсантъ", "text": "Порт закрыт, суда ждут льда."}),
    ];
    archive.write("in.jsonl", records.map(|record| record.to_string()).join("\n"));
    let output = archive.index(&["in.jsonl"]);
    assert!(output.status.success(), "{}", stderr(&output));
    archive
}

fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Vec<Vec<Data>> {
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn excel_opens_the_csv_as_a_table() {
    let archive = archive();
    let output = archive.query(&["search", "--csv-excel", "--outlet", "РБК", "--sort", "newest"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    let table = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert_eq!(table.matches("\r\n").count(), 3, "{table}");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(table.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let column = |name: &str| heads.iter().position(|head| head == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| rows[row][column(name)].to_owned();
    assert_eq!(cell(0, "Дата"), "04.03.2020 09:05");
    assert_eq!(cell(1, "Дата"), "01.05.1929");
    assert_eq!(cell(0, "Заголовок"), "'=HYPERLINK(\"http://evil.test\")");
    assert_eq!(cell(0, "Адрес"), "https://www.rbc.ru/a;b");
    assert!(cell(0, "Где сказано").contains("со ссылкой на ВЦИОМ"), "{}", cell(0, "Где сказано"));
    assert!(!cell(0, "Правило").is_empty());
    assert!(cell(1, "Где сказано").contains(" | "), "each clause with its source: {}", cell(1, "Где сказано"));
}

#[test]
fn a_workbook_has_dates_and_clauses_and_no_formulas() {
    let archive = archive();
    let output = archive.query(&["search", "--xlsx", "--all"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let mut book = Xlsx::new(Cursor::new(output.stdout)).unwrap();
    let articles = sheet(&mut book, "Статьи");
    assert_eq!(articles.len(), 4);
    let column = |rows: &[Vec<Data>], name: &str| rows[0].iter().position(|head| head == name).unwrap();
    let row = |id: &str| {
        let at = column(&articles, "Номер");
        articles.iter().find(|row| row[at] == *id).unwrap_or_else(|| panic!("{id}: {articles:?}")).clone()
    };
    let of = |id: &str, name: &str| row(id)[column(&articles, name)].clone();
    let date = of("0017", "Дата");
    assert!(date.is_datetime(), "{date:?}");
    let Data::DateTime(moment) = date else { panic!("no date") };
    assert_eq!(moment.to_ymd_hms_milli(), (2020, 3, 4, 9, 5, 0, 0));
    assert!(of("2", "Дата").is_datetime());
    assert_eq!(of("0017", "Заголовок"), Data::String("=HYPERLINK(\"http://evil.test\")".into()));
    assert_eq!(of("3", "Заголовок"), Data::String("-2+3 за месяц".into()));
    assert_eq!(book.worksheet_formula("Статьи").unwrap().used_cells().count(), 0);
    let citations = sheet(&mut book, "Ссылки на источники");
    let (source, clause, rule) =
        (column(&citations, "Источник"), column(&citations, "Где сказано"), column(&citations, "Правило"));
    assert!(citations.len() >= 3, "{citations:?}");
    let polls: Vec<_> = citations.iter().filter(|row| row[source] == "ВЦИОМ").collect();
    assert_eq!(polls.len(), 2, "{citations:?}");
    for row in &polls {
        assert!(row[clause].as_string().unwrap().contains("ВЦИОМ") && !row[rule].is_empty(), "{row:?}");
    }
}

#[test]
fn a_workbook_shows_the_clauses_of_the_source_that_was_asked_for() {
    let archive = archive();
    let output = archive.query(&["search", "--xlsx", "--all", "--cited", "ВЦИОМ"]);
    let mut book = Xlsx::new(Cursor::new(output.stdout)).unwrap();
    let citations = sheet(&mut book, "Ссылки на источники");
    let source = citations[0].iter().position(|head| head == "Источник").unwrap();
    let sources: Vec<_> = citations[1..].iter().map(|row| row[source].to_string()).collect();
    assert_eq!(sources, ["ВЦИОМ", "ВЦИОМ"]);
}

#[test]
fn references_name_outlet_date_title_address_and_clause() {
    let archive = archive();
    let output = archive.query(&["search", "--references", "--cited", "ВЦИОМ", "--sort", "newest"]);
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "РБК, 04.03.2020. «=HYPERLINK(\"http://evil.test\")». https://www.rbc.ru/a;b");
    assert!(lines[1].starts_with("  ВЦИОМ (через Политком): «") && lines[1].contains("со ссылкой на ВЦИОМ"), "{text}");
    assert_eq!(lines.len(), 4, "{text}");
    let server = Server::start(&archive, &[]);
    let export = server.get(&format!("/api/v1/export?format=references&sort=newest&cited={}", encoded("вциом")));
    assert_eq!(export.body, text);
    let one = server.get(&format!("/api/v1/articles/0017/reference?cited={}", encoded("ВЦИОМ")));
    assert_eq!(one.status, 200, "{}", one.body);
    assert_eq!(one.body.lines().collect::<Vec<_>>(), lines[..2]);
    let table = server.get("/api/v1/export?format=csv-excel&sort=newest");
    assert_eq!(table.body, stdout(&archive.query(&["search", "--csv-excel", "--sort", "newest"])));
}

#[test]
fn the_served_workbook_is_that_of_the_command_line() {
    let archive = archive();
    let server = Server::start(&archive, &[]);
    let served = server.bytes("/api/v1/export?format=xlsx&sort=newest");
    let printed = archive.query(&["search", "--xlsx", "--sort", "newest"]).stdout;
    let rows = |bytes: Vec<u8>| sheet(&mut Xlsx::new(Cursor::new(bytes)).unwrap(), "Статьи");
    assert_eq!(rows(served), rows(printed));
}
