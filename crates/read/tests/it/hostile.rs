//! Inputs made to stall or end a run. Each is doubled three times: the memory that reading it asks for, counted in bytes
//! over the whole run and not in time, may not grow more than 2.3-fold with it.

use svodka_read::parse_bytes;

/// Most that the work may grow when the input doubles.
const GROWTH: f64 = 2.3;

/// What does not depend on the input, in bytes.
const FIXED: u64 = 1 << 20;

type Generator = fn(usize) -> String;

fn page(inside: &str) -> String {
    format!(
        "<html><head><meta charset=utf-8><title>Т</title></head><body>{inside}<p>Слова статьи здесь.</p></body></html>"
    )
}

fn feed(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>В</title>{items}</channel></rss>")
}

fn wiki(text: &str) -> String {
    format!("<mediawiki>\n<page>\n<title>З</title><revision><text>{text}</text></revision>\n</page>\n</mediawiki>")
}

fn numbered(n: usize, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect()
}

/// Name, name of the file, generator, and the smallest size.
const INPUTS: [(&str, &str, Generator, usize); 36] = [
    (
        "half records",
        "a.warc",
        |n| "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 16000000\r\n\r\nx\r\n".repeat(n),
        1000,
    ),
    (
        "records too long",
        "a.warc",
        |n| "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99000000\r\n\r\nx\r\n\r\n".repeat(n),
        1000,
    ),
    ("links without end", "a.xml", |n| wiki(&"[[".repeat(n)), 20_000),
    ("comparisons", "a.xml", |n| wiki(&"&lt;".repeat(n)), 20_000),
    ("templates", "a.xml", |n| wiki(&format!("{}{}слово", "{{".repeat(n), "}}".repeat(n))), 20_000),
    (
        "pages on one line",
        "a.xml",
        |n| format!("<mediawiki>{}", "<page><title>З</title><text>слово</text></page>".repeat(n)),
        500,
    ),
    ("attributes", "a.html", |n| page(&format!("<p {}>текст", numbered(n, |i| format!("a{i}=\"б\" ")))), 1000),
    ("nesting", "a.html", |n| page(&"<div>".repeat(n)), 2000),
    ("end tags of nothing", "a.html", |n| page(&"<div></x>".repeat(n)), 2000),
    ("lists in paragraphs", "a.html", |n| page(&"<p><ul></x>".repeat(n)), 2000),
    (
        "formatting in paragraphs",
        "a.html",
        |n| page(&format!("<p>{}x{}", numbered(390, |i| format!("<b a={i}>")), "<p>x".repeat(n))),
        500,
    ),
    (
        "long links in paragraphs",
        "a.html",
        |n| page(&format!("<p><a href=\"{}\">{}", "A".repeat(50_000), "<p>слово".repeat(n))),
        1000,
    ),
    ("paragraphs", "a.html", |n| page(&"<p>слово, да.".repeat(n)), 300),
    ("links", "a.html", |n| page(&"<a href=x>Слово</a> ".repeat(n)), 300),
    ("references", "a.html", |n| page(&"&amp".repeat(n)), 1000),
    ("comments", "a.html", |n| page(&"<!--x-->".repeat(n)), 2000),
    ("open comments", "a.html", |n| page(&"<!--".repeat(n)), 2000),
    (
        "brackets in data",
        "a.html",
        |n| page(&format!("<script type=\"application/ld+json\">{}</script>", "[".repeat(n))),
        5000,
    ),
    (
        "items",
        "a.rss",
        |n| feed(&numbered(n, |i| format!("<item><title>З {i}</title><description>Слово {i}</description></item>"))),
        300,
    ),
    ("items without end", "a.rss", |n| feed(&"<item><title>З".repeat(n)), 1000),
    (
        "groups in groups",
        "a.rss",
        |n| feed(&format!("<item><title>З</title>{}</item>", "<media:group>".repeat(n))),
        5000,
    ),
    (
        "namespaces",
        "a.rss",
        |n| feed(&numbered(n, |i| format!("<item xmlns:n{i}=\"u\"><n{i}:a>x</n{i}:a><title>З</title></item>"))),
        300,
    ),
    ("elements without end", "a.rss", |n| feed(&format!("<item>{}</item>", "<title><link><author>".repeat(n))), 2000),
    ("brackets", "a.json", |n| format!("{{\"{}", "[".repeat(n)), 20_000),
    ("keys", "a.json", |n| format!("{{\"text\":\"а\",{}\"z\":1}}", numbered(n, |i| format!("\"k{i}\":{i},"))), 2000),
    ("elements", "a.json", |n| format!("[{}]", numbered(n, |i| format!("{{\"text\":\"слово {i}\"}},"))), 500),
    (
        "lists in lists",
        "a.json",
        |n| format!("{{\"articles\":[{}0]}}", "{\"articles\":[{\"text\":\"слово\"}]},".repeat(n)),
        500,
    ),
    ("bad lines", "a.jsonl", |n| "{\"text\":\n".repeat(n), 1000),
    ("quotes", "a.json", |n| format!("[{{\"text\": \"{}\"}}]", "а \" б ".repeat(n)), 2000),
    ("columns", "a.csv", |n| format!("text,{}\nа{}\n", numbered(n, |i| format!("c{i},")), ",б".repeat(n)), 1000),
    ("rows", "a.csv", |n| format!("text,id\n{}", numbered(n, |i| format!("слово {i},{i}\n"))), 500),
    ("open quote", "a.csv", |n| format!("text,id\n{}", "\"а\"\"".repeat(n)), 5000),
    ("links without end", "a.md", |n| "[a](".repeat(n), 2000),
    ("emphasis", "a.md", |n| "*a _b ".repeat(n), 2000),
    ("quotes in quotes", "a.md", |n| format!("{}текст\n", "> ".repeat(n)), 2000),
    ("double encoding", "a.txt", |n| "РџСЂРёРІРµС‚ ".repeat(n), 2000),
];

