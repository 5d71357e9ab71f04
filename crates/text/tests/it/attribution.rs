//! Golden articles: every attribution rule and trap on short invented texts (see `tests/golden/README.md`).
//!
//! Prints what differs, by file and by rule; the share of articles that agree in everything may only rise.

use std::{collections::BTreeMap, fs, path::Path};
use svodka_model::{
    Article,
    article::{Citation, Outlet, OutletOrigin, Span},
    record::{Origin, Record},
};
use svodka_text::{
    extract::{Extractor, Scratch, boilerplate_rules},
    names::Lexicon,
};

/// Articles that agree in everything, at least; raise it when more do. The model is not trained on them.
const FLOOR: usize = 273;

struct Golden {
    about: String,
    record: Record,
    expected: Vec<(String, String)>,
}

fn golden(file: &str, data: &str) -> Vec<Golden> {
    let articles = data.split("\n=====\n").enumerate();
    articles
        .map(|(number, article)| {
            let parts: Vec<&str> = article.splitn(3, "\n---").collect();
            let [head, text, expected] = parts.as_slice() else {
                panic!("{file}: article {number} has not three parts")
            };
            let field = |name: &str| head.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim().to_owned());
            let path = format!("{file}#{number}");
            let origin = Origin { path: path.clone(), absolute: path, line: None };
            let record = Record {
                origin,
                title: field("title:"),
                text: text.trim_start_matches('\n').to_owned(),
                outlet: field("outlet:"),
                ..Record::default()
            };
            let lines = expected.lines().filter_map(|l| l.split_once(" = "));
            let expected = lines.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect();
            let about = head.lines().next().unwrap_or_default().trim_start_matches("# ").to_owned();
            Golden { about, record, expected }
        })
        .collect()
}

/// Case, quotes, ё and case endings aside, are these one name?
fn same(a: &str, b: &str) -> bool {
    let words = |s: &str| -> Vec<String> {
        let plain: String = s.to_lowercase().replace('ё', "е");
        plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
    };
    let alike = |a: &str, b: &str| {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let n = a.len().min(b.len());
        a == b || n > 3 && a.len().abs_diff(b.len()) <= 3 && a[..3.max(n - 3)] == b[..3.max(n - 3)]
    };
    let (a, b) = (words(a), words(b));
    !a.is_empty() && a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| alike(a, b))
}

struct Checker<'a> {
    article: &'a Article,
    lexicon: &'a Lexicon,
}

