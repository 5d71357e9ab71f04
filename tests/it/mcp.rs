//! The Model Context Protocol: a conversation over standard input and output, as clients hold it.

use super::harness::{Archive, binary};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

struct Client {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    asked: u64,
}

impl Client {
    fn start(archive: &Archive) -> Self {
        let mut process = Command::new(binary("svodka-query"))
            .arg("mcp")
            .current_dir(archive.path(""))
            .env_remove("SVODKA_INDEX")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut client = Self { process, to, from, asked: 0 };
        let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
        let info = client.ask("initialize", hello);
        assert_eq!(info["result"]["serverInfo"]["name"], "svodka", "{info}");
        assert!(info["result"]["capabilities"]["tools"].is_object(), "{info}");
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        client
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.asked, "method": method, "params": params}));
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(answer["id"], self.asked, "{answer}");
        answer
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({"name": tool, "arguments": arguments}))["result"].clone()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn tools_are_listed_with_the_parameters_of_the_table() {
    let archive = Archive::sample();
    let mut client = Client::start(&archive);
    let tools = client.ask("tools/list", json!({}))["result"]["tools"].as_array().unwrap().clone();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["search", "facets", "show", "citations"]);
    assert!(tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true), "{tools:?}");
    let properties = &tools[0]["inputSchema"]["properties"];
    assert_eq!(properties["think_tank"]["type"], "array", "{properties}");
    assert_eq!(properties["limit"]["maximum"], 100, "{properties}");
    assert_eq!(tools[2]["inputSchema"]["required"], json!(["id"]));
}

#[test]
fn the_answers_are_those_of_the_command_line() {
    let archive = Archive::sample();
    let mut client = Client::start(&archive);
    let untimed = |mut object: Value| {
        object.as_object_mut().unwrap().remove("took_ms");
        object
    };
    let found = client
        .call("search", json!({"q": "порт", "limit": 3, "think_tank": ["ISW"], "any": false, "facets": ["outlet"]}));
    let printed = archive.search(&["порт", "--limit", "3", "--think-tank", "ISW", "--facets", "outlet"]);
    assert_eq!(untimed(found["structuredContent"].clone()), untimed(printed));
    let id = found["structuredContent"]["hits"][0]["id"].as_str().unwrap().to_owned();
    let shown = client.call("show", json!({"id": id}))["structuredContent"].clone();
    assert_eq!(shown["id"], id.as_str());
    assert!(shown["cited"].as_array().unwrap().iter().any(|source| !source["evidence"]["text"].is_null()), "{shown}");
    let facets = client.call("facets", json!({"field": "outlet", "facet_size": 5}))["structuredContent"].clone();
    let printed: Value =
        serde_json::from_slice(&archive.query(&["facets", "outlet", "--limit", "5", "--json"]).stdout).unwrap();
    assert_eq!(facets, printed);
    let graph = client.call("citations", json!({"limit": 2}))["structuredContent"].clone();
    assert_eq!(graph["edges"].as_array().unwrap().len(), 2, "{graph}");
}

#[test]
fn mistakes_are_answers_that_say_what_to_mend() {
    let archive = Archive::sample();
    let mut client = Client::start(&archive);
    for (tool, arguments, words) in [
        ("search", json!({"outlet": "Politexprt"}), "Politexpert"),
        ("search", json!({"limit": 101}), "100"),
        ("search", json!({"colour": "red"}), "colour"),
        ("facets", json!({}), "field"),
        ("facets", json!({"field": "colour"}), "colour"),
        ("show", json!({"id": "../../etc/passwd"}), "no article"),
    ] {
        let answer = client.call(tool, arguments.clone());
        assert_eq!(answer["isError"], true, "{tool} {arguments}: {answer}");
        assert!(answer["content"][0]["text"].as_str().unwrap().contains(words), "{tool} {arguments}: {answer}");
    }
    assert!(client.ask("tools/call", json!({"name": "delete", "arguments": {}}))["error"].is_object());
    assert!(client.call("search", json!({}))["structuredContent"]["total"].as_u64().unwrap() > 0, "it still answers");
}
