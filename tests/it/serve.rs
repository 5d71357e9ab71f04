//! The HTTP API: its answers are the command line's, its limits hold, and a hostile archive stays text.

use super::harness::{Archive, binary, stderr, stdout};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A running server, stopped in the end.
pub(crate) struct Server {
    process: Child,
    address: String,
}

/// A status, the head in lower case, and the body.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl Server {
    pub(crate) fn start(archive: &Archive, arguments: &[&str]) -> Self {
        Self::start_on(archive, "127.0.0.1:0", arguments)
    }

    fn start_on(archive: &Archive, address: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(binary("svodka-query"))
            .args(["serve", "--addr", address])
            .args(arguments)
            .current_dir(archive.path(""))
            .env_remove("SVODKA_INDEX")
            .env_remove("SVODKA_AUTH_TOKEN")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().trim_start_matches("http://").split('/').next().unwrap().replace("0.0.0.0", "127.0.0.1");
        assert!(!address.is_empty(), "the server did not start");
        Self { process, address }
    }

    /// Sends a request as it is and reads to the end of the connection.
    pub(crate) fn raw(&self, request: &str) -> Reply {
        let (head, body) = self.raw_bytes(request);
        Reply { status: head[9..12].parse().unwrap(), head, body: String::from_utf8(body).unwrap() }
    }

    /// The same, with a body that need not be text.
    pub(crate) fn raw_bytes(&self, request: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let split = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a whole head");
        let head = String::from_utf8(bytes[..split].to_vec()).unwrap().to_lowercase();
        let body = if head.contains("transfer-encoding: chunked") {
            unchunk(&bytes[split + 4..])
        } else {
            bytes[split + 4..].to_vec()
        };
        (head, body)
    }

    /// The body at an address, whatever it is.
    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        self.raw_bytes(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)).1
    }

    pub(crate) fn with(&self, path: &str, headers: &str) -> Reply {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n", self.address))
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.with(path, "")
    }

    pub(crate) fn json(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.json()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let line = bytes.windows(2).position(|w| w == b"\r\n").expect("a chunk's length");
        let length = usize::from_str_radix(std::str::from_utf8(&bytes[..line]).unwrap(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&bytes[line + 2..line + 2 + length]);
        bytes = &bytes[line + 4 + length..];
    }
}

/// Percent-encodes everything but letters and digits of ASCII.
pub(crate) fn encoded(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

/// A search object without the time it took.
pub(crate) fn timeless(mut object: Value) -> Value {
    object.as_object_mut().unwrap().remove("took_ms");
    object
}

#[test]
fn the_answers_are_those_of_the_command_line() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let port = encoded("порт");
    assert_eq!(timeless(server.json(&format!("/api/v1/search?q={port}"))), timeless(archive.search(&["порт"])));
    let isw =
        archive.search(&["--think-tank", "ISW", "--no-outlet", "politexpert", "--sort", "newest", "--limit", "3"]);
    let asked = server.json("/api/v1/search?think_tank=ISW&no_outlet=politexpert&sort=newest&limit=3");
    assert_eq!(timeless(asked), timeless(isw));
    let facets: Value = serde_json::from_slice(&archive.query(&["facets", "actor", "--json"]).stdout).unwrap();
    assert_eq!(server.json("/api/v1/facets/actor?facet_size=20"), facets);
    let timeline: Value = serde_json::from_slice(&archive.query(&["timeline", "--json"]).stdout).unwrap();
    assert_eq!(server.json("/api/v1/timeline"), timeline);
    let id = server.json("/api/v1/search?limit=1")["hits"][0]["id"].as_str().unwrap().to_owned();
    let shown: Value = serde_json::from_slice(&archive.query(&["show", &id, "--json"]).stdout).unwrap();
    assert_eq!(server.json(&format!("/api/v1/articles/{}", encoded(&id))), shown);
    let similar = server.json(&format!("/api/v1/articles/{}/similar?limit=3", encoded(&id)));
    assert!(similar["hits"].as_array().unwrap().iter().all(|hit| hit["id"] != id.as_str()), "{similar}");
}

