//! A whole article: metadata, the text with all findings marked, then the findings.

use super::{CITED, FAINT, MAX_TEXT, TITLE, paint, wrap};
use crate::show::escape::{terminal, terminal_line};
use anstyle::Style;
use std::io::{Result, Write};
use svodka_model::article::{Article, Citation, Entity, EntityKind, Outlet, Part, Span};
use svodka_text::extract::boilerplate_rules;

/// How findings are marked in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// By style.
    Styles,
    /// By signs, where there is no colour.
    Signs,
}

/// What a span of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SpanRole {
    Chrome,
    Evidence,
    Actor,
}

impl SpanRole {
    const ALL: [Self; 3] = [Self::Chrome, Self::Evidence, Self::Actor];

    /// The style over that of the roles around it.
    fn over(self, style: Style) -> Style {
        match self {
            Self::Chrome => style.dimmed(),
            Self::Evidence => style.underline().fg_color(CITED.get_fg_color()),
            Self::Actor => style.bold(),
        }
    }

    /// The signs before and after it.
    fn signs(self) -> (&'static str, &'static str) {
        match self {
            Self::Chrome => ("", ""),
            Self::Evidence => ("⟪", "⟫"),
            Self::Actor => ("[", "]"),
        }
    }

    fn legend(self) -> &'static str {
        match self {
            Self::Chrome => "boilerplate",
            Self::Evidence => "evidence of a citation",
            Self::Actor => "actor",
        }
    }
}

/// Words shown of a boilerplate span.
const OPENING: usize = 8;

/// Marks each line of boilerplate where there is no colour.
const CHROME_LINE: &str = "~ ";

/// Writes an article whole.
///
/// # Errors
/// The output's.
pub fn article(out: &mut dyn Write, article: &Article, width: usize, marking: Marking) -> Result<()> {
    let width = width.min(MAX_TEXT);
    let roles = roles(article);
    let title = Marked { text: &article.title, part: Part::Title, roles: &roles, marking, base: TITLE };
    writeln!(out, "{}", title.whole().replace('\n', " "))?;
    let mut facts = vec![format!("id {}", article.id), article.path.clone()];
    facts.extend(article.also.iter().cloned());
    facts.extend(article.outlet.iter().map(outlet));
    facts.extend(article.date.iter().map(|d| d.value.clone()));
    facts.extend(article.url.clone());
    for line in wrap(&terminal_line(&facts.join(" · ")), width) {
        writeln!(out, "{}", paint(FAINT, line))?;
    }
    writeln!(out)?;
    let text = Marked { text: &article.text, part: Part::Text, roles: &roles, marking, base: Style::new() };
    for line in text.whole().split('\n') {
        wrap(line, width).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    legend(out, &roles, marking)?;
    cited(out, article, width)?;
    actors(out, article, width)?;
    chrome(out, article, width)
}

/// The outlet and how it was recognised.
fn outlet(outlet: &Outlet) -> String {
    let rule = outlet.rule.iter().map(|rule| format!(": {rule}")).collect::<String>();
    format!("{} (from {}{rule})", outlet.name, outlet.from.name())
}

/// Every marked span of an article.
fn roles(article: &Article) -> Vec<(Span, SpanRole)> {
    let mut roles: Vec<(Span, SpanRole)> = Vec::new();
    roles.extend(article.boilerplate.iter().map(|span| (*span, SpanRole::Chrome)));
    roles.extend(article.cited.iter().map(|citation| (citation.evidence, SpanRole::Evidence)));
    roles.extend(article.actors().flat_map(|actor| &actor.mentions).map(|span| (*span, SpanRole::Actor)));
    roles
}

/// A title or text to be marked.
struct Marked<'a> {
    text: &'a str,
    part: Part,
    roles: &'a [(Span, SpanRole)],
    marking: Marking,
    base: Style,
}

