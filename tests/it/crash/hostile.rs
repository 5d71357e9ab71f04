//! Inputs made to do harm: each is listed with its path and reason, the good article beside it is found, and memory
//! stays bounded. The huge variants are made when `SVODKA_HEAVY` is set.

use super::archive::{Archive, article, is_heavy};
use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
    time::Duration,
};

/// The most memory that a run may take, in MB.
const MOST: u64 = 700;

/// What must come of an input.
enum Outcome {
    /// So many articles of its own, and nothing is refused.
    Read(usize),
    /// So many articles, and a refusal that says this.
    Refused(usize, &'static str),
}
use Outcome::{Read, Refused};

struct Case {
    /// Name of the file.
    name: &'static str,
    make: fn(&Path),
    outcome: Outcome,
}

fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(path, bytes).unwrap();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn line(n: u64) -> String {
    serde_json::json!({"text": article(n)}).to_string()
}

/// So many megabytes of empty lines (or of zeros), packed at about a thousand to one.
fn packed_nothing(megabytes: usize, value: u8) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut block = vec![value; 1 << 20];
    if value == b' ' {
        block.iter_mut().step_by(1 << 12).for_each(|byte| *byte = b'\n');
    }
    (0..megabytes).for_each(|_| encoder.write_all(&block).unwrap());
    encoder.finish().unwrap()
}

fn warc_record(n: u64) -> Vec<u8> {
    let page = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>{}</p></html>", article(n));
    let head = format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{n}\r\n");
    format!("{head}Content-Length: {}\r\n\r\n{page}\r\n\r\n", page.len()).into_bytes()
}

/// A line of so many megabytes between two good ones.
fn long_line(path: &Path, megabytes: usize) {
    let mut file = std::io::BufWriter::new(fs::File::create(path).unwrap());
    writeln!(file, "{}", line(1)).unwrap();
    write!(file, "{{\"text\": \"").unwrap();
    let block = vec![b'a'; 1 << 20];
    (0..megabytes).for_each(|_| file.write_all(&block).unwrap());
    writeln!(file, "\"}}\n{}", line(2)).unwrap();
}

/// A file of so many megabytes that takes no room on disk, with a good line at its end.
fn hole(path: &Path, megabytes: u64) {
    use std::io::Seek;
    let mut file = fs::File::create(path).unwrap();
    file.seek(std::io::SeekFrom::Start(megabytes << 20)).unwrap();
    write!(file, "\n{}\n", line(1)).unwrap();
}

