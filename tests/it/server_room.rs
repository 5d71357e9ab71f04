//! The server behind a proxy: base path, several archives, sessions, figures, request log, compression.

use super::{
    harness::{Archive, binary, stderr},
    serve::{Server, encoded},
};
use std::io::Read;

fn two_archives() -> Archive {
    let archive = Archive::new();
    for (name, text) in [("north", "Порт Онеги открыт, суда ждут льда."), ("south", "Порт Сочи закрыт на ремонт.")]
    {
        archive.write(&format!("{name}.txt"), text);
        let output = archive.run("svodka-index", &["--index", name, &format!("{name}.txt")]);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    archive
}

#[test]
fn all_addresses_keep_the_base_path_whether_the_proxy_cuts_it_or_not() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &["--base-path", "/svodka/", "--auth-token", "слово"]);
    for prefix in ["/svodka", ""] {
        assert_eq!(server.json(&format!("{prefix}/healthz"))["status"], "ok", "{prefix}");
        assert_eq!(server.get(&format!("{prefix}/api/v1/stats")).status, 401);
        let page = server.get(&format!("{prefix}/"));
        assert!(page.status == 303 && page.head.contains("location: /svodka/login"), "{}", page.head);
    }
    assert!(server.get("/svodka").head.contains("location: /svodka/\r\n"));
    assert_eq!(server.get("/svodkas/healthz").status, 404);
    let login = server.get("/svodka/login").body;
    assert!(login.contains("action=\"/svodka/login\""), "{login}");
    for line in login.lines().filter(|line| line.contains("href=\"/")) {
        assert!(line.contains("href=\"/svodka/assets/"), "{line}");
    }
    let wrong = archive.query(&["serve", "--base-path", "/a b"]);
    assert!(stderr(&wrong).contains("--base-path"), "{}", stderr(&wrong));
}

#[test]
fn several_archives_stand_side_by_side() {
    let archive = two_archives();
    let server = Server::start(&archive, &["--base-path", "/news", "north=north", "south=south"]);
    let title = |name: &str| server.json(&format!("/news/{name}/api/v1/search"))["hits"][0]["path"].clone();
    assert_eq!((title("north"), title("south")), ("north.txt".into(), "south.txt".into()));
    let list = server.get("/news/").body;
    for name in ["north", "south"] {
        assert!(list.contains(&format!("href=\"/news/{name}/\"")), "{list}");
        let page = server.get(&format!("/news/{name}/")).body;
        assert!(
            page.contains(&format!("src=\"/news/{name}/assets/")) && page.contains("data-archives=\"/news/\""),
            "{page}"
        );
        assert!(server.get(&format!("/news/{name}")).head.contains(&format!("location: /news/{name}/\r\n")));
    }
    assert_eq!(server.json("/news/healthz")["archives"]["south"]["articles"], 1);
    assert_eq!(server.get("/news/api/v1/search").status, 404);
    for arguments in [&["north"][..], &["a b=north"], &["login=north"], &["x=north", "x=south"], &["x=none"]] {
        let output = archive.query(&[&["serve", "--addr", "127.0.0.1:0"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

fn log_in(server: &Server, token: &str, headers: &str) -> super::serve::Reply {
    let body = format!("token={}", encoded(token));
    server.raw(&format!(
        "POST /login HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ))
}

fn cookie(head: &str) -> String {
    head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie").to_owned()
}

#[test]
fn a_session_is_signed_for_tls_only_behind_tls_and_ends() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &["--auth-token", "тайное"]);
    let secure = cookie(&log_in(&server, "тайное", "Origin: https://archive.example\r\n").head);
    assert!(
        secure.contains("; secure") && secure.contains("; httponly") && secure.contains("samesite=strict"),
        "{secure}"
    );
    assert!(!secure.contains(&encoded("тайное").to_lowercase()), "the cookie does not hold the token: {secure}");
    let plain = cookie(&log_in(&server, "тайное", "").head);
    assert!(!plain.contains("; secure"), "{plain}");
    let pair = plain.split(';').next().unwrap().to_owned();
    let stats = |pair: &str| server.with("/api/v1/stats", &format!("Cookie: {pair}\r\n")).status;
    assert_eq!(stats(&pair), 200);
    assert_eq!(stats(&format!("{pair}0")), 401);
    assert_eq!(stats(&pair.replace('=', "=9")), 401, "a later end is not signed");
    let end = |headers: &str| {
        server.raw(&format!(
            "POST /logout HTTP/1.1\r\nHost: localhost\r\nCookie: {pair}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n"
        ))
    };
    assert_eq!(end("Sec-Fetch-Site: cross-site\r\n").status, 403);
    assert_eq!(stats(&pair), 200);
    assert!(cookie(&end("").head).contains("max-age=0"));
    assert_eq!(stats(&pair), 401, "what was logged out stays out");
}

#[test]
fn wrong_tokens_have_to_wait() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &["--auth-token", "тайное"]);
    let statuses: Vec<u16> = (0..6).map(|_| log_in(&server, "другое", "").status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 429, 429]);
    let reply = log_in(&server, "тайное", "");
    assert!(reply.status == 429 && reply.head.contains("retry-after: "), "{}", reply.head);
    assert_eq!(server.with("/api/v1/stats", "Authorization: Bearer guess\r\n").status, 429);
    let other = log_in(&server, "тайное", "X-Forwarded-For: 10.1.1.1\r\n");
    assert_eq!(other.status, 303, "another client behind the proxy does not wait");
}

#[test]
fn figures_count_what_was_asked() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &["--auth-token", "word"]);
    assert_eq!(server.get("/metrics").status, 401);
    let bearer = "Authorization: Bearer word\r\n";
    for path in ["/api/v1/search", "/api/v1/search?q=%28", "/invented/path"] {
        server.with(path, bearer);
    }
    let text = server.with("/metrics", bearer).body;
    let articles = server.json("/healthz")["articles"].clone();
    for line in [
        "svodka_http_requests_total{route=\"/api/v1/search\",status=\"200\"} 1",
        "svodka_http_requests_total{route=\"/api/v1/search\",status=\"400\"} 1",
        "svodka_http_requests_total{route=\"other\",status=\"404\"} 1",
        "svodka_http_request_seconds_count{route=\"/api/v1/search\"} 2",
        &format!("svodka_index_articles{{archive=\"\"}} {articles}"),
    ] {
        assert!(text.lines().any(|own| own == line), "{line}\n{text}");
    }
    assert!(!text.contains("invented"), "{text}");
    let committed =
        text.lines().find_map(|line| line.strip_prefix("svodka_index_commit_timestamp_seconds{archive=\"\"} "));
    assert!(committed.unwrap().parse::<u64>().unwrap() > 1_700_000_000);
    let health = server.json("/healthz");
    assert!(health["last_commit"].as_str().unwrap().ends_with('Z') && health["age_seconds"].is_u64(), "{health}");
}

