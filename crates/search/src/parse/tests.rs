//! What queries mean, and where what is wrong with them is.

use super::parse;

fn tree(text: &str) -> String {
    parse(text, false).unwrap().to_string()
}

#[test]
fn words_are_and_unless_said() {
    for (query, meant) in [
        ("санкции банк", "санкции AND банк"),
        ("санкции И банк", "санкции AND банк"),
        ("санкции ИЛИ банк рубль", "санкции OR (банк AND рубль)"),
        ("санкции -банк", "санкции AND (NOT банк)"),
        ("НЕ (а ИЛИ б) в", "(NOT (а OR б)) AND в"),
        ("а NEAR/5 б в", "(а NEAR/5 б) AND в"),
        ("а РЯДОМ/ПРЕДЛ б РЯДОМ/АБЗАЦ в", "(а NEAR/S б) NEAR/P в"),
        ("а SAME б", "а NEAR/P б"),
    ] {
        assert_eq!(tree(query), meant, "{query}");
    }
}

#[test]
fn any_joins_what_stands_side_by_side() {
    for (query, meant) in [
        ("а б", "а OR б"),
        ("а б AND в", "а OR (б AND в)"),
        ("а б -в", "(а OR б) AND (NOT в)"),
        ("а ИЛИ -в", "а OR (NOT в)"),
        ("said_by:ISW а б -в", "said_by:\"ISW\" AND ((а OR б) AND (NOT в))"),
        ("(а б) NEAR/3 в", "(а OR б) NEAR/3 в"),
    ] {
        assert_eq!(parse(query, true).unwrap().to_string(), meant, "{query}");
    }
}

#[test]
fn marks_on_words() {
    for (query, meant) in [
        ("=Труд", "=Труд"),
        ("санк*, *банк ба*к", "санк* AND *банк AND ба*к"),
        ("с**анк***", "с*анк*"),
        ("санкцыи~ санкцыи~1", "санкцыи~ AND санкцыи~1"),
        ("«о санкциях»~5", "\"о санкциях\"~5"),
        ("=«О санкциях»", "\"=О =санкциях\""),
        ("«ООО «Ромашка»", "\"ООО Ромашка\""),
        ("Чатем-хаус, S&P!", "Чатем-хаус AND S&P"),
        ("*", "*"),
    ] {
        assert_eq!(tree(query), meant, "{query}");
    }
}

#[test]
fn a_colon_is_text_unless_a_field_stands_before_it() {
    for (query, meant) in [
        ("санкции: банк", "санкции AND банк"),
        ("заголовок: банк", "заголовок AND банк"),
        ("заголовок:банк", "title:банк"),
        ("источник:«РИА Новости»", "outlet:\"РИА Новости\""),
        ("вид:pollster", "kind:\"pollster\""),
        ("дата:март 2025 банк", "date:\"март 2025\" AND банк"),
        ("date:2025-03-01..2025-03-31", "date:\"2025-03-01..2025-03-31\""),
        ("язык:RU", "lang:ru"),
        ("said_by:ISW", "said_by:\"ISW\""),
        ("санкции говорит:«РИА Новости» -банк", "said_by:\"РИА Новости\" AND (санкции AND (NOT банк))"),
        ("(said_by:ISW зима) весна", "(said_by:\"ISW\" AND зима) AND весна"),
        ("said_by:А said_by:Б в", "said_by:\"А\" AND (said_by:\"Б\" AND в)"),
        ("-said_by:ISW зима", "(NOT said_by:\"ISW\") AND зима"),
        ("матч:3:2 10:30 РБК:Путин", "матч:3:2 AND 10:30 AND РБК:Путин"),
        ("https://rbc.ru/a", "https://rbc.ru/a"),
    ] {
        assert_eq!(tree(query), meant, "{query}");
    }
}

#[test]
fn errors_point_at_their_column() {
    for (query, column) in [
        ("а \"б", 2),
        ("а (б", 2),
        ("а )", 2),
        ("а (", 2),
        ("а ( )", 2),
        ("а foo:б", 2),
        ("а «б» загаловок:в", 6),
        ("ИЛИ а", 0),
        ("а ИЛИ", 5),
        ("?!", 0),
        ("\"—\"", 0),
        ("а NEAR б", 2),
        ("а NEAR/0 б", 2),
        ("а б NEAR/3 (в г)", 11),
        ("а NEAR/3 title:б", 9),
        ("а date:вчера", 2),
        ("а =б*", 2),
        ("а б*", 2),
        ("слово~3", 0),
        ("\"а б\"~x", 5),
        ("title:-а", 0),
        ("а actor:", 2),
    ] {
        match parse(query, false) {
            Err(error) => assert_eq!(error.columns.0, column, "{query}: {error}"),
            Ok(node) => assert_eq!(query, "а actor:", "{node}"),
        }
    }
}

