//! Rules for what is referred to: «со ссылкой на X», «по данным X», «в докладе X», «в интервью X».

use super::{lexis::Classes, site::Site};
use crate::names::NameKind;
use std::ops::Range;
use svodka_model::article::{EntityKind, SourceKind};

type Proof = Option<Range<usize>>;

/// Words that may stand between a preposition and a name, apart from adjectives.
const CHAIN: Classes = Classes::REPORT
    .or(Classes::FIGURES)
    .or(Classes::MATERIAL)
    .or(Classes::SPEAKER)
    .or(Classes::DESCRIPTOR)
    .or(Classes::REFINES)
    .or(Classes::TIME)
    .or(Classes::PARTICIPLE);

const SMALL: [&str; 14] =
    ["из", "от", "и", "в", "свой", "свои", "своих", "ее", "его", "их", "самого", "самой", "один", "одного"];

/// Goes left from the phrase over nouns that can stand between it and its preposition.
fn chain_start(site: &Site<'_, '_, '_>, most: usize) -> usize {
    let reading = site.reading;
    site.back_while(site.phrase.start, most, |at| {
        reading.has(at, CHAIN) || reading.adjective(at) || reading.number(at) || reading.is_any(at, &SMALL)
    })
}

/// Whether the chain leads to somebody who does not speak for the source: an unnamed insider of a company, its own
/// press service, a former employee.
fn speaks_for_itself(site: &Site<'_, '_, '_>, chain: Range<usize>) -> bool {
    let insider = !site.press() && site.find(chain.clone(), Classes::SOURCE).is_some();
    let company = matches!(site.kind, SourceKind::Analytics | SourceKind::Research);
    let official = company
        && site.find(chain.clone(), Classes::CHIEF.or(Classes::STAFF)).is_some()
        && site.find(chain.clone(), Classes::EXPERT).is_none();
    let inside = site.find(chain.clone(), Classes::SOURCE).is_some_and(|at| site.reading.is(at + 1, "в"));
    insider || inside || official || site.find(chain, Classes::FORMER).is_some()
}

/// «со ссылкой на X», «ссылаясь на доклад X», «отсылает к исследованию X», «опираясь на данные X».
pub(super) fn with_reference_to(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let start = chain_start(site, 9);
    let preposition = site.left(start)?;
    let verb = site.left(preposition)?;
    let refers = match reading.text(preposition) {
        "на" => ["ссыл", "сосла", "опира", "базиру", "основыва"].iter().any(|stem| reading.starts(verb, stem)),
        "к" | "ко" => ["отсыла", "отосла", "апеллир"].iter().any(|stem| reading.starts(verb, stem)),
        _ => false,
    };
    // «Использование текстов разрешается со ссылкой на X»: terms of use.
    let terms = (verb.saturating_sub(3)..verb).any(|at| reading.starts(at, "разреша") || reading.starts(at, "допуска"))
        || reading.starts(site.phrase.end, "обязательн");
    (refers && !terms && !speaks_for_itself(site, start..site.phrase.start)).then_some(verb..site.phrase.end)
}

/// «(цитата по X)», «цит. по X».
pub(super) fn quoted_from(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let preposition = site.before().filter(|at| reading.is(*at, "по"))?;
    let word = site.left(preposition)?;
    let word = if reading.text(word) == "." { site.left(word)? } else { word };
    reading.starts(word, "цит").then_some(word..site.phrase.end)
}

/// «по данным X», «по мнению экспертов X», «согласно X», «исходя из расчётов X».
pub(super) fn according_to(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let start = chain_start(site, 8);
    let chain = start..site.phrase.start;
    let preposition = site.left(start)?;
    let figures = site.find(chain.clone(), Classes::FIGURES).is_some();
    let report = site.find(chain.clone(), Classes::REPORT).is_some();
    let fits = reading.is(preposition, "по") && figures
        || reading.is(preposition, "согласно") && (figures || report || site.press() || !site.described)
        || reading.is_any(preposition, &["основе", "основании"]) && (figures || report);
    (fits && !speaks_for_itself(site, chain)).then_some(preposition..site.phrase.end)
}