#[test]
fn long_answers_are_compressed_and_assets_are_kept() {
    let archive = Archive::sample();
    let server = Server::start(&archive, &[]);
    let get = |path: &str, encoding: &str| {
        server.raw_bytes(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
        ))
    };
    let path = "/api/v1/search?limit=20";
    let (plain_head, plain) = get(path, "identity");
    let (head, packed) = get(path, "gzip");
    assert!(head.contains("content-encoding: gzip") && !plain_head.contains("content-encoding"), "{head}");
    assert!(packed.len() * 2 < plain.len(), "{} of {}", packed.len(), plain.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
    // An answer says how long it took.
    let without_time = |bytes: &[u8]| {
        let mut answer: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        answer["took_ms"] = 0.into();
        answer
    };
    assert_eq!(without_time(&unpacked), without_time(&plain));
    let page = server.get("/").body;
    let script = page.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
    let (head, _) = get(script, "gzip");
    assert!(head.contains("immutable") && head.contains("content-encoding: gzip"), "{head}");
    let (head, _) = get("/assets/other/main.js", "gzip");
    assert!(head.starts_with("http/1.1 200") && head.contains("cache-control: no-cache"), "{head}");
}

#[test]
fn each_request_is_a_line_of_the_log() {
    let archive = Archive::sample();
    let mut process = std::process::Command::new(binary("svodka-query"))
        .args(["serve", "--addr", "127.0.0.1:0", "--request-log"])
        .current_dir(archive.path(""))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(process.stdout.take().unwrap()), &mut line).unwrap();
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let request =
        format!("GET /api/v1/stats?a=1 HTTP/1.1\r\nHost: {address}\r\nUser-Agent: tester\r\nConnection: close\r\n\r\n");
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    let mut logged = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(process.stderr.take().unwrap()), &mut logged).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    let entry: serde_json::Value = serde_json::from_str(&logged).unwrap();
    assert_eq!((&entry["path"], &entry["status"]), (&"/api/v1/stats?a=1".into(), &400.into()), "{entry}");
    assert_eq!((&entry["client"], &entry["agent"]), (&"127.0.0.1".into(), &"tester".into()), "{entry}");
    assert!(entry["ms"].is_number() && entry["time"].as_str().unwrap().ends_with('Z'), "{entry}");
}
