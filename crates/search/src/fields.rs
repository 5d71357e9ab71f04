//! The fields of the query language: their names and what they find.

use super::{ast::TextField, distance::edits};
use svodka_store::Facet;

/// A field that can be asked for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Text(TextField),
    Facet(Facet),
    Said,
    Date,
    Language,
}

/// A field with its names.
#[derive(Clone, Copy, Debug)]
pub struct QueryField {
    field: Field,
    /// Its names, the usual English one first.
    pub names: &'static [&'static str],
    /// What it finds.
    pub finds: &'static str,
}

/// Every field.
pub const QUERY_FIELDS: [QueryField; 13] = [
    row(Field::Text(TextField::Title), &["title", "заголовок"], "words in the headline"),
    row(Field::Text(TextField::Text), &["text", "текст"], "words in the text"),
    row(Field::Facet(Facet::Actor), &["actor", "участник", "актор"], "articles in which it takes part"),
    row(Field::Facet(Facet::MainActor), &["main_actor", "main-actor"], "articles that are mainly about it"),
    row(Field::Facet(Facet::Outlet), &["outlet", "источник", "издание"], "articles of this outlet"),
    row(Field::Facet(Facet::Cited), &["cited", "цитирует", "ссылка"], "articles that cite it"),
    row(
        Field::Facet(Facet::ThinkTank),
        &["think_tank", "think-tank", "центр"],
        "articles that cite this think tank or pollster",
    ),
    row(Field::Facet(Facet::Via), &["via", "через"], "articles that cite something via it"),
    row(Field::Facet(Facet::CitedKind), &["kind", "вид"], "articles that cite a source of this kind"),
    row(
        Field::Said,
        &["said_by", "said-by", "говорит"],
        "what stands beside it, in sentences attributed to this source",
    ),
    row(Field::Date, &["date", "дата"], "articles of this date or range of dates"),
    row(Field::Facet(Facet::Month), &["month", "месяц"], "articles of this month"),
    row(Field::Language, &["lang", "language", "язык"], "articles in this language, by its ISO 639-1 code"),
];

const fn row(field: Field, names: &'static [&'static str], finds: &'static str) -> QueryField {
    QueryField { field, names, finds }
}

/// Every name of a field, with the field.
fn names() -> impl Iterator<Item = (&'static str, Field)> {
    QUERY_FIELDS.iter().flat_map(|row| row.names.iter().map(|name| (*name, row.field)))
}

/// The field called `name`, in English or Russian.
pub(super) fn field(name: &str) -> Option<Field> {
    let name = name.to_lowercase();
    names().find(|(known, _)| *known == name).map(|(_, field)| field)
}

/// Shortest misspelt name of a field that is told from a word before a colon, in letters.
const MIN_FIELD_LETTERS: usize = 4;

/// Why `name`, with a colon and `value` right after it, is not a field; nothing when it is text: «счёт 3:2», a URL.
///
/// Names of fields are Latin and small, or Russian: a Russian word that is not nearly one of them is text.
pub(super) fn unknown_field(name: &str, value: &str) -> Option<String> {
    let nearest = names().find(|(known, _)| edits(&name.to_lowercase(), known, 1).is_some());
    let misspelt = nearest.is_some() && name.chars().count() >= MIN_FIELD_LETTERS;
    let latin = name.len() > 1 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let has_value = value.contains(char::is_alphanumeric) && !value.starts_with('/');
    if !has_value || !(latin || misspelt) {
        return None;
    }
    let known = match nearest {
        Some((known, _)) => format!("did you mean {known}:?"),
        None => {
            let names: Vec<&str> = QUERY_FIELDS.iter().filter_map(|row| row.names.first().copied()).collect();
            format!("the fields are {}.", names.join(", "))
        }
    };
    Some(format!("there is no field {name}: – {known} To search for these words, put them in quotes"))
}
