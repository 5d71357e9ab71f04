//! Slips of the fingers: what was meant is suggested, and never searched for behind anyone's back.

use super::{Archive, archive, stderr};
use svodka_search::{Request, SearchEngine};
use svodka_store::Index;
use svodka_text::names::Lexicon;

/// Misspelt words of the sample archive.
const MISSPELT: &str = "
    инстетут институт
    исследованийа исследования
    цэнтр центр
    министор министр
    агенство агентство
    Украйны Украины
    милионов миллионов
    доларов долларов
    расказал рассказал
    ячминя ячменя
    эканомики экономики
    политеки политики
    концэрт концерт
    обсерваторийу обсерваторию
    президэнт президент
    Стакгольме Стокгольме
    Нидэрланды Нидерланды
    пачти почти
    сотрутник сотрудник
    корпарации корпорации
    дисскусионного дискуссионного
    снабжэния снабжения
    нехвадка нехватка
    промышленнасть промышленность
    машыностроение машиностроение
    рнынок рынок
";

/// Words typed on the wrong keyboard.
const OTHER_LAYOUT: &str = "
    bycnbnen институт
    vbybcnh министр
    Rbnfq Китай
    hs,yjr рынок
    njgkbdf топлива
    ufptnf газета
    ,bh;f биржа
    pthyj зерно
    'rjyjvbrf экономика
    vtnhj метро
    kbyb. линию
    Шыц ISW
";

/// Russian words in Latin letters.
const LATIN: &str = "
    institut институт
    ministr министр
    gazeta газета
    Kitay Китай
    Moskva Москва
    Rossiya Россия
    metro метро
    birzha биржа
    zavod завод
    yachmen ячмень
    poezd поезд
    ekonomika экономика
    Volga Волга
    Stokgolm Стокгольм
    Kholmsky холмский
    kontsert концерт
    premyer премьер
";

#[test]
fn slips_in_the_sample_archive_are_put_right() {
    let archive = Archive::sample();
    let index = Index::open(&archive.path("index")).unwrap();
    let engine = SearchEngine::new(&index, Lexicon::bundled());
    let (mut all, mut wrong) = (0, Vec::new());
    for line in [MISSPELT, OTHER_LAYOUT, LATIN].concat().lines() {
        let Some((typed, meant)) = line.trim().split_once(' ') else { continue };
        all += 1;
        let response = engine.search(&Request { query: typed.to_owned(), ..Request::default() }).unwrap();
        if response.suggestions.first().is_none_or(|first| first != meant) {
            wrong.push(format!("{typed}: {:?} instead of {meant}", response.suggestions));
        }
    }
    assert!(all >= 55, "{all}");
    assert!(wrong.is_empty(), "{} of {all}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn slips_are_suggested_and_never_followed() {
    let archive = archive();
    for (typed, meant) in [
        ("ключевайа ставка", "ключевая ставка"),
        ("he,km", "рубль"),
        ("he,km -ставка", "рубль -ставка"),
        ("Evrosoyuz", "Евросоюз"),
        ("журналисттов", "журналистов"),
        ("title:cfyrwbb", "title:санкции"),
        ("sanktsii", "санкции"),
        ("«новые cfyrwbb»", "«новые санкции»"),
        ("премиер-министр", "премьер-министр"),
    ] {
        let output = archive.query(&["search", "--json", "--", typed]);
        assert_eq!(output.status.code(), Some(1), "{typed} finds something");
        let response: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let suggestions = response["suggestions"].as_array().unwrap_or_else(|| panic!("nothing for {typed}"));
        assert_eq!(suggestions[0], meant, "{typed}: {suggestions:?}");
        assert!(stderr(&archive.query(&["search", "--", typed])).contains("did you mean"));
    }
}

#[test]
fn what_is_right_gets_no_suggestions() {
    let archive = archive();
    for query in ["рубль", "санкции", "ISW", "\"ключевая ставка\"", "санк*", "=Труд", "title:санкции", "РБК", "труд"]
    {
        assert!(archive.search(&["--", query]).get("suggestions").is_none(), "{query}");
    }
}
