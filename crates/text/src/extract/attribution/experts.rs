//! Rules for people who speak for an organisation: «эксперты X», «директор X Имя Фамилия считает».

use super::{lexis::Classes, site::Site};
use crate::analyse::{
    fold::fold,
    morph::{Case, Dictionary},
};
use std::ops::Range;
use svodka_model::article::SourceKind;

type Proof = Option<Range<usize>>;

/// How far left of a name its speaker can stand («доцент кафедры логистики X»), in tokens.
const MAX_TITLE: usize = 10;

/// «эксперты X назвали», «считает старший научный сотрудник X Имя Фамилия», «по словам директора X».
pub(super) fn experts_of(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let speaker = speaker_before(site)?;
    let title = site.back_while(speaker, 4, |at| {
        reading.adjective(at)
            || reading.has(at, Classes::SPEAKER.or(Classes::REFINES).or(Classes::FORMER))
            || reading.is(at, "по")
    });
    let in_the_past = title >= 2 && reading.is(title - 1, "прошлом") && reading.is(title - 2, "в");
    if is_oblique(site, speaker) || is_complaint(site, speaker) {
        return None;
    }
    let former = in_the_past
        || (title.saturating_sub(1)..=speaker).any(|at| reading.has(at, Classes::FORMER) || reading.starts(at, "экс-"));
    let unsure = site.unknown && !reading.has(speaker, Classes::EXPERT) && !site.titled();
    if former || unsure || site.press() && !reading.has(speaker, Classes::EXPERT) {
        return None;
    }
    let analyst = reading.has(speaker, Classes::EXPERT)
        || (title..site.tokens.start).any(|at| {
            ["аналитич", "экономист", "рейтингов", "исследовательск"].iter().any(|stem| reading.starts(at, stem))
        });
    if site.kind == SourceKind::Analytics && !analyst {
        return None;
    }
    let mut end = site.phrase.end;
    if reading.is(end, "по") {
        // «Директор X по Азии Имя Фамилия»
        end = (end + 1..end + 4).find(|at| reading.person_end(*at).is_some()).unwrap_or(end);
    }
    let person = reading.person_end(if reading.text(end) == "," { end + 1 } else { end });
    end = person.unwrap_or(end);
    let verb = said(site, title, end).or_else(|| acted(site, speaker, end).filter(|_| analyst))?;
    Some(title.min(verb)..end.max(verb + 1))
}

/// Whether the speaker's noun stands in a case in which nobody speaks: «избита доцентом X», «рассказал сотрудникам X»,
/// «на встрече с директором X». Interviews and what somebody made are another matter.
fn is_oblique(site: &Site<'_, '_, '_>, speaker: usize) -> bool {
    let parses = Dictionary::bundled().parses(&fold(site.reading.text(speaker)));
    let nouns = parses.iter().filter(|parse| !parse.tag.is_name());
    let mut cases = nouns.filter_map(|parse| parse.tag.case()).peekable();
    let oblique = cases.peek().is_some()
        && cases.all(|case| matches!(case, Case::Dative | Case::Instrumental | Case::Prepositional));
    let asked =
        |at: usize| site.reading.has(at, Classes::PARTICIPLE.or(Classes::LEARN)) && !site.reading.starts(at, "встре");
    oblique
        && !(speaker.saturating_sub(6)..site.phrase.end + 6).any(asked)
        && site.find(speaker.saturating_sub(4)..speaker, Classes::INTERVIEW).is_none()
}

/// Whether the staff as a body act for themselves: «сотрудники X пожаловались».
fn is_complaint(site: &Site<'_, '_, '_>, speaker: usize) -> bool {
    const ACTS: [&str; 7] = ["пожалова", "жалова", "обрати", "потребова", "обвини", "объяви", "напис"];
    let reading = site.reading;
    let staff = reading.has(speaker, Classes::STAFF) && !reading.has(speaker, Classes::EXPERT);
    let crowd = ["ники", "ницы", "ели"].iter().any(|ending| reading.text(speaker).ends_with(ending));
    let end = site.phrase.end;
    staff && crowd && (end..end + 3).any(|at| ACTS.iter().any(|stem| reading.starts(at, stem)))
}