const CASES: [Case; 27] = [
    Case { name: "bomb.jsonl.gz", make: |p| put(p, packed_nothing(300, b' ')), outcome: Refused(0, "a zip bomb") },
    Case {
        name: "bomb.zip",
        make: |p| {
            let inner = packed_nothing(60, b' ');
            let names: Vec<String> = (0..10).map(|n| format!("{n}.jsonl.gz")).collect();
            let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), inner.as_slice())).collect();
            put(p, zip(&files));
        },
        outcome: Refused(0, "a zip bomb"),
    },
    Case { name: "zeros.txt.gz", make: |p| put(p, packed_nothing(64, 0)), outcome: Refused(0, "longer than 16 MiB") },
    Case {
        name: "deep.gz",
        make: |p| put(p, (0..12).fold(article(1).into_bytes(), |bytes, _| gzip(&bytes))),
        outcome: Refused(0, "more than 6 deep"),
    },
    Case {
        name: "deep.zip",
        make: |p| {
            put(
                p,
                (0..12)
                    .fold(article(1).into_bytes(), |bytes, n| zip(&[(if n == 0 { "a.txt" } else { "a.zip" }, &bytes)])),
            )
        },
        outcome: Refused(0, "more than 6 deep"),
    },
    Case { name: "line.jsonl", make: |p| long_line(p, 40), outcome: Refused(2, "line longer than 16 MiB") },
    Case {
        name: "long.txt", make: |p| put(p, "слово ".repeat(4 << 20)), outcome: Refused(0, "longer than 16 MiB")
    },
    Case { name: "hole.jsonl", make: |p| hole(p, 300), outcome: Refused(1, "line longer than 16 MiB") },
    Case { name: "hole.txt", make: |p| hole(p, 300), outcome: Refused(0, "longer than 16 MiB") },
    Case { name: "nul.txt", make: |p| put(p, "Завод\0открыт"), outcome: Refused(0, "binary file") },
    Case {
        name: "surrogate.jsonl",
        make: |p| put(p, format!("{}\n{{\"text\": \"Раз \\ud83d\"}}\n{}\n", line(1), line(2))),
        outcome: Read(3),
    },
    Case {
        name: "surrogate16.txt",
        make: |p| {
            let mut units: Vec<u16> = std::iter::once(0xfeff).chain(article(1).encode_utf16()).collect();
            units.insert(30, 0xd83d);
            put(p, units.into_iter().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
        },
        outcome: Read(1),
    },
    Case {
        name: "nested.html",
        make: |p| put(p, format!("<html><body>{}<p>{}</p>", "<div>".repeat(100_000), article(1))),
        outcome: Read(1),
    },
    Case {
        name: "tables.html",
        make: |p| put(p, format!("<html><body>{}<p>{}</p>", "<table><tr><td>".repeat(30_000), article(1))),
        outcome: Read(1),
    },
    Case {
        name: "nested.json",
        make: |p| put(p, format!("{{\"text\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000))),
        outcome: Refused(0, "recursion limit"),
    },
    Case { name: "nested.md", make: |p| put(p, format!("{}{}", "> ".repeat(20_000), article(1))), outcome: Read(1) },
    Case {
        name: "laughs.rss",
        make: |p| {
            let entities: String =
                (1..10).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))).collect();
            put(
                p,
                format!(
                    "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"ха\">{entities}]><rss><channel><item><title>&a9;</title></item></channel></rss>"
                ),
            );
        },
        outcome: Read(1),
    },
    Case {
        name: "quote.csv",
        make: |p| put(p, format!("text\n\"{}\n{}", article(1), "слово ".repeat(2 << 20))),
        outcome: Refused(0, "row longer than 16 MiB"),
    },
    Case {
        name: "half.txt.gz",
        make: |p| {
            put(p, {
                let packed = gzip(article(1).repeat(50).as_bytes());
                packed[..packed.len() / 2].to_vec()
            })
        },
        outcome: Refused(0, "ends in the middle"),
    },
    Case {
        name: "half.jsonl.gz",
        make: |p| {
            let second = gzip(line(2).as_bytes());
            put(
                p,
                [
                    &gzip(format!("{}\n", line(1)).as_bytes())[..],
                    &second[..second.len() / 2],
                    &gzip(format!("\n{}\n", line(3)).as_bytes()),
                ]
                .concat(),
            );
        },
        outcome: Refused(2, "gzip member"),
    },
    Case {
        name: "half.warc",
        make: |p| {
            let [one, two, three] = [1, 2, 3].map(warc_record);
            put(p, [&one[..], &two[..two.len() - 60], b"\r\n", &three].concat());
        },
        outcome: Refused(2, "half-written record"),
    },
    Case {
        name: "half.warc.gz",
        make: |p| {
            let [one, two, three] = [1, 2, 3].map(|n| gzip(&warc_record(n)));
            put(p, [&one[..], &two[..two.len() / 2], &three].concat());
        },
        outcome: Refused(2, "gzip member"),
    },
    Case {
        name: "half.zip",
        make: |p| {
            let whole = zip(&[("a.txt", article(1).as_bytes())]);
            put(p, &whole[..whole.len() - 10]);
        },
        outcome: Refused(1, "cut off or has no directory"),
    },
    Case {
        name: "half.tar",
        make: |p| {
            let mut builder = tar::Builder::new(Vec::new());
            for n in [1, 2] {
                let mut header = tar::Header::new_gnu();
                header.set_size(article(n).len() as u64);
                header.set_cksum();
                builder.append_data(&mut header, format!("{n}.txt"), article(n).as_bytes()).unwrap();
            }
            let whole = builder.into_inner().unwrap();
            put(p, &whole[..1700]);
        },
        outcome: Refused(1, ""),
    },
    Case {
        name: "length.warc",
        make: |p| {
            put(
                p,
                [
                    &b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999\r\n\r\nx\r\n\r\n"[..],
                    &warc_record(2),
                ]
                .concat(),
            )
        },
        outcome: Refused(1, "record longer than 16 MiB"),
    },
    Case {
        name: "many.jsonl",
        make: |p| put(p, "{\"text\":\n".repeat(300_000)),
        outcome: Refused(0, "not a JSON record"),
    },
    Case { name: "empty.txt", make: |p| put(p, ""), outcome: Refused(0, "empty file") },
];

/// Huge ones, for machines with time and disk.
const HUGE: [Case; 4] = [
    Case { name: "bomb.jsonl.gz", make: |p| put(p, packed_nothing(4096, b' ')), outcome: Refused(0, "a zip bomb") },
    Case { name: "line.jsonl", make: |p| long_line(p, 1024), outcome: Refused(2, "line longer than 16 MiB") },
    Case { name: "hole.jsonl", make: |p| hole(p, 2100), outcome: Refused(1, "line longer than 16 MiB") },
    Case { name: "hole.txt", make: |p| hole(p, 2100), outcome: Refused(0, "longer than 16 MiB") },
];

