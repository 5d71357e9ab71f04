//! Asks a running `svodka-query serve` mixed real questions on several connections and reports how fast it answers.
//!
//!     cargo run --release --example load -- 127.0.0.1:7878 REQUESTS [CONNECTIONS] [PID] [hostile]
//!
//! The words, names and ids are taken from the archive itself, put together at random, so that few questions come
//! twice. With the server's process id its memory is reported as well, at every tenth of the way. With `hostile`, a
//! hundred connections meanwhile send their requests a byte at a time, and others send heads that are too large.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed, which is what it is for"
)]

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A connection that is kept open.
struct Client {
    address: String,
    stream: BufReader<TcpStream>,
}

impl Client {
    fn connect(address: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { address: address.to_owned(), stream: BufReader::new(stream) })
    }

    /// The status and body at a path.
    fn get(&mut self, path: &str) -> Outcome<(u16, Vec<u8>)> {
        write!(self.stream.get_mut(), "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address)?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).ok_or("no status")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, body))
    }

    fn json(&mut self, path: &str) -> Outcome<serde_json::Value> {
        Ok(serde_json::from_slice(&self.get(path)?.1)?)
    }
}

/// What questions are put together from.
struct Material {
    words: Vec<String>,
    values: BTreeMap<&'static str, Vec<String>>,
    ids: Vec<String>,
}

