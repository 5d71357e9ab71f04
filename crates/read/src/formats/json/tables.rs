//! Tables as JSON: a field for each column instead of an object for each row, as data frames are saved.

use super::super::FieldMap;
use serde_json::{Map, Value};

/// The rows of a table, each as a record; `None` for an object that is not a table with a text.
pub(super) fn rows(object: &Map<String, Value>, fields: &FieldMap) -> Option<Vec<Map<String, Value>>> {
    split(object, fields).or_else(|| columns(object, fields))
}

/// `{"columns": ["title", "text"], "data": [["…", "…"], …]}`.
fn split(object: &Map<String, Value>, fields: &FieldMap) -> Option<Vec<Map<String, Value>>> {
    let names: Vec<&str> = object.get("columns")?.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    names.iter().any(|name| fields.means_text(name)).then_some(())?;
    let rows = object.get("data")?.as_array()?.iter().map(Value::as_array).collect::<Option<Vec<_>>>()?;
    let row = |values: &Vec<Value>| names.iter().map(|name| (*name).to_owned()).zip(values.iter().cloned()).collect();
    Some(rows.into_iter().map(row).collect())
}

/// `{"title": {"0": "…", "1": "…"}, "text": {…}}`, or the same with lists of equal length. A single row of lists is a
/// record whose fields are lists.
fn columns(object: &Map<String, Value>, fields: &FieldMap) -> Option<Vec<Map<String, Value>>> {
    (object.len() > 1 && object.keys().any(|name| fields.means_text(name))).then_some(())?;
    let first = object.values().next()?;
    let has_same_rows = |column: &Value| match (first, column) {
        (Value::Array(first), Value::Array(column)) => first.len() == column.len() && first.len() > 1,
        (Value::Object(first), Value::Object(column)) => first.keys().eq(column.keys()) && is_numbered(first),
        _ => false,
    };
    object.values().all(has_same_rows).then_some(())?;
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    for (name, column) in object {
        let cells: Vec<&Value> = match column {
            Value::Array(cells) => cells.iter().collect(),
            Value::Object(cells) => cells.values().collect(),
            _ => return None,
        };
        rows.resize(cells.len(), Map::new());
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.insert(name.clone(), cell.clone());
        }
    }
    Some(rows)
}

/// Whether the fields of a column are numbers of rows.
fn is_numbered(column: &Map<String, Value>) -> bool {
    !column.is_empty() && column.keys().all(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{FieldMap, rows};
    use serde_json::json;

    #[test]
    fn tables_in_three_forms() {
        let row = |n: u32| json!({"title": format!("Т{n}"), "text": format!("Слово {n}.")});
        for table in [
            json!({"columns": ["title", "text"], "data": [["Т0", "Слово 0."], ["Т1", "Слово 1."]]}),
            json!({"title": {"0": "Т0", "1": "Т1"}, "text": {"0": "Слово 0.", "1": "Слово 1."}}),
            json!({"title": ["Т0", "Т1"], "text": ["Слово 0.", "Слово 1."]}),
        ] {
            let found = rows(table.as_object().unwrap(), &FieldMap::default()).unwrap();
            assert_eq!(json!(found), json!([row(0), row(1)]));
        }
    }

    #[test]
    fn records_are_not_tables() {
        for record in [
            json!({"title": "Т", "text": ["Раз.", "Два."]}),
            json!({"title": ["Т"], "text": ["Раз."]}),
            json!({"title": {"ru": "Т"}, "text": {"ru": "Раз."}}),
            json!({"text": ["Раз.", "Два."]}),
        ] {
            assert!(rows(record.as_object().unwrap(), &FieldMap::default()).is_none(), "{record}");
        }
    }
}