impl Marked<'_> {
    /// The text with its marks, escaped; adjacent spans of one role are joined.
    fn whole(&self) -> String {
        let own = || self.roles.iter().filter(|(span, _)| span.part == self.part);
        let mut bounds: Vec<usize> = own().flat_map(|(span, _)| [span.range().start, span.range().end]).collect();
        bounds.extend([0, self.text.len()]);
        bounds.sort_unstable();
        bounds.dedup();
        let mut out = String::with_capacity(self.text.len());
        let mut open = [false; SpanRole::ALL.len()];
        for piece in bounds.windows(2) {
            let [start, end] = piece else { continue };
            let covers = |role: SpanRole| {
                own().any(|(span, r)| *r == role && span.range().start <= *start && *end <= span.range().end)
            };
            let here = SpanRole::ALL.map(covers);
            self.signs(open, here, &mut out);
            open = here;
            self.piece(self.text.get(*start..*end).unwrap_or(""), here, &mut out);
        }
        self.signs(open, [false; SpanRole::ALL.len()], &mut out);
        out
    }

    /// Writes the signs of roles that end or begin here.
    fn signs(&self, before: [bool; 3], after: [bool; 3], out: &mut String) {
        if self.marking == Marking::Styles {
            return;
        }
        let changes = || SpanRole::ALL.into_iter().zip(before.into_iter().zip(after));
        let closed = changes().rev().filter(|(_, (before, after))| *before && !after);
        closed.for_each(|(role, _)| out.push_str(role.signs().1));
        let opened = changes().filter(|(_, (before, after))| !before && *after);
        opened.for_each(|(role, _)| out.push_str(role.signs().0));
    }

    fn piece(&self, text: &str, roles: [bool; 3], out: &mut String) {
        let text = terminal(text);
        if self.marking == Marking::Signs {
            let is_chrome = roles.first().copied().unwrap_or(false);
            let begins_line = out.is_empty() || out.ends_with('\n');
            if is_chrome && begins_line {
                out.push_str(CHROME_LINE);
            }
            out.push_str(&if is_chrome { text.replace('\n', "\n~ ") } else { text });
            return;
        }
        let style =
            SpanRole::ALL.into_iter().zip(roles).filter(|(_, is)| *is).fold(self.base, |s, (role, _)| role.over(s));
        if style == Style::new() {
            out.push_str(&text);
            return;
        }
        // A style never runs over the end of a line: pagers start each line without style.
        let lines: Vec<String> =
            text.split('\n').map(|l| if l.is_empty() { String::new() } else { paint(style, l) }).collect();
        out.push_str(&lines.join("\n"));
    }
}

/// The meaning of the marks in use.
fn legend(out: &mut dyn Write, roles: &[(Span, SpanRole)], marking: Marking) -> Result<()> {
    let used = SpanRole::ALL.into_iter().rev().filter(|role| roles.iter().any(|(_, r)| r == role));
    let entries: Vec<String> = used
        .map(|role| match (marking, role) {
            (Marking::Styles, _) => paint(role.over(Style::new()), role.legend()),
            (Marking::Signs, SpanRole::Chrome) => format!("{CHROME_LINE}{}", role.legend()),
            (Marking::Signs, _) => format!("{}{}{}", role.signs().0, role.legend(), role.signs().1),
        })
        .collect();
    if entries.is_empty() { Ok(()) } else { writeln!(out, "\n{} {}", paint(FAINT, "marks:"), entries.join("  ")) }
}

