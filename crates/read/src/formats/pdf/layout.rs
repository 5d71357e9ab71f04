//! Layout: from strings at their places to lines, and from lines to paragraphs.
//!
//! Lines are taken in the order in which they are drawn, which is the order of reading in what word processors and
//! browsers write. A paragraph ends where a reader sees it end: at a gap, an indent or a short last line.

use super::device::TextRun;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The gap between words, in the size of the font. Blanks have a quarter of it; letters placed singly have less between
/// them.
const WORD_GAP: f64 = 0.17;

/// How much less than the size two heights may differ and still be one line: raised and lowered letters.
const SAME_LINE: f64 = 0.5;

/// The least pages that have a line at their edge for it to be a running head.
const RUNNING: usize = 3;

/// The same for a line with a number in it, such as that of the page.
const WITH_NUMBER: usize = 2;

/// A line of a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    text: String,
    from: f64,
    to: f64,
    height: f64,
    size: f64,
    angle: i32,
}

/// The lines of a page.
pub(super) fn lines(runs: Vec<TextRun>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut before: Option<TextRun> = None;
    for run in runs {
        // Bold letters are often drawn twice, a hair apart.
        let is_again = before.as_ref().is_some_and(|before| {
            let near = |a: f64, b: f64| (a - b).abs() < 0.1 * run.size;
            before.text == run.text && near(before.from, run.from) && near(before.height, run.height)
        });
        if is_again {
            continue;
        }
        match lines.last_mut().filter(|line| line.goes_on_with(&run)) {
            Some(line) => line.add(&run),
            None => lines.push(Line::of(&run)),
        }
        before = Some(run);
    }
    for line in &mut lines {
        line.text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    lines.retain(|line| !line.text.is_empty());
    lines
}

impl Line {
    fn of(run: &TextRun) -> Self {
        let TextRun { text, from, to, height, size, angle } = run.clone();
        Self { text, from, to, height, size, angle }
    }

    fn goes_on_with(&self, run: &TextRun) -> bool {
        let size = self.size.max(run.size);
        run.angle == self.angle && (run.height - self.height).abs() < SAME_LINE * size && run.from > self.to - size
    }

    fn add(&mut self, run: &TextRun) {
        if run.from - self.to > WORD_GAP * self.size.max(run.size) {
            self.text.push(' ');
        }
        self.text.push_str(&run.text);
        self.to = self.to.max(run.to);
        // A raised number does not move the line.
        if run.size > self.size {
            (self.size, self.height) = (run.size, run.height);
        }
    }

    /// The line as far as it is the same on every page.
    fn pattern(&self) -> String {
        self.text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect::<String>().replace("##", "#")
    }

    fn is_page_number(&self) -> bool {
        let digits = self.text.chars().filter(char::is_ascii_digit).count();
        let mark = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '–' | '—' | '|' | '/');
        (1..=4).contains(&digits) && self.text.chars().all(mark)
    }

    fn ends_sentence(&self) -> bool {
        let end = self.text.trim_end_matches(['»', '"', '”', ')', ']', '’']);
        end.ends_with(['.', '!', '?', '…', ':', ';'])
    }
}

/// The text of all pages, a paragraph a line.
pub(super) fn text(mut pages: Vec<Vec<Line>>) -> String {
    remove_running_heads(&mut pages);
    let mut out = String::new();
    let mut last: Option<Line> = None;
    for page in pages {
        for block in blocks(page) {
            let edges = Edges::of(&block);
            for (at, line) in block.iter().enumerate() {
                let goes_on = match &last {
                    None => false,
                    Some(last) if at > 0 => !edges.is_break(last, line),
                    Some(last) => runs_over(last, line),
                };
                append(&mut out, &line.text, goes_on);
                last = Some(line.clone());
            }
        }
    }
    out
}

/// Whether a paragraph runs over from one block, such as a page or column, to the next.
fn runs_over(last: &Line, next: &Line) -> bool {
    let same_size = (0.93..1.07).contains(&(last.size / next.size));
    same_size && !last.ends_sentence() && next.text.starts_with(char::is_lowercase)
}

