//! Rules for who says it: «сообщает X», «X пишет», «рассказал X директор», «в X отмечают», «X: …».

use super::{lexis::Classes, site::Site};
use crate::names::NameKind;
use std::ops::Range;
use svodka_model::article::{EntityKind, Part, SourceKind};

type Proof = Option<Range<usize>>;

/// «X: …» and «… — X» in a headline.
pub(super) fn headline(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let sentence = site.sentence.clone();
    if site.is_head_noun || !is_headline(site) {
        return None;
    }
    let first = (sentence.start..site.phrase.start).all(|at| reading.mark(at));
    if first && reading.text(site.phrase.end) == ":" {
        return Some(site.phrase.start..sentence.end);
    }
    let last = (site.phrase.end..sentence.end).all(|at| reading.mark(at));
    let dash = site.before().filter(|at| matches!(reading.text(*at), "—" | "–" | "-"))?;
    last.then_some(dash..site.phrase.end)
}

/// The title, or the first sentence of a text when it ends its line without a full stop.
fn is_headline(site: &Site<'_, '_, '_>) -> bool {
    let document = site.reading.document;
    let last = site.sentence.end.saturating_sub(1);
    document.part == Part::Title
        || document.analysis.sentence_of(site.tokens.start) == 0 && site.reading.text(last) != "."
}

/// «Об этом … сообщает X», «Об этом X рассказал Y».
pub(super) fn about_this(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let this = (site.sentence.start..site.phrase.start).find(|at| reading.is_any(*at, &["этом", "чем"]))?;
    let about = site.left(this).filter(|at| reading.is_any(*at, &["об", "о"]))?;
    let verb = verb_before(site).or_else(|| verb_after(site))?;
    let enough = speaks(site, verb) || site.described && reading.has(verb, Classes::SAY.or(Classes::ANNOUNCE));
    (enough && verb > this).then(|| about.min(verb)..site.phrase.end.max(verb + 1))
}

/// «рассказал X директор Y», «сообщили X в министерстве», «заявил газете X Иван Петров».
pub(super) fn receiver(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let next = site.phrase.end;
    if !site.press() {
        return None;
    }
    // «Такие данные X предоставили в Y»
    if reading.has(next, Classes::SAY) && reading.has(next, Classes::PLURAL) && reading.is_any(next + 1, &["в", "во"])
    {
        return Some(site.phrase.start..next + 1);
    }
    let verb = verb_before(site).or_else(|| verb_before_person(site))?;
    let speaker = reading.has(next, Classes::SPEAKER)
        || reading.person_end(next).is_some()
        || reading.is_any(next, &["в", "во"])
        || reading.lower(next) && !reading.has(next, Classes::TIME) && !reading.is_any(next, &["и", "со", "о", "об"]);
    let named_before = verb_before(site).is_none();
    ((speaker || named_before) && reading.has(verb, Classes::SAY.or(Classes::JUDGE).or(Classes::CITE)))
        .then(|| verb..next + usize::from(speaker))
}

/// «сообщает X», «как пишет X», «опрошено, выяснил X».
pub(super) fn says_it(site: &Site<'_, '_, '_>) -> Proof {
    let verb = verb_before(site)?;
    (speaks(site, verb) && !is_object(site, verb)).then_some(verb..site.phrase.end)
}

/// Whether the verb has its subject before it and the source is what is spoken of: «Минюст признал X иноагентом». To a
/// paper one may speak, though: «Песков сообщил X».
fn is_object(site: &Site<'_, '_, '_>, verb: usize) -> bool {
    const OF_SOMEBODY: [&str; 12] = [
        "обвин",
        "призна",
        "осуд",
        "осужд",
        "критик",
        "раскритик",
        "похвал",
        "поздрав",
        "привет",
        "упом",
        "вспом",
        "опров",
    ];
    let reading = site.reading;
    let Some(before) = site.left(verb) else { return false };
    let before = if reading.is(before, "не") { before.saturating_sub(1) } else { before };
    let subject = !reading.mark(before)
        && !reading.number(before)
        && (reading.name_at(before).is_some() || before > site.sentence.start && reading.capital(before));
    let told = site.press()
        && reading.has(verb, Classes::SAY.or(Classes::PUBLISH).or(Classes::CITE))
        && !OF_SOMEBODY.iter().any(|stem| reading.starts(verb, stem));
    subject && !told
}

/// «X сообщает», «X со ссылкой на Y пишет», «X, изучив отчётность, улучшило прогноз».
pub(super) fn it_says(site: &Site<'_, '_, '_>) -> Proof {
    let verb = verb_after(site)?;
    speaks(site, verb).then_some(site.phrase.start..verb + 1)
}