fn cited(out: &mut dyn Write, article: &Article, width: usize) -> Result<()> {
    if !article.cited.is_empty() {
        writeln!(out, "\n{}", paint(TITLE, "Cited sources"))?;
    }
    let own = article.outlet.as_ref().map(|outlet| outlet.name.as_str());
    for citation in &article.cited {
        writeln!(out, "  {}, {}", super::source(citation, own), facts(citation))?;
        let evidence = format!("«{}»", terminal_line(article.slice(citation.evidence)));
        let via = citation.via_rule.iter().map(|rule| format!("; via: {rule}")).collect::<String>();
        let why = citation.reasons.iter().map(|(feature, odds)| format!("; {feature}: {odds:+.1}")).collect::<String>();
        let rule = paint(FAINT, format!("({}{why}{via})", citation.rule));
        for line in wrap(&format!("{evidence} {rule}"), width.saturating_sub(4)) {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}

fn facts(citation: &Citation) -> String {
    let own = if citation.is_self { ", the outlet itself" } else { "" };
    let said = match citation.said.len() {
        1 => "1 sentence".to_owned(),
        said => format!("{said} sentences"),
    };
    format!("{}{own}, {said}", citation.kind.name())
}

fn actors(out: &mut dyn Write, article: &Article, width: usize) -> Result<()> {
    for (kind, name) in
        [(EntityKind::Person, "People"), (EntityKind::Organization, "Organisations"), (EntityKind::Place, "Places")]
    {
        let shown = |actor: &Entity| {
            let name = terminal_line(&actor.name);
            let name = if actor.is_main() { paint(TITLE, name) } else { name };
            match actor.mentions.len() {
                1 => name,
                times => format!("{name} {}", paint(FAINT, format!("×{times}"))),
            }
        };
        let names: Vec<String> = article.actors().filter(|a| a.kind == kind).map(shown).collect();
        if names.is_empty() {
            continue;
        }
        writeln!(out, "\n{} {}", paint(TITLE, name), paint(FAINT, "acting in the article, main ones first"))?;
        for line in wrap(&names.join(", "), width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// Boilerplate, with the rule behind each span.
fn chrome(out: &mut dyn Write, article: &Article, width: usize) -> Result<()> {
    if !article.boilerplate.is_empty() {
        writeln!(out, "\n{}", paint(TITLE, "Boilerplate"))?;
    }
    for (span, rule) in article.boilerplate.iter().zip(boilerplate_rules(article)) {
        let shown = format!("«{}» {}", opening(article.slice(*span)), paint(FAINT, format!("({rule})")));
        wrap(&shown, width.saturating_sub(4)).iter().try_for_each(|line| writeln!(out, "    {line}"))?;
    }
    Ok(())
}

/// The first words of a span.
fn opening(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(OPENING + 1).collect();
    let cut = if words.len() > OPENING { "…" } else { "" };
    terminal_line(&words.iter().take(OPENING).copied().collect::<Vec<_>>().join(" ")) + cut
}

#[cfg(test)]
mod tests {
    use super::{Marked, Marking, SpanRole};
    use anstyle::Style;
    use svodka_model::article::{Part, Span};

    const TEXT: &str = "По данным РБК, Китай ждёт.\nКомментировать";

    fn marked(marking: Marking) -> String {
        let at = |words: &str| {
            let start = TEXT.find(words).unwrap();
            Span::text(start, start + words.len())
        };
        let roles = [
            (at("Комментировать"), SpanRole::Chrome),
            (at("По данным РБК, Китай"), SpanRole::Evidence),
            (at("Китай"), SpanRole::Actor),
        ];
        Marked { text: TEXT, part: Part::Text, roles: &roles, marking, base: Style::new() }.whole()
    }

    #[test]
    fn signs_do_without_colour() {
        assert_eq!(marked(Marking::Signs), "⟪По данным РБК, [Китай]⟫ ждёт.\n~ Комментировать");
    }

    #[test]
    fn styles_add_up_and_end_with_their_span() {
        let text = marked(Marking::Styles);
        assert!(text.contains("\u{1b}[1m") && text.contains("\u{1b}[4m") && text.contains("\u{1b}[2m"), "{text:?}");
        assert!(text.ends_with("Комментировать\u{1b}[0m") && text.contains("\u{1b}[0m ждёт.\n"), "{text:?}");
    }
}
