//! The rules of phrase, window, proximity and sentence, on sorted lists of spans of one text.

use super::Span;

/// Sorts and drops what is there twice.
pub(super) fn tidy(spans: &mut Vec<Span>) {
    spans.sort_unstable();
    spans.dedup();
}

/// Spans made of one of each list, each right behind the one before.
pub(super) fn phrase(lists: &[Vec<Span>]) -> Vec<Span> {
    let Some((first, rest)) = lists.split_first() else { return Vec::new() };
    let mut found = first.clone();
    for list in rest {
        let mut longer = Vec::new();
        for (start, end) in found {
            let from = list.partition_point(|next| next.0 < end);
            let behind = list.iter().skip(from).take_while(|next| next.0 == end);
            longer.extend(behind.map(|next| (start, next.1)));
        }
        found = longer;
    }
    tidy(&mut found);
    found
}

/// The shortest stretches that hold one of each list, in any order and not overlapping, with at most `others` other
/// words among them.
pub(super) fn window(lists: &[Vec<Span>], others: u32) -> Vec<Span> {
    let mut events: Vec<(Span, usize)> = Vec::new();
    for (number, list) in lists.iter().enumerate() {
        events.extend(list.iter().map(|span| (*span, number)));
    }
    events.sort_unstable();
    let words = u32::try_from(lists.len()).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    for (at, ((start, _), _)) in events.iter().enumerate() {
        let reach = start.saturating_add(words).saturating_add(others);
        let inside: Vec<(Span, usize)> = events.iter().skip(at).take_while(|((s, _), _)| *s < reach).copied().collect();
        if let Some(end) = covering_end(&inside, lists.len())
            && end.saturating_sub(*start) <= words.saturating_add(others)
        {
            found.push((*start, end));
        }
    }
    tidy(&mut found);
    found
}

/// Where the shortest cover ends that begins with the first event and takes one event of each list, none overlapping.
///
/// Lists share places only where two words of the query can be the same word of the text, so taking the first free
/// place of each list in turn, rarest list first, is exact but for contrived queries.
fn covering_end(events: &[(Span, usize)], lists: usize) -> Option<u32> {
    let ((_, first_end), first_list) = *events.first()?;
    let mut taken = vec![events.first()?.0];
    let mut end = first_end;
    let mut missing: Vec<(usize, usize)> = (0..lists)
        .filter(|list| *list != first_list)
        .map(|list| (events.iter().filter(|(_, l)| *l == list).count(), list))
        .collect();
    missing.sort_unstable();
    for (_, list) in missing {
        let free = |span: &Span| taken.iter().all(|t| t.1 <= span.0 || span.1 <= t.0);
        let (span, _) = events.iter().find(|(span, l)| *l == list && free(span))?;
        end = end.max(span.1);
        taken.push(*span);
    }
    Some(end)
}

/// Stretches from one of `left` to the nearest of `right` on either side, and the other way round, as far as
/// `joins` allows; the two never overlap.
///
/// The nearest is enough: whatever farther pair holds, a nearer pair with the same end towards any third thing does.
pub(super) fn pairs(left: &[Span], right: &[Span], joins: &dyn Fn(Span, Span) -> bool) -> Vec<Span> {
    let mut found = Vec::new();
    for (from, to) in [(left, right), (right, left)] {
        for span in from {
            let after = to.partition_point(|other| other.0 < span.1);
            if let Some(next) = to.get(after).filter(|next| joins(*span, **next)) {
                found.push((span.0, next.1));
            }
            let before = to.iter().take(after).rev().find(|other| other.1 <= span.0);
            if let Some(last) = before.filter(|last| joins(**last, *span)) {
                found.push((last.0, span.1));
            }
        }
    }
    tidy(&mut found);
    found
}

/// Pairs at most `words` apart; the next word is one apart.
pub(super) fn near(left: &[Span], right: &[Span], words: u32) -> Vec<Span> {
    pairs(left, right, &|first, second| second.0 - first.1 < words)
}

/// Pairs with none of `marks` (sorted) between or in them.
pub(super) fn same(left: &[Span], right: &[Span], marks: &[u32]) -> Vec<Span> {
    let unit = |position: u32| marks.partition_point(|mark| *mark < position);
    pairs(left, right, &|first, second| unit(first.0) == unit(second.1))
}

/// Spans that lie in one sentence, and that one labelled; `ends` and `labels` (sorted) are places of sentence ends.
pub(super) fn said(spans: &[Span], ends: &[u32], labels: &[u32]) -> Vec<Span> {
    let sentence = |position: u32| ends.partition_point(|end| *end < position);
    let labelled: Vec<usize> = labels.iter().map(|label| sentence(*label)).collect();
    let fits = |span: &&Span| sentence(span.0) == sentence(span.1) && labelled.binary_search(&sentence(span.0)).is_ok();
    spans.iter().filter(fits).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::{near, phrase, said, same, window};

    fn at(positions: &[u32]) -> Vec<(u32, u32)> {
        positions.iter().map(|p| (*p, p + 1)).collect()
    }

    #[test]
    fn a_phrase_is_an_unbroken_chain() {
        assert_eq!(phrase(&[at(&[1, 5, 9]), at(&[2, 7, 10]), at(&[3, 11])]), [(1, 4), (9, 12)]);
        assert_eq!(phrase(&[vec![(0, 3)], at(&[3])]), [(0, 4)], "an alternative may be several words long");
        assert!(phrase(&[at(&[1]), at(&[3])]).is_empty());
    }

    #[test]
    fn near_counts_the_next_word_as_one() {
        assert_eq!(near(&at(&[3]), &at(&[8]), 5), [(3, 9)]);
        assert!(near(&at(&[3]), &at(&[9]), 5).is_empty());
        assert_eq!(near(&at(&[8]), &at(&[3]), 5), [(3, 9)], "in any order");
        assert!(near(&at(&[3]), &at(&[3]), 5).is_empty(), "one word is not near itself");
        assert_eq!(near(&at(&[3]), &at(&[3, 4]), 5), [(3, 5)]);
    }

    #[test]
    fn near_finds_pairs_on_both_sides() {
        assert_eq!(near(&at(&[0, 4]), &at(&[5]), 9), [(0, 6), (4, 6)]);
    }

    #[test]
    fn a_window_lets_others_in() {
        assert_eq!(window(&[at(&[0]), at(&[4]), at(&[2])], 2), [(0, 5)]);
        assert!(window(&[at(&[0]), at(&[4]), at(&[2])], 1).is_empty());
        assert!(window(&[at(&[3]), at(&[3])], 5).is_empty(), "one word cannot be two");
        assert_eq!(window(&[at(&[3, 5]), at(&[3, 5])], 5), [(3, 6)]);
    }

    #[test]
    fn only_labelled_sentences_count() {
        let (ends, labels) = ([4, 9, 12], [9]);
        assert_eq!(said(&at(&[1, 5, 8, 10]), &ends, &labels), at(&[5, 8]));
        assert!(said(&[(3, 6)], &ends, &labels).is_empty(), "a span over an end is in no one sentence");
        assert_eq!(said(&[(7, 9)], &ends, &labels), [(7, 9)]);
    }

    #[test]
    fn marks_part() {
        let marks = [4, 9];
        assert_eq!(same(&at(&[1]), &at(&[3]), &marks), [(1, 4)]);
        assert!(same(&at(&[1]), &at(&[5]), &marks).is_empty());
        assert!(same(&[(3, 6)], &at(&[7]), &marks).is_empty(), "a span over a mark is in no one sentence");
    }
}