/// Whether a verb whose subject is the source makes it a source.
fn speaks(site: &Site<'_, '_, '_>, verb: usize) -> bool {
    let reading = site.reading;
    let made = Classes::MAKE.or(Classes::PUBLISH);
    let study = Classes::REPORT.or(Classes::FIGURES).or(Classes::MATERIAL);
    let with_study = || {
        reading.has(verb, made)
            && site.find(verb + 1..verb + 9, study).is_some_and(|at| !reading.has(at, Classes::VOICE))
    };
    let enough = match site.kind {
        SourceKind::Media | SourceKind::Agency | SourceKind::Telegram => Classes::VOICE,
        SourceKind::ThinkTank | SourceKind::Pollster | SourceKind::Ngo => {
            Classes::SAY.or(Classes::JUDGE).or(Classes::LEARN).or(Classes::CITE)
        }
        SourceKind::Research => Classes::SAY.or(Classes::JUDGE).or(Classes::LEARN).or(Classes::ANNOUNCE),
        SourceKind::Analytics if is_agency(site) => {
            Classes::JUDGE.or(Classes::LEARN).or(Classes::RATE).or(Classes::SAY)
        }
        SourceKind::Analytics => Classes::JUDGE.or(Classes::LEARN).or(Classes::RATE),
    };
    // What an unlisted centre or institute does is no analysis, unless its name says so («Детский центр показал…»).
    let own_word = site.press() || matches!(site.kind, SourceKind::Pollster | SourceKind::Ngo);
    if site.unknown && !own_word && !site.titled() {
        return false;
    }
    let handed_over = !site.press() && reading.starts(verb, "переда");
    let denied = handed_over || is_denied(site, verb) || celebrates(site, verb);
    let offers = site.press() && reading.starts(verb, "предл") && reading.text(verb + 1).ends_with("ть");
    !denied && !offers && (reading.has(verb, enough) || with_study())
}

/// Whether nothing was said: «ISW не комментировал», «в центре не ответили». A judgement can be negative, though:
/// «в институте не ожидают».
fn is_denied(site: &Site<'_, '_, '_>, verb: usize) -> bool {
    let reading = site.reading;
    let negated = verb > 0 && reading.is(verb - 1, "не");
    negated && (site.press() || !reading.has(verb, Classes::JUDGE.or(Classes::RATE)))
}

/// Whether the verb is no verb of saying here: «институт отметил юбилей».
fn celebrates(site: &Site<'_, '_, '_>, verb: usize) -> bool {
    let feasts = ["юбиле", "годовщин", "праздник", "столети"];
    let feast = |at: usize| feasts.iter().any(|stem| site.reading.starts(at, stem));
    site.reading.starts(verb, "отмет") && (verb + 1..verb + 4).any(feast)
}

/// Whether a firm is called an agency or the like: what it says is what it found, not news of itself.
fn is_agency(site: &Site<'_, '_, '_>) -> bool {
    let reading = site.reading;
    (site.phrase.start..site.tokens.start).any(|at| {
        let stem = ["агентств", "сервис", "бюро"].iter().any(|stem| reading.starts(at, stem));
        stem || reading.word(at).classes.any(Classes::REFINES)
    })
}

const ANY_VERB: Classes = Classes::VOICE.or(Classes::MAKE).or(Classes::ANNOUNCE).or(Classes::RATE);

/// The verb whose subject (or receiver) the phrase can be, standing before it.
fn verb_before(site: &Site<'_, '_, '_>) -> Option<usize> {
    let reading = site.reading;
    let start = site.back_while(site.phrase.start, 7, |at| {
        reading.has(at, Classes::TIME.or(Classes::REFINES))
            || reading.number(at)
            || reading.adjective(at)
            || reading.is_any(
                at,
                &[
                    "в",
                    "во",
                    "на",
                    "со",
                    "и",
                    "своем",
                    "им",
                    "ей",
                    "ему",
                    "нам",
                    "их",
                    "вновь",
                    "только",
                    "свою",
                    "очередь",
                ],
            )
            || reading.starts(at, "сайт")
            || reading.is_any(at, &["facebook", "twitter", "telegram", "корреспонденту", "внимание", "слова"])
    });
    let verb = site.left(start)?;
    if reading.has(verb, ANY_VERB) {
        return Some(verb);
    }
    // «цитирует чиновника X»: the one whose words are repeated stands between.
    let quoted = site.press() && reading.lower(verb) && reading.text(verb).chars().count() > 3;
    site.left(verb).filter(|at| quoted && reading.starts(*at, "цитир"))
}