impl Material {
    fn gather(client: &mut Client) -> Outcome<Self> {
        let mut values = BTreeMap::new();
        for facet in ["actor", "outlet", "think_tank", "cited"] {
            let counted = client.json(&format!("/api/v1/facets/{facet}?facet_size=300"))?;
            let names = counted[facet].as_array().into_iter().flatten().filter_map(|v| v["value"].as_str());
            values.insert(facet, names.map(encoded).collect());
        }
        let mut words = Vec::new();
        let mut ids = Vec::new();
        for offset in (0..2_000).step_by(100) {
            let page = client.json(&format!("/api/v1/search?limit=100&offset={offset}&facets=none"))?;
            for hit in page["hits"].as_array().into_iter().flatten() {
                ids.extend(hit["id"].as_str().map(encoded));
                let title = hit["title"].as_str().unwrap_or_default();
                let long = title.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 4);
                words.extend(long.map(encoded));
            }
        }
        if words.is_empty() { Err("the archive is empty".into()) } else { Ok(Self { words, values, ids }) }
    }

    /// A question with its kind.
    fn question(&self, random: &mut Random) -> (&'static str, String) {
        let word = |random: &mut Random| random.of(&self.words);
        let value = |facet: &str, random: &mut Random| self.values.get(facet).map(|v| random.of(v)).unwrap_or_default();
        let year = 2010 + random.below(15);
        match random.below(100) {
            0..35 => ("word", format!("/api/v1/search?q={}", word(random))),
            35..50 => ("two words", format!("/api/v1/search?q={}+{}", word(random), word(random))),
            50..65 => ("word, outlet", format!("/api/v1/search?q={}&outlet={}", word(random), value("outlet", random))),
            65..72 => ("two facets", {
                format!("/api/v1/search?actor={}&cited={}", value("actor", random), value("cited", random))
            }),
            72..80 => ("word, years", format!("/api/v1/search?q={}&from={year}&sort=newest", word(random))),
            80..87 => ("timeline", format!("/api/v1/timeline?q={}", word(random))),
            87..90 => ("citations", format!("/api/v1/citations?q={}", word(random))),
            90..95 => ("suggest", {
                let word = word(random);
                format!("/api/v1/suggest?q={}", word.get(..18).unwrap_or(&word))
            }),
            _ => ("article", format!("/api/v1/articles/{}", random.of(&self.ids))),
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }

    fn of(&mut self, list: &[String]) -> String {
        let at = self.below(list.len());
        list.get(at).cloned().unwrap_or_default()
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Resident memory of a process in megabytes, where the system says it.
fn memory(pid: Option<&str>) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", pid?)).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// The memory of a process whenever another tenth of the requests has been asked.
fn watch(pid: &str, asked: &AtomicUsize, requests: usize) -> Vec<f64> {
    let mut seen = Vec::new();
    while seen.len() < 10 {
        if asked.load(Ordering::Relaxed) * 10 >= requests * (seen.len() + 1) {
            seen.extend(memory(Some(pid)));
        }
        thread::sleep(Duration::from_millis(50));
    }
    seen
}

/// Connections of the hostile visitors.
const SLOW: usize = 100;

/// Keeps connections that never finish asking, and asks too much, until told to stop; says how many were tried.
fn pester(address: &str, stop: &AtomicBool) -> usize {
    let mut slow: Vec<TcpStream> = Vec::new();
    let mut tried = 0;
    let huge = format!("GET / HTTP/1.1\r\nHost: {address}\r\nX-Fill: {}\r\n\r\n", "x".repeat(256 << 10));
    let long = format!("GET /api/v1/search?q={} HTTP/1.1\r\nHost: {address}\r\n\r\n", "a".repeat(20_000));
    while !stop.load(Ordering::Relaxed) {
        slow.retain_mut(|stream| stream.write_all(b"G").is_ok());
        while slow.len() < SLOW {
            let Ok(stream) = TcpStream::connect(address) else { break };
            slow.push(stream);
            tried += 1;
        }
        for request in [&huge, &long] {
            // The server may hang up before it has read it all.
            let _ = TcpStream::connect(address).and_then(|mut stream| stream.write_all(request.as_bytes()));
            tried += 1;
        }
        thread::sleep(Duration::from_millis(200));
    }
    tried
}

fn percentile(sorted: &[Duration], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let address = arguments.first().ok_or("say HOST:PORT and the number of requests")?;
    let requests: usize = arguments.get(1).map_or(Ok(10_000), |n| n.parse())?;
    let connections: usize = arguments.get(2).map_or(Ok(8), |n| n.parse())?;
    let pid = arguments.get(3).map(String::as_str);
    let material = Arc::new(Material::gather(&mut Client::connect(address)?)?);
    let mut out = std::io::stdout().lock();
    let asked = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let pest = (arguments.get(4).map(String::as_str) == Some("hostile")).then(|| {
        let (address, stop) = (address.clone(), Arc::clone(&stop));
        thread::spawn(move || pester(&address, &stop))
    });
    let watcher = pid.map(|pid| {
        let (pid, asked) = (pid.to_owned(), Arc::clone(&asked));
        thread::spawn(move || watch(&pid, &asked, requests))
    });
    let before = memory(pid);
    let start = Instant::now();
    let workers: Vec<_> = (0..connections as u64)
        .map(|number| {
            let (material, asked, address) = (Arc::clone(&material), Arc::clone(&asked), address.clone());
            thread::spawn(move || -> Outcome<Vec<(&'static str, u16, Duration)>> {
                let mut client = Client::connect(&address)?;
                let mut random = Random(number * 7_919 + 1);
                let mut answers = Vec::new();
                while asked.fetch_add(1, Ordering::Relaxed) < requests {
                    let (kind, path) = material.question(&mut random);
                    let sent = Instant::now();
                    let (status, _) = client.get(&path)?;
                    answers.push((kind, status, sent.elapsed()));
                }
                Ok(answers)
            })
        })
        .collect();
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for worker in workers {
        for (kind, status, time) in worker.join().map_err(|_| "a worker failed")?? {
            times.entry(kind).or_default().push(time);
            times.entry("all").or_default().push(time);
            *statuses.entry(status).or_default() += 1;
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    if let Some(tried) = pest.and_then(|pest| pest.join().ok()) {
        writeln!(out, "{tried} hostile connections meanwhile")?;
    }
    writeln!(
        out,
        "{requests} requests, {connections} connections, {seconds:.1} s: {:.0} a second",
        requests as f64 / seconds
    )?;
    writeln!(out, "statuses: {statuses:?}")?;
    for (kind, times) in &mut times {
        times.sort_unstable();
        let (p50, p99) = (percentile(times, 50), percentile(times, 99));
        writeln!(out, "{kind:>14}: {:>7}  p50 {p50:6.1} ms  p99 {p99:6.1} ms", times.len())?;
    }
    if let (Some(before), Some(after)) = (before, memory(pid)) {
        writeln!(out, "memory of the server: {before:.0} MB before, {after:.0} MB after")?;
        let way = watcher.and_then(|watcher| watcher.join().ok()).unwrap_or_default();
        writeln!(out, "on the way: {}", way.iter().map(|mb| format!("{mb:.0}")).collect::<Vec<_>>().join(", "))?;
    }
    Ok(())
}