impl Checker<'_> {
    fn names(&self, canonical: &str, mentions: &[Span]) -> Vec<String> {
        let entry = self.lexicon.named(canonical);
        let aliases = entry.into_iter().flat_map(|e| e.aliases.iter().map(|a| a.text.clone()));
        let mentioned = mentions.iter().map(|m| self.article.slice(*m).to_owned());
        std::iter::once(canonical.to_owned()).chain(aliases).chain(mentioned).collect()
    }

    fn is(&self, canonical: &str, mentions: &[Span], wanted: &str) -> bool {
        self.names(canonical, mentions).iter().any(|name| same(name, wanted))
    }

    fn cited(&self, wanted: &str) -> Option<&Citation> {
        self.article.cited.iter().find(|c| self.is(&c.name, &c.mentions, wanted))
    }

    /// What is wrong with one expected line.
    fn differs(&self, key: &str, value: &str) -> Option<String> {
        let wrong = |what: String| Some(format!("{key} = {value}: {what}"));
        match key {
            "outlet" => match &self.article.outlet {
                Some(outlet) if self.is(&outlet.name, &[], value) => None,
                other => wrong(format!("found {:?}", other.as_ref().map(|o| &o.name))),
            },
            "cited" => {
                let (name, rest) = value.split_once(" [").expect("a kind");
                let (kind, rest) = rest.split_once(']').expect("a kind");
                let evidence = rest.find('«').and_then(|from| Some(&rest[from + '«'.len_utf8()..rest.rfind('»')?]));
                let tail = rest.rfind('»').map_or(rest, |at| &rest[at..]);
                let via = tail.split_once("via ").map(|(_, via)| via.trim());
                let Some(found) = self.cited(name) else { return wrong("not cited".into()) };
                let shown = self.article.slice(found.evidence);
                if found.kind.name() != kind {
                    return wrong(format!("kind {}", found.kind.name()));
                }
                if rest.trim_start().starts_with("self") != found.is_self {
                    return wrong(format!("self {}", found.is_self));
                }
                if evidence.is_some_and(|e| !shown.contains(e)) {
                    return wrong(format!("evidence by {}: «{shown}»", found.rule));
                }
                if let Some(via) = via
                    && !found.via.as_deref().is_some_and(|v| self.is(v, &[], via))
                {
                    return wrong(format!("via {:?}", found.via));
                }
                None
            }
            "mentioned" => self.cited(value).and_then(|c| wrong(format!("cited by {}", c.rule))),
            "actor" | "not actor" => {
                let acts = self.article.actors().any(|e| self.is(&e.name, &e.mentions, value));
                (acts != (key == "actor")).then(|| format!("{key} = {value}"))
            }
            "outlet rule" => {
                let rule = self.article.outlet.as_ref().map(Outlet::rule);
                (rule != Some(value)).then(|| format!("{key} = {value}: by {rule:?}"))
            }
            "via rule" => {
                let (name, rule) = value.split_once(" by ").expect("a rule");
                let found = self.cited(name).and_then(|c| c.via_rule.as_deref());
                (found != Some(rule)).then(|| format!("{key} = {value}: by {found:?}"))
            }
            "boilerplate rule" => {
                let rules = boilerplate_rules(self.article);
                (!rules.iter().any(|rule| rule == value)).then(|| format!("{key} = {value}: by {rules:?}"))
            }
            "boilerplate" => {
                let at = self.article.text.find(value).unwrap_or_else(|| panic!("not in the text: {value}"));
                let wanted = Span::text(at, at + value.len());
                let marked = self.article.boilerplate.iter().any(|b| b.contains(wanted));
                (!marked).then(|| format!("{key} = {value}: not marked"))
            }
            other => panic!("unknown key {other}"),
        }
    }

    /// Values that no rule stands behind.
    fn unexplained(&self) -> Vec<String> {
        let outlet = self.article.outlet.iter();
        let outlet = outlet.filter(|o| (o.from == OutletOrigin::Text) != o.rule.is_some()).map(|o| o.name.clone());
        let cited = self.article.cited.iter();
        let cited = cited.filter(|c| c.rule.is_empty() || c.via.is_some() != c.via_rule.is_some());
        let rules = boilerplate_rules(self.article);
        assert_eq!(rules.len(), self.article.boilerplate.len());
        // One article alone has no repeated lines.
        let chrome = rules.into_iter().filter(|rule| rule.is_empty() || rule.contains("repeated"));
        outlet.chain(cited.map(|c| c.name.clone())).chain(chrome).collect()
    }

    /// Citations that nobody asked for.
    fn unexpected(&self, expected: &[(String, String)]) -> Vec<String> {
        let names: Vec<&str> =
            expected.iter().filter(|(k, _)| k == "cited").filter_map(|(_, v)| v.split(" [").next()).collect();
        let extra =
            self.article.cited.iter().filter(|c| !c.is_self && !names.iter().any(|n| self.is(&c.name, &c.mentions, n)));
        let mut out: Vec<String> =
            extra.map(|c| format!("{} cited by {}: «{}»", c.name, c.rule, self.article.slice(c.evidence))).collect();
        if let Some(outlet) = self.article.outlet.as_ref().filter(|_| !expected.iter().any(|(k, _)| k == "outlet")) {
            out.push(format!("outlet {} found", outlet.name));
        }
        out
    }
}

#[test]
fn golden_articles() {
    let lexicon = Lexicon::bundled();
    let extractor = Extractor::new(lexicon);
    let mut scratch = Scratch::default();
    let mut files: Vec<_> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let (mut right, mut all) = (0, 0);
    let (mut actors, mut wrong_actors) = (0, 0);
    let mut rules = BTreeMap::<String, [usize; 2]>::new();
    for path in files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let articles = golden(&name, &fs::read_to_string(&path).unwrap());
        let mut agreeing = 0;
        for golden in &articles {
            let article = extractor.article(golden.record.clone(), &mut scratch);
            let checker = Checker { article: &article, lexicon };
            let mut wrong: Vec<String> = golden.expected.iter().filter_map(|(k, v)| checker.differs(k, v)).collect();
            assert_eq!(checker.unexplained(), [""; 0], "{name}: {}", golden.about);
            let extra = checker.unexpected(&golden.expected);
            for citation in &article.cited {
                let false_one = extra.iter().any(|e| e.starts_with(&citation.name));
                rules.entry(citation.rule.clone()).or_default()[usize::from(false_one)] += 1;
            }
            wrong.extend(extra);
            let is_of_actors = |line: &str| line.starts_with("actor = ") || line.starts_with("not actor = ");
            actors += golden.expected.iter().filter(|(key, _)| key.ends_with("actor")).count();
            wrong_actors += wrong.iter().filter(|line| is_of_actors(line)).count();
            agreeing += usize::from(wrong.is_empty());
            for what in wrong {
                println!("{name}: {}\n    {what}", golden.about);
            }
        }
        println!("{name}: {agreeing} of {}", articles.len());
        right += agreeing;
        all += articles.len();
    }
    for (rule, [right, wrong]) in rules {
        println!("{rule}: {right} right, {wrong} wrong");
    }
    println!("golden articles: {right} of {all}; actors as expected: {} of {actors}", actors - wrong_actors);
    assert!(right >= FLOOR, "only {right} of {all} golden articles agree, {FLOOR} did before");
}