/// «есть в распоряжении X», «копия есть у X».
pub(super) fn in_possession_of(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let before = site.before().filter(|_| site.press())?;
    let arrived =
        reading.is_any(before, &["в", "во"]) && site.left(before).is_some_and(|at| reading.starts(at, "поступи"));
    let holds = reading.starts(before, "распоряжени") || arrived;
    let has = reading.is(before, "у")
        && site.left(before).is_some_and(|at| reading.is_any(at, &["есть", "имеется", "имеются"]));
    (holds || has).then(|| before.saturating_sub(1).max(site.sentence.start)..site.phrase.end)
}

/// «в интервью X», «в беседе с X», «в эфире X», «на запрос X ответили».
pub(super) fn interview_with(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    if !site.press() {
        return None;
    }
    let links = Classes::INTERVIEW.or(Classes::REPORTER).or(Classes::TIME).or(Classes::MATERIAL);
    let start = site.back_while(site.phrase.start, 7, |at| {
        reading.has(at, links)
            || reading.adjective(at)
            || reading.is_any(at, &["с", "со", "для", "на", "в", "от", "и", "своем", "нашего"])
            || reading.name_at(at).is_some_and(|n| n.kind == NameKind::Entity(EntityKind::Person))
    });
    let Some(noun) = site.find(start..site.phrase.start, Classes::INTERVIEW) else { return commented_for(site) };
    let inquiry = ["запрос", "вопрос", "просьб"].iter().any(|stem| reading.starts(noun, stem));
    if inquiry {
        let answers = (site.sentence.start..site.sentence.end)
            .find(|at| reading.has(*at, Classes::VOICE) && *at > 0 && !reading.is(at - 1, "не"))?;
        return Some(noun.min(answers)..site.phrase.end.max(answers + 1));
    }
    let preposition =
        (start.saturating_sub(1)..noun).any(|at| reading.is_any(at, &["в", "во", "из", "с", "на", "после"]));
    preposition.then(|| noun.saturating_sub(1).max(site.sentence.start)..site.phrase.end)
}

/// «комментируя статистику для X».
fn commented_for(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let preposition = site.before().filter(|at| reading.is(*at, "для"))?;
    let from = preposition.saturating_sub(6).max(site.sentence.start);
    let verb =
        (from..preposition).find(|at| reading.starts(*at, "комментир") || reading.starts(*at, "прокомментир"))?;
    Some(verb..site.phrase.end)
}

/// «опубликованный X доклад», «размещено порталом X», «опрошенные X аналитики».
pub(super) fn made_by(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let start = site.back_while(site.phrase.start, 4, |at| {
        reading.has(at, Classes::TIME) || reading.is_any(at, &["в", "на", "специалистами", "аналитиками", "экспертами"])
    });
    let Some(participle) = site.left(start).filter(|at| reading.has(*at, Classes::PARTICIPLE)) else {
        return made_in(site);
    };
    let report = Classes::REPORT.or(Classes::FIGURES).or(Classes::EXPERT);
    let of_it = site
        .find(site.phrase.end..site.phrase.end + 4, report)
        .or_else(|| site.find_back(participle.saturating_sub(6)..participle, report));
    let proof = participle..site.phrase.end.max(of_it.map_or(0, |at| at + 1));
    let asked = site.kind == SourceKind::Pollster && reading.starts(participle, "опрошен");
    (site.press() || asked || of_it.is_some()).then_some(proof)
}

/// «В X подготовлен доклад».
fn made_in(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let preposition = site.before().filter(|at| reading.is_any(*at, &["в", "во"]))?;
    let participle = Some(site.phrase.end).filter(|at| reading.has(*at, Classes::PARTICIPLE))?;
    let study = site.find(participle + 1..participle + 4, Classes::REPORT)?;
    Some(preposition..study + 1)
}