/// Indexes an archive and watches the memory that it takes: exit status and the most megabytes.
fn index_watched(archive: &Archive) -> (i32, u64) {
    let mut child = archive.start(&["in", "--quiet"]);
    let mut most = 0;
    loop {
        if let Ok(status) = fs::read_to_string(format!("/proc/{}/status", child.id())) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes: u64 = line.and_then(|l| l.split_whitespace().next()?.parse().ok()).unwrap_or(0);
            most = most.max(kilobytes / 1024);
        }
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code().unwrap_or(-1), most);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn check(case: &Case, size: &str) {
    let archive = Archive::new();
    archive.write("good.txt", article(999));
    (case.make)(&archive.path("in").join(case.name));
    let (status, most) = index_watched(&archive);
    let (articles, reason) = match case.outcome {
        Read(articles) => (articles, None),
        Refused(articles, reason) => (articles, Some(reason)),
    };
    let failures = fs::read_to_string(archive.path("index/failures.jsonl")).unwrap();
    let first = failures.lines().next().unwrap_or_default();
    println!(
        "{size} {}: {articles} read, {} refused, {most} MB, {}",
        case.name,
        failures.lines().count(),
        first.chars().take(160).collect::<String>()
    );
    assert_eq!(status, i32::from(reason.is_some()), "{}: {first}", case.name);
    match reason {
        Some(reason) => {
            assert!(
                failures.lines().any(|line| line.contains(case.name) && line.contains(reason)),
                "{}: {failures}",
                case.name
            );
        }
        None => assert_eq!(failures, "", "{}", case.name),
    }
    assert_eq!(archive.contents().articles.len(), articles + 1, "{}: {first}", case.name);
    assert!(most < MOST, "{} took {most} MB", case.name);
}

#[test]
fn each_is_listed_the_run_goes_on_and_memory_is_bounded() {
    // Every case is tried, whatever becomes of those before it.
    let fails = |case: &Case, size: &str| std::panic::catch_unwind(|| check(case, size)).is_err();
    let mut failed: Vec<&str> = CASES.iter().filter(|case| fails(case, "small")).map(|case| case.name).collect();
    if is_heavy() {
        failed.extend(HUGE.iter().filter(|case| fails(case, "huge")).map(|case| case.name));
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
#[cfg(unix)]
fn what_is_no_file_or_has_an_odd_name() {
    use std::os::unix::{ffi::OsStrExt, fs::symlink};
    let archive = Archive::new();
    let folder = archive.path("in");
    archive.write("good.txt", article(1));
    archive.write("inside/good.txt", article(2));
    fs::write(folder.join(std::ffi::OsStr::from_bytes(b"\xff\xfe.txt")), article(3)).unwrap();
    symlink(&folder, folder.join("inside/loop")).unwrap();
    symlink("/dev/zero", folder.join("zero.txt")).unwrap();
    symlink("/nowhere/at/all", folder.join("gone.txt")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(folder.join("pipe.txt")).status().unwrap().success());
    let (status, most) = index_watched(&archive);
    let failures = fs::read_to_string(archive.path("index/failures.jsonl")).unwrap();
    assert_eq!((status, failures.lines().count()), (1, 4), "{failures}");
    for (name, reason) in [
        ("loop", "leads back"),
        ("zero.txt", "not a regular file"),
        ("pipe.txt", "not a regular file"),
        ("gone.txt", "link to nothing"),
    ] {
        assert!(failures.lines().any(|line| line.contains(name) && line.contains(reason)), "{name}: {failures}");
    }
    let contents = archive.contents();
    assert_eq!(contents.articles.len(), 3);
    assert!(contents.by_place().contains_key("in/\\xff\\xfe.txt"));
    assert!(most < MOST);
    let report = archive.index(&[]);
    assert_eq!(report["files"]["read"], 0, "{report}");
}

/// What cannot be looked into must not look like what is gone.
#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_read_keeps_its_articles() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new();
    archive.write("good.txt", article(1));
    archive.write("closed/good.txt", article(2));
    archive.index(&[]);
    let closed = archive.path("in/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        println!("skipped: root can read everything");
    } else {
        let output = archive.run(&["in"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&output.stderr).contains("permission denied"));
        assert_eq!(archive.contents().articles.len(), 2);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
}