#[test]
fn another_name_in_a_filter_is_answered_with_the_value_it_means() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let name = "Институт изучения войны";
    let forms = encoded("Института изучения войны");
    let asked = format!("think_tank=ISW&no_cited={forms}&outlet=Politexpert");
    let expected = serde_json::json!([
        {"filter": "think_tank", "name": "ISW", "values": [name]},
        {"filter": "no_cited", "name": "Института изучения войны", "values": [name]},
    ]);
    assert_eq!(server.json(&format!("/api/v1/search?{asked}"))["resolved"], expected);
    assert_eq!(server.json(&format!("/api/v1/citations?{asked}"))["resolved"], expected);
    let own = server.json(&format!("/api/v1/search?think_tank={}", encoded(name)));
    assert!(own.get("resolved").is_none(), "{own}");
}

#[test]
fn exports_hold_every_hit() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let total = server.json("/api/v1/search?limit=0")["total"].as_u64().unwrap() as usize;
    let lines = server.get("/api/v1/export?format=jsonl&sort=oldest");
    let hits: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(hits.len(), total);
    let searched = server.json("/api/v1/search?sort=oldest&limit=100");
    assert_eq!(Value::from(hits), searched["hits"]);
    let table = server.get("/api/v1/export?format=csv&sort=oldest");
    assert!(table.head.contains("attachment"), "{}", table.head);
    let command = archive.query(&["search", "--csv", "--sort", "oldest", "--limit", "1000"]);
    assert_eq!(table.body, String::from_utf8(command.stdout).unwrap());
    assert_eq!(server.get("/api/v1/export?format=csv&q=%28").status, 400, "errors come before the first byte");
    assert_eq!(server.get("/api/v1/export").status, 400);
}

#[test]
fn who_cites_whom_agrees_with_search() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let graph = server.json("/api/v1/citations?limit=5000");
    let edges = graph["edges"].as_array().unwrap();
    assert!(edges.len() >= 10, "{graph}");
    for edge in edges {
        let (outlet, source) = (edge["outlet"].as_str().unwrap(), edge["source"].as_str().unwrap());
        let path = format!("/api/v1/search?limit=0&facets=none&outlet={}&cited={}", encoded(outlet), encoded(source));
        assert_eq!(server.json(&path)["total"], edge["count"], "{outlet} → {source}");
    }
    let tanks = server.json("/api/v1/citations?kind=think_tank&outlet=politexpert");
    assert!(
        tanks["edges"].as_array().unwrap().iter().all(|e| e["kind"] == "think_tank" && e["outlet"] == "Politexpert")
    );
    assert_eq!(server.get("/api/v1/citations?kind=planet").status, 400);
}

#[test]
fn beginnings_are_completed_by_any_name() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let of = |typed: &str| server.json(&format!("/api/v1/suggest?q={}", encoded(typed)))["suggestions"].clone();
    let has = |list: &Value, kind: &str, value: &str| {
        list.as_array().unwrap().iter().any(|s| s["type"] == kind && s["value"] == value)
    };
    assert!(has(&of("isw"), "think_tank", "Институт изучения войны"), "{}", of("isw"));
    assert!(has(&of("изучения вой"), "think_tank", "Институт изучения войны"));
    assert!(has(&of("полите"), "outlet", "Politexpert") || has(&of("polite"), "outlet", "Politexpert"));
    assert!(of("порт").as_array().unwrap().iter().any(|s| s["type"] == "word"), "{}", of("порт"));
    let words: Vec<Value> =
        of("институт").as_array().unwrap().iter().filter(|s| s["type"] == "word").cloned().collect();
    assert_eq!(words.len(), 1, "one form of a word stands for all: {words:?}");
    let found = server.json(&format!("/api/v1/search?limit=0&q={}", encoded(words[0]["value"].as_str().unwrap())));
    assert!(words[0]["count"].as_u64() <= found["total"].as_u64(), "{words:?}: {}", found["total"]);
    let inside = server.json(&format!("/api/v1/facets/think_tank?prefix={}", encoded("войны")));
    assert!(
        inside["think_tank"].as_array().unwrap().iter().any(|v| v["value"] == "Институт изучения войны"),
        "{inside}"
    );
}