/// «говорится в докладе X», «исследование X показало», «приводит расчёты X».
pub(super) fn report_of(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let start = chain_start(site, 6);
    let noun = site.find_back(start..site.phrase.start, Classes::REPORT.or(Classes::FIGURES))?;
    let company = !site.press() && speaks_for_itself(site, start..site.phrase.start);
    if company {
        return None;
    }
    // «Доверие выросло (данные X)», «… — данные X»
    let bracketed = site.left(start).is_some_and(|at| reading.text(at) == "(") && reading.text(site.phrase.end) == ")";
    let closing = site.left(start).is_some_and(|at| matches!(reading.text(at), "—" | "–"))
        && (site.phrase.end..site.sentence.end).all(|at| reading.mark(at));
    // «Подробнее — в материале X» only sends the reader on.
    if (bracketed || closing) && !reading.has(noun, Classes::MATERIAL) {
        return Some(noun..site.phrase.end);
    }
    let says = Classes::DOCUMENT.or(Classes::CITE).or(Classes::PUBLISH);
    let ahead = site.find_back(start.saturating_sub(8)..start, says);
    let after = || site.find(site.phrase.end..site.phrase.end + 9, says.or(Classes::SAY).or(Classes::JUDGE));
    let inside = site.left(start).is_some_and(|at| reading.is_any(at, &["в", "во", "из", "на"]));
    let anywhere = || site.find(site.sentence.clone(), Classes::VOICE.or(Classes::DOCUMENT)).filter(|_| inside);
    let verb = ahead.or_else(after).or_else(anywhere)?;
    Some(noun.min(verb)..site.phrase.end.max(verb + 1))
}

/// «в статье для X», «опубликовано в журнале X», «вышла в X», «на сайте X».
pub(super) fn published_in(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    if !site.press() && site.kind != SourceKind::Research {
        return site_of(site);
    }
    let start = site.back_while(site.phrase.start, 6, |at| {
        reading.has(at, Classes::MATERIAL.or(Classes::TIME).or(Classes::APPEAR))
            || reading.adjective(at)
            || matches!(reading.text(at), ",")
            || reading.is_any(at, &["в", "во", "для", "на", "из", "со", "от", "своей", "своем"])
    });
    let stretch = start..site.phrase.start;
    let preposition = site.before().is_some_and(|at| reading.is_any(at, &["в", "во", "для", "на"]));
    let appeared = |at: &usize| !["ятся", "ится", "дет", "дут"].iter().any(|end| reading.text(*at).ends_with(end));
    let appears = site.find(stretch.clone(), Classes::APPEAR).filter(|_| preposition).filter(appeared);
    if let Some(verb) = appears {
        let from = site.find(stretch, Classes::MATERIAL).map_or(verb, |at| at.min(verb));
        return Some(from..site.phrase.end);
    }
    let noun = site.find_back(stretch, Classes::MATERIAL).filter(|_| site.press())?;
    let placed = site.left(noun).is_some_and(|at| {
        let at = if reading.adjective(at) { at.saturating_sub(1) } else { at };
        reading.is_any(at, &["в", "во", "из", "на", "своей", "своем"])
    });
    let says = Classes::VOICE.or(Classes::DOCUMENT).or(Classes::APPEAR);
    let verb = site.find(site.sentence.clone(), says)?;
    placed.then(|| noun.saturating_sub(1).min(verb).max(site.sentence.start)..site.phrase.end.max(verb + 1))
}

/// «говорится на сайте X» of an organisation that is no press.
fn site_of(site: &Site<'_, '_, '_>) -> Proof {
    let reading = site.reading;
    let page = site.before().filter(|at| ["сайт", "страниц", "канал"].iter().any(|stem| reading.starts(*at, stem)))?;
    let verb = site.find(site.sentence.clone(), Classes::DOCUMENT)?;
    let company = matches!(site.kind, SourceKind::Analytics | SourceKind::Research);
    (!company).then_some(page.min(verb)..site.phrase.end.max(verb + 1))
}