/// Adds a line: to the paragraph before it, or as a new one.
fn append(out: &mut String, line: &str, goes_on: bool) {
    if !goes_on {
        if !out.is_empty() {
            out.push('\n');
        }
    } else if out.ends_with(['\u{2010}', '\u{ad}']) || is_hyphenated(out, line) {
        out.pop();
    } else if !out.ends_with('-') {
        out.push(' ');
    }
    out.push_str(line);
}

/// Whether a hyphen at the end of a line only divides a word: «депу-», «таты», but not «по-», «прежнему».
fn is_hyphenated(out: &str, line: &str) -> bool {
    const BEFORE: [&str; 7] = ["по", "кое", "кой", "из", "во", "в", "экс"];
    const AFTER: [&str; 8] = ["то", "либо", "нибудь", "ка", "таки", "де", "тка", "с"];
    let Some(before) = out.strip_suffix('-') else { return false };
    let word = |c: char| !c.is_alphabetic();
    let first = before.rsplit(word).next().unwrap_or("").to_lowercase();
    let second = line.split(word).next().unwrap_or("");
    let is_lower = second.starts_with(char::is_lowercase) && before.ends_with(char::is_lowercase);
    is_lower && !BEFORE.contains(&first.as_str()) && !AFTER.contains(&second)
}

/// Removes page numbers and lines that are at the edge of many pages.
fn remove_running_heads(pages: &mut [Vec<Line>]) {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    for page in pages.iter() {
        let patterns: BTreeSet<String> = edges(page).iter().filter_map(|at| Some(page.get(*at)?.pattern())).collect();
        for pattern in patterns {
            *seen.entry(pattern).or_default() += 1;
        }
    }
    let enough = RUNNING.max(pages.len() * 2 / 5);
    for page in pages {
        let mut remove = edges(page);
        remove.retain(|at| {
            page.get(*at).is_some_and(|line| {
                let pattern = line.pattern();
                let times = seen.get(&pattern).copied().unwrap_or(0);
                line.is_page_number() || times >= if pattern.contains('#') { WITH_NUMBER } else { enough }
            })
        });
        let mut at = 0;
        page.retain(|_| {
            at += 1;
            !remove.contains(&(at - 1))
        });
    }
}

/// The highest and the lowest lines of a page: two of each, of a page with few lines one.
fn edges(page: &[Line]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    let height = |at: &usize| page.get(*at).map_or(0.0, |line| line.height);
    order.sort_by(|a, b| height(b).total_cmp(&height(a)));
    let each = if order.len() < 8 { 1 } else { 2 };
    if order.len() > 2 * each {
        order.drain(each..order.len() - each);
    }
    order
}

/// Lines that follow one another downwards in one size: a column, a heading, a caption.
fn blocks(page: Vec<Line>) -> Vec<Vec<Line>> {
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    for line in page {
        let goes_on = blocks.last().and_then(|block| block.last()).is_some_and(|last| {
            let down = last.height - line.height;
            let ratio = line.size / last.size;
            line.angle == last.angle && down > 0.0 && down < 3.5 * line.size && (0.93..1.07).contains(&ratio)
        });
        match blocks.last_mut().filter(|_| goes_on) {
            Some(block) => block.push(line),
            None => blocks.push(vec![line]),
        }
    }
    blocks
}

/// The edges of a block and the usual distance of its lines.
struct Edges {
    left: f64,
    right: f64,
    spacing: f64,
}

impl Edges {
    fn of(block: &[Line]) -> Self {
        let left = block.iter().map(|line| line.from).fold(f64::INFINITY, f64::min);
        let right = block.iter().map(|line| line.to).fold(f64::NEG_INFINITY, f64::max);
        let pairs = block.iter().zip(block.iter().skip(1));
        let mut spacings: Vec<f64> = pairs.map(|(a, b)| (a.height - b.height).abs()).collect();
        spacings.sort_by(f64::total_cmp);
        // The lower quartile: gaps between paragraphs must not count as the usual distance.
        let spacing = spacings.get(spacings.len() / 4).copied().unwrap_or(0.0);
        Self { left, right, spacing }
    }