#[test]
fn operators_of_other_engines_are_errors_that_say_how_it_is_written_here() {
    for (query, columns, ours) in [
        ("порт || банк", (5, 7), "OR or ИЛИ"),
        ("порт | банк", (5, 6), "OR or ИЛИ"),
        ("(порт|банк) рубль", (5, 6), "OR or ИЛИ"),
        ("порт && банк", (5, 7), "AND or И"),
        ("порт !банк", (5, 6), "-банк"),
        ("порт !(банк рубль)", (5, 6), "NOT or НЕ"),
        ("порт !«банк рубль»", (5, 6), "NOT or НЕ"),
        ("порт W/3 банк", (5, 8), "NEAR/3 or РЯДОМ/3"),
        ("порт w/10 банк", (5, 9), "NEAR/10"),
        ("порт near/3 банк", (5, 11), "NEAR/3"),
        ("порт рядом/3 банк", (5, 12), "РЯДОМ/3"),
        ("порт PRE/2 банк", (5, 10), "a phrase in quotes"),
        ("порт ADJ3 банк", (5, 9), "NEAR/3"),
        ("порт /s банк", (5, 7), "NEAR/S or РЯДОМ/ПРЕДЛ"),
        ("порт W/P банк", (5, 8), "NEAR/P"),
        ("порт м?нистр", (6, 7), "м*нистр"),
        ("министр? порт", (7, 8), "* stands for any letters"),
        ("порт ..near/3, банк", (5, 11), "NEAR/3"),
        ("порт (w/3), банк", (6, 9), "NEAR/3"),
        ("?0 ?1?а", (5, 6), "м*нистр"),
        ("порт^2 банк", (4, 6), "no weights"),
        ("@title порт", (0, 6), "title:…"),
    ] {
        let error = parse(query, false).map(|node| node.to_string()).unwrap_err();
        assert_eq!(error.columns, columns, "{query}: {error}");
        assert!(error.reason.contains(ours), "{query}: {error}");
    }
}

#[test]
fn what_looks_like_an_operator_in_text_is_text() {
    for (query, meant) in [
        ("Кто виноват? Эксперты знают", "Кто AND виноват AND Эксперты AND знают"),
        ("новый министр?", "новый AND министр"),
        ("Ура! Порт открыт!!!", "Ура AND Порт AND открыт"),
        ("и/или 24/7 km/h", "и/или AND 24/7 AND km/h"),
        ("https://a.ru/b?c=d @rybar", "https://a.ru/b?c=d AND rybar"),
        ("\"BBC News | Русская служба\"", "\"BBC News Русская служба\""),
        ("AT&T", "AT&T"),
    ] {
        assert_eq!(tree(query), meant, "{query}");
    }
}

#[test]
fn one_letter_is_a_name_where_it_joins_nothing() {
    for (query, meant) in [
        ("И. Иванов", "И. AND Иванов"),
        ("Ван И", "Ван AND И."),
        ("(Ван И) порт", "(Ван AND И.) AND порт"),
        ("Ван И прибыл в Москву", "Ван AND И. AND прибыл AND в AND Москву"),
        ("Ван И ИЛИ порт", "(Ван AND И.) OR порт"),
        ("участник:«Ван И»", "actor:\"Ван И\""),
        ("порт И банк", "порт AND банк"),
        ("порт И -банк", "порт AND (NOT банк)"),
    ] {
        assert_eq!(tree(query), meant, "{query}");
        assert_eq!(tree(meant), meant, "{query}, printed and read again");
    }
}

#[test]
fn carets_stand_below_the_fault() {
    let error = parse("санкции \"банк", false).unwrap_err();
    let (line, carets) = error.pointed();
    assert_eq!(line, "санкции \"банк");
    assert_eq!(carets, "        ^^^^^");
    for (long, fault) in [("слово ".repeat(30) + "(", '('), ("слово ".repeat(30) + "ИЛИ", ' ')] {
        let (line, carets) = parse(&long, false).unwrap_err().pointed();
        let below = |at| line.chars().nth(at);
        assert_eq!(below(carets.chars().count() - 1), Some(fault), "{line}|");
        assert_eq!(below(carets.chars().count()), None, "the line ends where the fault does");
    }
}