/// «говорит Евгений Надоршин из холдинга X».
pub(super) fn person_from(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let from = site.before().filter(|at| !site.press() && reading.is(*at, "из"))?;
    if !reading.person_before(from) {
        return None;
    }
    let person = from.saturating_sub(3).max(site.sentence.start);
    let verb = said(site, person, site.phrase.end)?;
    Some(person.min(verb)..site.phrase.end.max(verb + 1))
}

/// The noun for a speaker that governs the phrase: left of it, with nothing but its own words between.
fn speaker_before(site: &Site<'_, '_, '_>) -> Option<usize> {
    let reading = site.reading;
    // «исследователи под руководством Имени Фамилии из X»
    let from_it = site.before().is_some_and(|at| reading.is(at, "из"));
    let from = site.phrase.start.saturating_sub(MAX_TITLE).max(site.sentence.start);
    for at in (from..site.phrase.start).rev() {
        if reading.has(at, Classes::EXPERT.or(Classes::CHIEF).or(Classes::STAFF)) {
            return Some(at);
        }
        let bracket = from_it && matches!(reading.text(at), "(" | ")");
        let stops = reading.has(at, Classes::VOICE.or(Classes::DOCUMENT)) && !reading.adjective(at)
            || reading.source_at(at).is_some()
            || reading.mark(at) && !reading.quote(at) && !bracket
            || reading.is_any(at, &["что", "который", "которые", "где", "когда", "с", "над", "от", "для"]) && !from_it
            || reading.person_end(at).is_some() && reading.name_at(at).is_some() && !from_it;
        if stops {
            return None;
        }
    }
    None
}

/// The verb by which the speaker speaks: near before the title, or near after the name.
fn said(site: &Site<'_, '_, '_>, title: usize, end: usize) -> Option<usize> {
    let reading = site.reading;
    let says =
        Classes::SAY.or(Classes::JUDGE).or(Classes::CITE).or(Classes::LEARN).or(Classes::PUBLISH).or(Classes::MAKE);
    let infinitive = |at: usize| reading.text(at).ends_with("ть") || reading.text(at).ends_with("ться");
    let words = |at: &usize| reading.has(*at, says) && !infinitive(*at) || by_words_of(site, *at);
    let before = (title.saturating_sub(12).max(site.sentence.start)..title).rev();
    let before = before.take_while(|at| !matches!(reading.text(*at), ";" | ":" | "(" | ")")).find(words);
    let reach = if reading.is(end, "и") { 16 } else { 9 };
    let after = (end..site.sentence.end.min(end + reach)).find(words);
    match (before, after) {
        (Some(b), Some(a)) => Some(if title - b <= a - end + 2 { b } else { a }),
        (one, other) => one.or(other),
    }
}

/// «по словам …», «по мнению …».
fn by_words_of(site: &Site<'_, '_, '_>, at: usize) -> bool {
    let reading = site.reading;
    reading.has(at, Classes::FIGURES) && site.left(at).is_some_and(|by| reading.is(by, "по"))
}

/// Any past or present verb right after «эксперты X»: what analysts and scientists do is what the article relays.
fn acted(site: &Site<'_, '_, '_>, speaker: usize, end: usize) -> Option<usize> {
    let reading = site.reading;
    let plural = ["ы", "и", "ые", "ами", "е"].iter().any(|ending| reading.text(speaker).ends_with(ending));
    let limit = site.sentence.end.min(end + 4);
    (end..limit).take_while(|at| !reading.clause_mark(*at)).find(|at| {
        let verb = ["ли", "лись", "ют", "ут", "ят", "ются"].iter().any(|ending| reading.text(*at).ends_with(ending));
        plural && reading.lower(*at) && (verb || reading.has(*at, Classes::PARTICIPLE))
    })
}