    /// Whether a paragraph ends between two lines of the block.
    fn is_break(&self, last: &Line, next: &Line) -> bool {
        let width = self.right - self.left;
        let gap = last.height - next.height;
        let is_far = gap > 1.3 * self.spacing;
        let is_indented = next.from > self.left + 0.8 * next.size && next.from > last.from + 0.8 * next.size;
        let missing = self.right - last.to;
        let is_short = missing > 0.4 * width || missing > 0.12 * width && last.ends_sentence();
        let is_item = next.text.starts_with(['•', '▪', '●', '■', '–', '—']) && last.ends_sentence();
        is_far || is_indented || is_short || is_item
    }
}

#[cfg(test)]
mod tests {
    use super::{append, is_hyphenated, lines, text};
    use crate::formats::pdf::device::TextRun;

    fn run(text: &str, from: f64, height: f64) -> TextRun {
        #[allow(clippy::cast_precision_loss, reason = "a few letters")]
        let to = from + text.chars().count() as f64 * 5.0;
        TextRun { text: text.into(), from, to, height, size: 10.0, angle: 0 }
    }

    #[test]
    fn words_are_told_by_gaps_and_lines_by_heights() {
        let runs =
            vec![run("Мо", 0.0, 100.0), run("ст", 10.5, 100.0), run("открыт", 24.0, 101.0), run("Да", 0.0, 88.0)];
        let found: Vec<String> = lines(runs).into_iter().map(|line| line.text).collect();
        assert_eq!(found, ["Мост открыт", "Да"]);
    }

    #[test]
    fn bold_drawn_twice_is_read_once() {
        let found = lines(vec![run("Мост", 0.0, 100.0), run("Мост", 0.3, 100.0), run("Мост", 0.0, 80.0)]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn paragraphs_end_at_gaps_indents_and_short_lines() {
        let page = |rows: &[(&str, f64, f64)]| lines(rows.iter().map(|(t, x, y)| run(t, *x, *y)).collect());
        let long = "Первая строка абзаца идёт до края поля";
        let gap = page(&[(long, 0.0, 100.0), (long, 0.0, 88.0), (long, 0.0, 68.0)]);
        assert_eq!(text(vec![gap]).lines().count(), 2);
        let indent = page(&[(long, 0.0, 100.0), (long, 0.0, 88.0), (long, 20.0, 76.0), (long, 0.0, 64.0)]);
        assert_eq!(text(vec![indent]).lines().count(), 2);
        let short = page(&[(long, 0.0, 100.0), ("конец.", 0.0, 88.0), (long, 0.0, 76.0)]);
        assert_eq!(text(vec![short]).lines().count(), 2);
        let over = [page(&[(long, 0.0, 100.0)]), page(&[("и дальше.", 0.0, 700.0)])];
        assert_eq!(text(over.to_vec()), format!("{long} и дальше."));
    }

    #[test]
    fn running_heads_and_page_numbers_are_left_out() {
        let page = |n: usize| {
            lines(vec![
                run(&format!("Вестник, стр. {n}"), 0.0, 800.0),
                run(&format!("Новость номер {n} этого дня."), 0.0, 400.0),
                run(&format!("— {n} —"), 0.0, 20.0),
            ])
        };
        let found = text((1..=12).map(page).collect());
        assert!(found.starts_with("Новость номер 1 этого дня.\nНовость номер 2"), "{found}");
        assert_eq!(found.lines().count(), 12);
    }

    #[test]
    fn divided_words_are_joined() {
        assert!(
            is_hyphenated("Совет депу-", "таты")
                && !is_hyphenated("по-", "прежнему")
                && !is_hyphenated("ТАСС-", "инфо")
        );
        let mut out = String::from("депу\u{2010}");
        append(&mut out, "таты", true);
        append(&mut out, "какой-", true);
        append(&mut out, "то мост", true);
        assert_eq!(out, "депутаты какой-то мост");
    }
}
