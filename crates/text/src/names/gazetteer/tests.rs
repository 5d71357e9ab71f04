//! Reading a gazetteer, and what it says of mistakes.

use super::{Gazetteer, Part};
use crate::names::{Lexicon, NameKind};
use svodka_model::article::SourceKind;

fn parse(text: &str) -> Result<Gazetteer, String> {
    Gazetteer::parse("gazetteer.toml", text, Lexicon::bundled()).map_err(|e| e.to_string())
}

#[test]
fn every_table_is_read() {
    let text = r#"
        [[add]]
        name = "Институт ромашек"
        kind = "think_tank"
        aliases = ["ИРО", "~Ромашка"]
        [[alias]]
        name = "ISW"
        aliases = ["Институт военных наук Кимберли"]
        [[rename]]
        name = "Белоруссия"
        to = "Беларусь"
        [[block]]
        name = "Лютик"
        as = "actor"
        [[retype]]
        name = "ИРО"
        kind = "ngo"
        [[merge]]
        names = ["Пётр Лютиков", "П. Лютиков"]
        into = "Пётр Лютиков"
        [[split]]
        name = "Пётр Лютиков"
        into = "Пётр Лютиков (хоккеист)"
        when = ["шайба"]
    "#;
    let gazetteer = parse(text).unwrap();
    assert_eq!(gazetteer.additions[0].kind, NameKind::Source(SourceKind::ThinkTank));
    assert_eq!(gazetteer.aliases[0].0, "Институт изучения войны");
    let corrections = &gazetteer.corrections;
    assert_eq!(corrections.merges, [(vec!["П. Лютиков".to_owned()], "Пётр Лютиков".to_owned())]);
    assert_eq!(corrections.retypes[0].0, "Институт ромашек");
    assert_eq!(corrections.blocks, [("Лютик".to_owned(), Part::Actor)]);
    let names = gazetteer.recognised_otherwise(&Gazetteer::default());
    assert_eq!(names, ["ИРО", "Институт военных наук Кимберли", "Институт ромашек", "Ромашка"]);
    assert!(gazetteer.recognised_otherwise(&gazetteer).is_empty());
}

#[test]
fn mistakes_say_where_and_how_to_mend_them() {
    for (text, message) in [
        (
            "[[add]]\nname = \"Х\"\nkind = \"planet\"",
            "gazetteer.toml:1: unknown kind «planet»; use one of organization,",
        ),
        ("\n[[add]]\nname = \"США\"\nkind = \"place\"", "gazetteer.toml:2: «США» is known already, as a name of «США»"),
        ("[[alias]]\nname = \"Лютиковая партия\"\naliases = [\"ЛП\"]", "gazetteer.toml:1: no dictionary has"),
        ("[[alias]]\nname = \"США\"\naliases = [\"Китай\"]", "gazetteer.toml:1: «Китай» is a name of «Китай» already"),
        ("[[rename]]\nname = \"A\"", "gazetteer.toml:1: missing field `to`"),
        ("[[rename]]\nname = \"A\"\nwhat = 1", "gazetteer.toml:3: unknown field `what`"),
        ("[[split]]\nname = \"A\"\ninto = \"B\"", "gazetteer.toml:1: nothing tells the two apart"),
        ("[[merge]]\nnames = []\ninto = \"B\"", "gazetteer.toml:1: nothing to join with «B»"),
        ("[[block]\n", "gazetteer.toml:1: "),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.starts_with(message), "{error}\n  expected {message}");
    }
}