#[test]
fn names_of_the_users_gazetteer_complete_what_is_typed() {
    let archive = Archive::new();
    let alias = "[[alias]]\nname = \"ISW\"\naliases = [\"Военведы\"]\n";
    archive.write("index/gazetteer.toml", alias);
    archive.write("one.txt", "Порт Онеги замёрз. По данным ISW, лёд сойдёт в мае.");
    let output = archive.index(&["one.txt"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let server = Server::start(&archive, &[]);
    let of = |typed: &str| server.json(&format!("/api/v1/suggest?q={}", encoded(typed)))["suggestions"].clone();
    let found = of("военве");
    let tank = found.as_array().unwrap().iter().find(|s| s["type"] == "think_tank");
    let tank = tank.unwrap_or_else(|| panic!("{found}"));
    assert_eq!((&tank["value"], &tank["alias"]), (&"Институт изучения войны".into(), &"Военведы".into()));
    let asked = server.json(&format!("/api/v1/search?think_tank={}", encoded("Военведы")));
    assert_eq!((&asked["total"], &asked["resolved"][0]["values"][0]), (&1.into(), &"Институт изучения войны".into()));
}

#[test]
fn problems_say_what_to_mend() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    for (path, status, kind) in [
        ("/api/v1/search?limit=101", 400, "bad-parameter"),
        ("/api/v1/search?limit=-1", 400, "bad-parameter"),
        ("/api/v1/search?offset=9999999", 400, "bad-parameter"),
        ("/api/v1/search?colour=red", 400, "bad-parameter"),
        ("/api/v1/search?q=a&q=b", 400, "bad-parameter"),
        ("/api/v1/search?from=yesterday", 400, "bad-parameter"),
        ("/api/v1/search?q=%22open", 400, "bad-query"),
        ("/api/v1/search?outlet=Politexprt", 400, "unknown-value"),
        ("/api/v1/articles/none", 404, "not-found"),
        ("/api/v1/articles/..%2f..%2fetc%2fpasswd", 404, "not-found"),
        ("/assets/..%2f..%2fCargo.toml", 404, "not-found"),
        ("/api/v1/facets/colour", 404, "not-found"),
        ("/api/v2/search", 404, "not-found"),
    ] {
        let reply = server.get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert!(reply.head.contains("content-type: application/problem+json"), "{path}: {}", reply.head);
        let problem = reply.json();
        assert_eq!(problem["type"], format!("urn:svodka:problem:{kind}"), "{path}");
        assert_eq!(problem["status"], status, "{path}");
    }
    let suggestions = server.get("/api/v1/search?outlet=Politexprt").json()["suggestions"].clone();
    assert_eq!(suggestions[0], "Politexpert");
    assert_eq!(server.get("/api/v1/search?q=%22open").json()["columns"], serde_json::json!([0, 5]));
    let long = "%D0%B0".repeat(1_001);
    assert_eq!(server.get(&format!("/api/v1/search?q={long}")).status, 400);
    assert_eq!(server.get(&format!("/api/v1/search?q={}", "a".repeat(20_000))).status, 414);
    let many = "&actor=a".repeat(300);
    assert_eq!(server.get(&format!("/api/v1/search?q=a{many}")).status, 400);
    let post = server.raw(&format!(
        "POST /api/v1/search HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        server.address
    ));
    assert_eq!(post.status, 405);
    assert!(post.head.contains("allow: get"), "{}", post.head);
}

#[test]
fn other_hosts_and_sites_are_turned_away() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &["--allow-host", "archive.test"]);
    let status = |host: &str| {
        server.raw(&format!("GET /api/v1/stats HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).status
    };
    for host in ["localhost", "127.0.0.1:7878", "[::1]:80", "archive.test", "ARCHIVE.test:8080"] {
        assert_eq!(status(host), 200, "{host}");
    }
    for host in ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "10.0.0.1", "archive.test.evil.test", ""] {
        assert_eq!(status(host), 421, "{host}");
    }
    assert_eq!(server.with("/api/v1/stats", "Sec-Fetch-Site: cross-site\r\n").status, 403);
    let page = server.get("/");
    let policy = page.head.lines().find(|line| line.starts_with("content-security-policy")).unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for line in page.body.lines() {
        assert!(!line.contains("<script>") && !line.contains(" style=") && !line.contains(" onclick"), "{line}");
        assert!(!line.contains("http://") && !line.contains("https://"), "nothing is fetched from elsewhere: {line}");
    }
}

