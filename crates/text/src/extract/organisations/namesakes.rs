//! Who is meant when a name is that of another, or only another wording of one that is known.
//!
//! Works on names that are found already; must never find new ones.

use super::described::{capitalised, is_cyrillic, nominative_adjective};
use crate::{
    analyse::Analysis,
    extract::Name,
    names::{Lexicon, NameKind, is_quote},
};
use svodka_model::article::{EntityKind, SourceKind};

/// Gives an unknown wording the name that stands in brackets behind it: «Центр чистого воздуха (CREA)».
pub(super) fn explain(analysis: &Analysis<'_>, names: &[Name], name: &mut Name) {
    let end = name.tokens.end;
    let open = if is_quote(analysis.word(end)) { end + 1 } else { end };
    if analysis.word(open) != "(" {
        return;
    }
    let press = |kind: NameKind| kind.source().is_none_or(SourceKind::is_press);
    let known = names.iter().find(|n| n.tokens.start == open + 1 && n.entry.is_some() && !press(n.kind));
    if let Some(known) = known.filter(|n| analysis.word(n.tokens.end) == ")" && !press(name.kind)) {
        name.canonical.clone_from(&known.canonical);
        name.kind = known.kind;
        name.entry = known.entry;
    }
}

/// Parts a known institute from its namesake in another place: the «шанхайский Центр стратегических и международных
/// исследований» is not the one in Washington.
pub(super) fn part_namesakes(analysis: &Analysis<'_>, lexicon: &Lexicon, names: &mut [Name]) {
    for name in names.iter_mut() {
        let institute = matches!(name.kind, NameKind::Source(SourceKind::ThinkTank | SourceKind::Research));
        let Some(before) = name.tokens.start.checked_sub(1).filter(|_| institute && !name.quoted) else { continue };
        let adjective = analysis.word(before);
        let endings = ["ский", "ского", "скому", "ским", "ском", "ская", "ской", "скую"];
        let Some(base) = endings.iter().find_map(|ending| adjective.strip_suffix(ending)) else { continue };
        let generic = analysis.word(name.tokens.start).chars().all(is_cyrillic) && name.tokens.len() > 1;
        let Some(entry) = name.entry.and_then(|number| lexicon.entry(number)).filter(|_| generic) else { continue };
        let place = lexicon.resolve(&capitalised(base)).filter(|e| e.kind == NameKind::Entity(EntityKind::Place));
        let at_home = entry.city.is_none()
            || place.is_some_and(|place| entry.city.as_ref() == Some(&place.name) || entry.country == place.country);
        if place.is_some() && !at_home {
            let mut letters = entry.name.chars();
            let tail: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
            let feminine = adjective.ends_with("ская") || adjective.ends_with("ской") || adjective.ends_with("скую");
            name.canonical = format!("{} {tail}", capitalised(&nominative_adjective(adjective, feminine)));
            name.entry = None;
        }
    }
}
