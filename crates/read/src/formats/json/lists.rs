//! Records wrapped in an object: search results, dumps of databases, answers of interfaces.

use super::super::FieldMap;
use serde_json::{Map, Value};

/// Names of the field under which an object holds its records, the surest first.
const NAMES: [&str; 16] = [
    "articles",
    "items",
    "data",
    "results",
    "docs",
    "documents",
    "news",
    "hits",
    "posts",
    "entries",
    "response",
    "records",
    "rows",
    "messages",
    "publications",
    "stories",
];

/// How deep in an object its records may be.
const MAX_DEPTH: usize = 4;

/// The records in an object that is not one itself: those in a field with a telling name, else in any list, else in
/// fields that are records themselves, such as one for each address.
pub(super) fn in_object<'v>(object: &'v Map<String, Value>, fields: &FieldMap) -> Option<Vec<&'v Map<String, Value>>> {
    if fields.has_text(object) {
        return None;
    }
    named(object, fields, 0).or_else(|| anywhere(object, fields, 0)).or_else(|| fields_that_are_records(object, fields, 0))
}

fn named<'v>(object: &'v Map<String, Value>, fields: &FieldMap, depth: usize) -> Option<Vec<&'v Map<String, Value>>> {
    NAMES.iter().find_map(|name| match object.get(*name)? {
        Value::Array(list) => records(list, fields),
        Value::Object(inner) if depth < MAX_DEPTH => {
            named(inner, fields, depth + 1).or_else(|| anywhere(inner, fields, depth + 1))
        }
        _ => None,
    })
}

fn anywhere<'v>(
    object: &'v Map<String, Value>,
    fields: &FieldMap,
    depth: usize,
) -> Option<Vec<&'v Map<String, Value>>> {
    let lists = object.values().filter_map(|value| match value {
        Value::Array(list) => records(list, fields),
        Value::Object(inner) if depth < MAX_DEPTH => anywhere(inner, fields, depth + 1),
        _ => None,
    });
    lists.max_by_key(Vec::len)
}

/// The objects in a list, if at least one of them has a text.
fn records<'v>(list: &'v [Value], fields: &FieldMap) -> Option<Vec<&'v Map<String, Value>>> {
    let objects: Vec<_> = list.iter().filter_map(Value::as_object).collect();
    let has_text = |object: &&Map<String, Value>| !fields.record(object).text.trim().is_empty();
    objects.iter().take(100).any(has_text).then_some(objects)
}

fn fields_that_are_records<'v>(
    object: &'v Map<String, Value>,
    fields: &FieldMap,
    depth: usize,
) -> Option<Vec<&'v Map<String, Value>>> {
    let objects: Vec<_> = object.values().filter_map(Value::as_object).collect();
    let texts = objects.iter().filter(|object| fields.has_text(object)).count();
    let inner = || objects.iter().find_map(|object| fields_that_are_records(object, fields, depth + 1));
    match texts > 0 && texts * 2 >= object.len() {
        true => Some(objects),
        false if depth < MAX_DEPTH => inner(),
        false => None,
    }
}