#[test]
fn work_grows_no_faster_than_the_input() {
    let mut wrong = Vec::new();
    for (name, file, generate, size) in INPUTS {
        let work = |n: usize| {
            let input = generate(n);
            let info = allocation_counter::measure(|| {
                let found = parse_bytes(file, input.as_bytes());
                assert!(!found.is_empty(), "{file} {name}: nothing is said of it");
            });
            info.bytes_total + FIXED
        };
        let counts = [1, 2, 4, 8].map(|factor| work(size * factor));
        for pair in counts.windows(2) {
            let growth = pair[1] as f64 / pair[0] as f64;
            if growth > GROWTH {
                wrong.push(format!("{file} {name}: {growth:.2}-fold of {counts:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An address beside a letter of several bytes, a second declaration, a long duration: each once cost a whole feed.
#[test]
fn feeds_survive_what_once_lost_them() {
    for item in [
        "<author>Иван Петров\u{a0}ivan@lenta.ru</author>",
        "<author>«ivan@lenta.ru»</author>",
        "<dc:creator>Редакция—red@vesti.ru</dc:creator>",
        "<itunes:duration>99999999999999999999999:00:00</itunes:duration>",
        "<itunes:duration>٣٣:٣٣:٣٣</itunes:duration>",
        "<media:thumbnail time=\"99999999999999999999:00\"/>",
    ] {
        let xml = feed(&format!("<item><title>Раз</title>{item}</item><item><title>Два</title></item>"));
        let texts: Vec<String> = parse_bytes("a.rss", xml.as_bytes()).into_iter().map(|r| r.unwrap().text).collect();
        assert_eq!(texts, ["Раз", "Два"], "{item}");
    }
    let two = format!("{0}\n{0}", feed("<item><title>Раз</title></item>"));
    assert_eq!(parse_bytes("a.rss", two.as_bytes()).into_iter().flatten().count(), 2);
    let deep = feed(&format!(
        "<item><title>Раз</title>{0}{1}</item>",
        "<media:group>".repeat(50_000),
        "</media:group>".repeat(50_000)
    ));
    assert_eq!(parse_bytes("a.rss", deep.as_bytes()).into_iter().flatten().count(), 1);
}

#[cfg(unix)]
#[test]
fn a_fifo_in_the_place_of_a_file_does_not_hang() {
    use std::{ops::ControlFlow, process::Command};
    use svodka_read::{Every, ReadEvent, ReadOptions, read_paths};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    if !Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        println!("skipped: no mkfifo");
        return;
    }
    let mut refused = Vec::new();
    read_paths(&[path], &ReadOptions::default(), &Every, &mut |event| {
        if let ReadEvent::Refused(refusal) = event {
            refused.push(refusal.reason);
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(refused, ["not a regular file"]);
}