#[test]
fn a_token_is_asked_for() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &["--auth-token", "тайное слово"]);
    assert_eq!(server.get("/api/v1/stats").status, 401);
    assert_eq!(server.with("/api/v1/stats", "Authorization: Bearer wrong\r\n").status, 401);
    assert_eq!(server.get("/").status, 303);
    assert_eq!(server.get("/login").status, 200);
    let log_in = |token: &str| {
        let body = format!("token={}", encoded(token));
        server.raw(&format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            server.address,
            body.len()
        ))
    };
    let wrong = log_in("другое").head;
    assert!(!wrong.contains("set-cookie") && wrong.contains("location: /login#wrong"), "{wrong}");
    let head = log_in("тайное слово").head;
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie").to_owned();
    assert!(cookie.contains("httponly") && cookie.contains("samesite=strict"), "{cookie}");
    let pair = cookie.split(';').next().unwrap();
    assert_eq!(server.with("/api/v1/stats", &format!("Cookie: other=1; {pair}\r\n")).status, 200);
}

#[test]
fn only_this_machine_is_served_unless_told_and_others_need_a_token() {
    let archive = Archive::sample();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let open = archive.query(&["serve", "--addr", address]);
        assert_eq!(open.status.code(), Some(2), "{address} is open to others without a token");
        assert!(stderr(&open).contains("--auth-token"), "{}", stderr(&open));
        let empty = archive.query(&["serve", "--addr", address, "--auth-token", ""]);
        assert_eq!(empty.status.code(), Some(2), "an empty token is none");
    }
    let help = stdout(&archive.query(&["serve", "--help"]));
    assert!(help.contains("[default: 127.0.0.1:7878]"), "{help}");
    for arguments in [&["--insecure"][..], &["--auth-token", "word"]] {
        let server = Server::start_on(&archive, "0.0.0.0:0", arguments);
        let wanted = if arguments[0] == "--insecure" { 200 } else { 401 };
        assert_eq!(server.get("/api/v1/stats").status, wanted, "{arguments:?}");
    }
}

#[test]
fn answers_are_bounded() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    for (path, most) in [
        ("/api/v1/search?limit=", 100),
        ("/api/v1/search?facet_size=", 1_000),
        ("/api/v1/search?offset=", 9_900),
        ("/api/v1/facets/actor?facet_size=", 1_000),
        ("/api/v1/citations?limit=", 5_000),
        ("/api/v1/suggest?q=a&limit=", 20),
    ] {
        assert_eq!(server.get(&format!("{path}{most}")).status, 200, "{path}{most}");
        assert_eq!(server.get(&format!("{path}{}", most + 1)).status, 400, "{path}{}", most + 1);
    }
    let hits = server.json("/api/v1/search?limit=100")["hits"].as_array().unwrap().len();
    assert!(hits > 20, "{hits}");
    assert_eq!(server.json("/api/v1/search?limit=3")["hits"].as_array().unwrap().len(), 3);
    let name = "%D0%B0".repeat(301);
    for parameter in ["actor", "no_outlet"] {
        assert_eq!(server.get(&format!("/api/v1/search?{parameter}={name}")).json()["parameter"], parameter);
    }
    assert_eq!(server.get(&format!("/api/v1/suggest?q={name}")).status, 400);
    assert_eq!(server.get(&format!("/api/v1/facets/actor?prefix={name}")).status, 400);
    let body = "token=".to_owned() + &"x".repeat(8_000);
    let long = server.raw(&format!(
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        server.address,
        body.len()
    ));
    assert_eq!(long.status, 413);
}