/// The verb before a speaker who stands between it and the phrase: «заявил Иван Петров «Стране»».
fn verb_before_person(site: &Site<'_, '_, '_>) -> Option<usize> {
    let reading = site.reading;
    let person = |at: usize| reading.name_at(at).is_some_and(|n| n.kind == NameKind::Entity(EntityKind::Person));
    let start = site
        .back_while(site.phrase.start, 4, |at| person(at) || reading.capital(at) && reading.source_at(at).is_none());
    let verb = site.left(start).filter(|_| start < site.phrase.start)?;
    reading.has(verb, Classes::SAY.or(Classes::CITE)).then_some(verb)
}

/// The verb whose subject (or receiver) the phrase can be, standing after it.
fn verb_after(site: &Site<'_, '_, '_>) -> Option<usize> {
    let reading = site.reading;
    if !reading.opens_clause(site.phrase.start) {
        return None;
    }
    let mut at = site.phrase.end;
    if reading.text(at) == "," {
        // A clause between commas: «X, изучив отчётность, улучшило прогноз».
        let close = (at + 1..site.sentence.end.min(at + 24)).find(|i| reading.text(*i) == ",")?;
        at = close + 1;
    } else if reading.is_any(at, &["со", "в", "на", "во", "через", "по"]) {
        // A phrase of circumstance: «X со ссылкой на источник передало».
        let limit = site.sentence.end.min(at + 18);
        return (at + 1..limit)
            .take_while(|i| !reading.clause_mark(*i) || matches!(reading.text(*i), "(" | ")"))
            .find(|i| reading.has(*i, ANY_VERB));
    }
    let limit = site.sentence.end.min(at + 5);
    while at < limit {
        if reading.has(at, ANY_VERB) {
            return Some(at);
        }
        let skips = reading.has(at, Classes::TIME)
            || reading.number(at)
            || reading
                .is_any(at, &["в", "во", "не", "со", "ему", "ей", "им", "и", "вовсе", "даже", "лишь", "все", "прямо"])
            || reading.lower(at) && reading.text(at).ends_with('о');
        if !skips {
            return None;
        }
        at += 1;
    }
    None
}

/// «в X отмечают», «подсчитали в X», «как полагают в X».
pub(super) fn in_it_they_say(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let start = site.back_while(site.phrase.start, 3, |at| reading.has(at, Classes::STAFF) || reading.adjective(at));
    let preposition = site.left(start).filter(|at| reading.is_any(*at, &["в", "во"]))?;
    let company = matches!(site.kind, SourceKind::Analytics | SourceKind::Research) || site.unknown && !site.titled();
    if company && site.find(start..site.phrase.start, Classes::STAFF).is_some() {
        return None;
    }
    let plural = |at: &usize| {
        reading.has(*at, Classes::PLURAL)
            && reading.has(*at, Classes::SAY.or(Classes::JUDGE).or(Classes::LEARN).or(Classes::RATE))
    };
    let before = (preposition.saturating_sub(4).max(site.sentence.start)..preposition).rev().take_while(|at| {
        plural(at) || reading.has(*at, Classes::TIME) || reading.source_at(*at).is_some() || reading.quote(*at)
    });
    let after = || {
        let end = site.sentence.end.min(site.phrase.end + 6);
        (site.phrase.end..end).take_while(|at| !reading.clause_mark(*at) || reading.text(*at) == ",").find(plural)
    };
    let verb = before.into_iter().find(plural).or_else(after)?;
    let came = reading.starts(verb, "приш");
    let concluded = (site.sentence.start..verb).any(|at| reading.starts(at, "вывод"));
    let own_news = ["сообщ", "заяв", "расска", "обеща"].iter().any(|stem| reading.starts(verb, stem));
    let channel = site.kind == SourceKind::Telegram;
    let this = || (site.sentence.start..site.phrase.start).any(|at| reading.is(at, "этом"));
    let stays = came && !concluded;
    let of_itself = company && own_news;
    let fits = !(stays || of_itself || is_denied(site, verb)) && (!site.press() || channel || this());
    fits.then(|| preposition.min(verb)..site.phrase.end.max(verb + 1))
}

/// «источник X», «собеседники X говорят», «передаёт корреспондент X».
pub(super) fn source_of(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    if !site.press() {
        return None;
    }
    let tellers = Classes::SOURCE.or(Classes::REPORTER);
    let start = site.back_while(site.phrase.start, 4, |at| {
        reading.has(at, tellers.or(Classes::DESCRIPTOR)) || reading.adjective(at)
    });
    let noun = site.find(start..site.phrase.start, tellers)?;
    let near = noun.saturating_sub(7)..site.phrase.end + 8;
    let verb =
        site.find(near, Classes::VOICE).or_else(|| site.left(noun).filter(|_| reading.has(noun, Classes::SOURCE)))?;
    Some(noun.min(verb)..site.phrase.end.max(verb + 1))
}