#[test]
fn no_request_reaches_the_file_system() {
    let archive = Archive::sample();
    archive.write("secret.txt", "сокровенное");
    let server = Server::start(&archive, &[]);
    let file = archive.path("secret.txt").display().to_string();
    for name in ["secret.txt", "../secret.txt", "./secret.txt", file.as_str(), "index/manifest.json", "/etc/passwd"] {
        for place in ["/", "/assets/", "/assets/..%2f", "/article/", "/api/v1/articles/", "/api/v1/facets/"] {
            for spelt in [name.to_owned(), encoded(name), encoded(&encoded(name)), name.replace('/', "%5c")] {
                let reply = server.get(&format!("{place}{spelt}"));
                let found = reply.body.contains("сокровенное") || reply.body.contains("root:");
                assert!(!found && !reply.body.contains("fingerprint"), "{place}{spelt}: {}", reply.body);
                let is_page = reply.status == 200 && reply.body.starts_with("<!DOCTYPE html>");
                assert!(is_page || reply.status == 404 || reply.status == 400, "{place}{spelt}: {}", reply.status);
            }
        }
    }
    // Nor can one come to: only the module that opens the index knows of files.
    for entry in std::fs::read_dir(super::harness::root().join("src/serve")).unwrap() {
        let path = entry.unwrap().path();
        let code = std::fs::read_to_string(&path).unwrap();
        let knows = ["std::fs", "fs::{", "File::open", "tokio::fs", "ServeDir"].iter().any(|word| code.contains(word));
        assert_eq!(knows, path.ends_with("archive.rs"), "{}", path.display());
    }
}

#[test]
fn values_of_a_facet_are_parted_by_kind() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let all = server.json("/api/v1/facets/actor?facet_size=1000")["actor"].as_array().unwrap().clone();
    for kind in ["person", "organization", "place"] {
        let of_kind = server.json(&format!("/api/v1/facets/actor?facet_size=1000&kind={kind}"))["actor"].clone();
        let expected: Vec<Value> = all.iter().filter(|value| value["kind"] == kind).cloned().collect();
        assert!(!expected.is_empty(), "{kind}");
        assert_eq!(of_kind, Value::from(expected), "{kind}");
    }
    assert_eq!(server.get("/api/v1/facets/actor?kind=planet").status, 400);
}

#[test]
fn hits_of_a_shared_id_say_what_opens_them() {
    let archive = Archive::new();
    for (file, town) in [("a.jsonl", "Онеги"), ("b.jsonl", "Усть-Луги"), ("c.jsonl", "Тикси")] {
        let id = if file == "c.jsonl" { "2" } else { "1" };
        let record =
            serde_json::json!({"id": id, "title": town, "text": format!("Порт {town} открыт, суда ждут льда.")});
        archive.write(file, record.to_string());
    }
    let output = archive.index(&["a.jsonl", "b.jsonl", "c.jsonl"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let server = Server::start(&archive, &[]);
    let hits = server.json("/api/v1/search?sort=newest")["hits"].as_array().unwrap().clone();
    assert_eq!(hits.len(), 3);
    for hit in &hits {
        assert_eq!(hit["qualified_id"].is_null(), hit["id"] == "2", "{hit}");
        let name = hit["qualified_id"].as_str().or(hit["id"].as_str()).unwrap();
        let article = server.json(&format!("/api/v1/articles/{}", encoded(name)));
        assert_eq!(article["title"], hit["title"], "{name}");
        let similar = server.json(&format!("/api/v1/articles/{}/similar", encoded(name)));
        assert!(similar["hits"].is_array(), "{similar}");
    }
    assert_eq!(server.get("/api/v1/articles/1").status, 409);
    for id in stdout(&archive.query(&["search", "--ids"])).lines() {
        assert!(archive.query(&["show", id, "--json"]).status.success(), "{id}");
    }
}

#[test]
fn hits_say_which_clause_cites() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let hits = server.json("/api/v1/search?think_tank=ISW&limit=100")["hits"].as_array().unwrap().clone();
    assert!(hits.len() >= 2, "{hits:?}");
    for hit in hits {
        let id = encoded(hit["id"].as_str().unwrap());
        let article = server.json(&format!("/api/v1/articles/{id}"));
        for (short, whole) in hit["cited"].as_array().unwrap().iter().zip(article["cited"].as_array().unwrap()) {
            assert!(!short["evidence"].as_str().unwrap().is_empty(), "{short}");
            assert_eq!(short["evidence"], whole["evidence"]["text"]);
        }
    }
}

#[test]
fn new_commits_and_rebuilds_are_seen() {
    let archive = Archive::new();
    archive.write("in/1.txt", "Порт открыт\n\nВ порту Усть-Луга открыли причал. Работы шли год.");
    archive.index(&["in"]);
    let server = Server::start(&archive, &[]);
    let articles = || server.json("/healthz")["articles"].as_u64().unwrap();
    let wait_for = |count: u64| {
        let deadline = Instant::now() + Duration::from_secs(30);
        while articles() != count {
            assert!(Instant::now() < deadline, "still {} articles", articles());
            std::thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(server.json("/api/v1/search")["total"], count);
    };
    wait_for(1);
    archive.write("in/2.txt", "Мост закрыт\n\nМост через Волгу закрыли на ремонт до осени.");
    archive.index(&["in"]);
    wait_for(2);
    archive.write("in/3.txt", "Парк расширят\n\nГородской парк расширят за счёт набережной.");
    archive.index(&["--rebuild", "in"]);
    wait_for(3);
}

#[test]
fn a_hostile_archive_stays_text() {
    let archive = Archive::new();
    // Reading takes tags out of fields; what is escaped is text and must stay text.
    let title = "&lt;script&gt;alert(1)&lt;/script&gt; \u{202e}титул\u{202c} &lt;img src=x onerror=alert(2)&gt;";
    let record = serde_json::json!({
        "id": "../../<b>&\"'\u{202e}", "title": title, "outlet": "<b>Вестник</b>", "date": "2025-03-04",
        "url": "javascript:alert(3)", "text": format!("{title}\nСообщает </script><svg onload=alert(4)>. Слово «порт».")
    });
    archive.write("in.jsonl", record.to_string());
    archive.index(&["in.jsonl"]);
    let server = Server::start(&archive, &[]);
    let hit = server.json("/api/v1/search")["hits"][0].clone();
    assert!(hit["title"].as_str().unwrap().contains("<script>alert(1)</script>"), "{hit}");
    let id = hit["id"].as_str().unwrap();
    let reply = server.get(&format!("/api/v1/articles/{}", encoded(id)));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(reply.head.contains("content-type: application/json") && reply.head.contains("nosniff"), "{}", reply.head);
    let page = server.get(&format!("/article/{}", encoded(id)));
    assert!(page.status == 200 && !page.body.contains("alert"), "the page holds nothing of the archive");
    let missing = server.get(&format!("/api/v1/articles/{}", encoded("<script>alert(5)</script>")));
    assert!(missing.status == 404 && missing.head.contains("application/problem+json"), "{}", missing.head);
}

#[test]
fn slow_and_oversized_requests_do_not_stop_it() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        stream.write_all(b"GET /api/v1/search HTTP/1.1\r\nHost: local").unwrap();
        slow.push(stream);
    }
    let start = Instant::now();
    assert_eq!(server.json("/healthz")["status"], "ok");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let huge = format!("GET / HTTP/1.1\r\nHost: {}\r\nX-Fill: {}\r\n\r\n", server.address, "x".repeat(1 << 20));
    let mut stream = TcpStream::connect(&server.address).unwrap();
    // The server may hang up before it has read it all.
    let _ = stream.write_all(huge.as_bytes());
    assert_eq!(server.json("/healthz")["status"], "ok");
    // A head that never ends is given up.
    let mut first = slow.swap_remove(0);
    first.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut rest = Vec::new();
    let _ = first.read_to_end(&mut rest);
    assert!(start.elapsed() < Duration::from_secs(29), "the slow connection was closed");
}

#[test]
fn the_description_names_every_endpoint() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let document = server.json("/openapi.json");
    let id = server.json("/api/v1/search?limit=1")["hits"][0]["id"].as_str().unwrap().to_owned();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 15);
    for (path, item) in paths {
        let mut url = path.replace("{field}", "outlet").replace("{id}", &encoded(&id));
        if path.ends_with("/export") {
            url.push_str("?format=jsonl");
        }
        let reply = server.get(&url);
        assert_eq!(reply.status, 200, "{url}: {}", reply.body);
        let media_type = reply.head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap();
        let media_type = media_type.split(';').next().unwrap();
        let promised = item["get"]["responses"]["200"]["content"].as_object().unwrap();
        assert!(promised.contains_key(media_type), "{url}: {media_type}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(!name.contains('<') && !name.is_empty(), "{name}");
    }
}
