//! The file of saved searches: TOML that people write by hand and `svodka-query watch` edits, comments kept.
//!
//! ```toml
//! [[search]]
//! name = "Порты"
//! q = "порт OR гавань"
//! outlet = ["РБК", "ТАСС"]
//! from = "2025"
//! ```
//!
//! The keys are the parameters of a request, as in a line of `batch`.

use svodka_model::error::InputError;
use svodka_search::{
    Arguments, Bounds, Request,
    parameters::{Operation, SELECTION, Values},
    parse,
};
use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, Item, Table, Value};

/// The key of the list of searches.
const LIST: &str = "search";

/// The keys that are no parameters.
const NAME: &str = "name";
const FORMERLY: &str = "formerly";

/// Longest name, in characters.
const LONGEST: usize = 200;

/// A search with a name.
#[derive(Clone, Debug)]
pub struct SavedSearch {
    /// Its name, unique in the file.
    pub name: String,
    /// Names that it had before: its earlier matches bear them.
    pub formerly: Vec<String>,
    /// What is asked: parameters and their values, as given.
    pub given: Vec<(&'static str, String)>,
}

impl SavedSearch {
    /// A search that asks for what `arguments` say.
    ///
    /// # Errors
    /// A name that cannot be one, a query that cannot be understood, or nothing to ask.
    pub fn new(name: &str, arguments: &Arguments) -> Result<Self, InputError> {
        let pairs = SELECTION.parameters().flat_map(|p| arguments.values(p.name).map(|v| (p.name, v.to_owned())));
        let search = Self { name: checked_name(name)?, formerly: Vec::new(), given: pairs.collect() };
        search.check()?;
        Ok(search)
    }

    /// The values for an operation that has all parameters of a selection.
    ///
    /// # Errors
    /// None for a search of a checked file.
    pub fn arguments(&self, operation: &'static Operation) -> Result<Arguments, InputError> {
        let mut arguments = Arguments::new(operation);
        self.given.iter().try_for_each(|(name, value)| arguments.add(name, value, Bounds::Local))?;
        Ok(arguments)
    }

    /// The request; dates like «7d» count from today.
    ///
    /// # Errors
    /// None for a search of a checked file.
    pub fn request(&self) -> Result<Request, InputError> {
        self.arguments(&SELECTION)?.request()
    }

    /// What is asked, as options of the command line.
    #[must_use]
    pub fn in_words(&self) -> String {
        let words = self.given.iter().map(|(name, value)| {
            let row = SELECTION.parameter(name);
            let option = row.map_or(*name, |parameter| parameter.option);
            match row.map(|parameter| parameter.values) {
                _ if *name == "q" => value.clone(),
                Some(Values::Flag) => format!("--{option}"),
                _ if value.contains(char::is_whitespace) => format!("--{option} «{value}»"),
                _ => format!("--{option} {value}"),
            }
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// Whether its matches, now or earlier, bear this name.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.formerly.iter().any(|former| former == name)
    }

    fn check(&self) -> Result<(), InputError> {
        let request = self.request()?;
        parse(&request.query, request.any)?;
        if self.given.iter().all(|(name, value)| *name == "q" && value.trim().is_empty()) {
            let reason = format!("«{}» asks for nothing; give words or a filter", self.name);
            return Err(InputError::BadOption { option: LIST.into(), reason });
        }
        Ok(())
    }

    fn to_table(&self) -> Table {
        let mut table = Table::new();
        table.insert(NAME, text(&self.name));
        for (at, (name, value)) in self.given.iter().enumerate() {
            let row = SELECTION.parameter(name);
            let is_first = self.given.iter().position(|(other, _)| other == name) == Some(at);
            let item = match row.map(|row| (row.is_repeatable, row.values)) {
                Some((_, Values::Flag)) => Item::Value(Value::from(value == "true")),
                Some((true, _)) => {
                    let values = self.given.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
                    Item::Value(Value::Array(values.collect::<Array>()))
                }
                _ => text(value),
            };
            if is_first {
                table.insert(name, item);
            }
        }
        table
    }
}

fn text(value: &str) -> Item {
    Item::Value(Value::from(value))
}

fn checked_name(name: &str) -> Result<String, InputError> {
    let bad = |reason: String| Err(InputError::BadOption { option: NAME.into(), reason });
    let name = name.trim();
    if name.is_empty() {
        return bad("needs a value".into());
    }
    if name.chars().any(char::is_control) || name.chars().count() > LONGEST {
        return bad(format!("at most {LONGEST} characters of one line"));
    }
    Ok(name.to_owned())
}

/// The saved searches of a file, and the file itself.
#[derive(Clone, Debug, Default)]
pub struct SavedSearches {
    /// The searches, in the order of the file.
    pub searches: Vec<SavedSearch>,
    document: DocumentMut,
}

impl SavedSearches {
    /// Reads a file; `file` is what errors call it.
    ///
    /// # Errors
    /// [`InputError::Dictionary`]: a mistake, with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, InputError> {
        let fault =
            |at: usize, reason: String| InputError::Dictionary { file: file.to_owned(), line: line(text, at), reason };
        let start = |span: Option<std::ops::Range<usize>>| span.map_or(0, |span| span.start);
        let document = Document::parse(text).map_err(|e| fault(start(e.span()), e.message().to_owned()))?;
        if let Some((key, _)) = document.iter().find(|(key, _)| *key != LIST) {
            let at = document.as_table().key(key).and_then(|key| key.span());
            return Err(fault(start(at), format!("unknown key «{key}»; a search begins with [[{LIST}]]")));
        }
        let none = ArrayOfTables::new();
        let list = match document.as_table().get(LIST) {
            None => &none,
            Some(Item::ArrayOfTables(list)) => list,
            Some(item) => return Err(fault(start(item.span()), format!("a search begins with [[{LIST}]]"))),
        };
        let mut searches: Vec<SavedSearch> = Vec::new();
        for table in list {
            let at = start(table.span());
            let search = read(table).map_err(|(key, reason)| {
                let key = key.and_then(|key| table.key(&key)).and_then(|key| key.span());
                fault(key.map_or(at, |span| span.start), reason)
            })?;
            if let Some(other) = searches.iter().find(|other| other.is_called(&search.name)) {
                return Err(fault(
                    at,
                    format!("the name «{}» is that of another search («{}»)", search.name, other.name),
                ));
            }
            searches.push(search);
        }
        Ok(Self { searches, document: document.into_mut() })
    }

    /// The search called so.
    ///
    /// # Errors
    /// [`InputError::BadOption`]: there is none, with the nearest names.
    pub fn named(&self, name: &str) -> Result<&SavedSearch, InputError> {
        let current = self.searches.iter().find(|search| search.name == name);
        let found = current.or_else(|| self.searches.iter().find(|search| search.is_called(name)));
        found.ok_or_else(|| {
            let near = svodka_search::nearest(name, self.searches.iter().map(|search| search.name.as_str()), 3);
            let near: Vec<String> = near.iter().map(|name| format!("«{name}»")).collect();
            let hint = match near.is_empty() {
                true => "svodka-query watch list shows them all".to_owned(),
                false => format!("did you mean {}?", near.join(", ")),
            };
            InputError::BadOption { option: "watch".into(), reason: format!("no saved search «{name}»; {hint}") }
        })
    }

    /// Adds a search at the end.
    ///
    /// # Errors
    /// Its name is taken.
    pub fn add(&mut self, search: SavedSearch) -> Result<(), InputError> {
        self.is_free(&search.name)?;
        if let Some(list) = self.list() {
            list.push(search.to_table());
        }
        self.searches.push(search);
        Ok(())
    }

    /// Removes a search.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn remove(&mut self, name: &str) -> Result<(), InputError> {
        let at = self.position(name)?;
        self.searches.remove(at);
        if let Some(list) = self.list() {
            list.remove(at);
        }
        Ok(())
    }

    /// Gives a search another name; what was found under the old one stays its own.
    ///
    /// # Errors
    /// There is none of that name, or the new one is taken.
    pub fn rename(&mut self, name: &str, new: &str) -> Result<(), InputError> {
        let (at, new) = (self.position(name)?, checked_name(new)?);
        let mut others = self.searches.iter().enumerate().filter(|(other, _)| *other != at);
        if let Some((_, other)) = others.find(|(_, other)| other.is_called(&new)) {
            return Err(taken(&new, other));
        }
        let Some(search) = self.searches.get_mut(at) else { return Ok(()) };
        search.formerly.retain(|former| *former != new);
        search.formerly.push(std::mem::replace(&mut search.name, new.clone()));
        let formerly: Array = search.formerly.iter().map(String::as_str).collect();
        if let Some(table) = self.list().and_then(|list| list.get_mut(at)) {
            table.insert(NAME, text(&new));
            table.insert(FORMERLY, Item::Value(Value::Array(formerly)));
        }
        Ok(())
    }

    /// The file.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.document.to_string()
    }

    fn list(&mut self) -> Option<&mut ArrayOfTables> {
        self.document.entry(LIST).or_insert(Item::ArrayOfTables(ArrayOfTables::new())).as_array_of_tables_mut()
    }

    fn position(&self, name: &str) -> Result<usize, InputError> {
        let search = self.named(name)?;
        Ok(self.searches.iter().position(|other| other.name == search.name).unwrap_or_default())
    }

    fn is_free(&self, name: &str) -> Result<(), InputError> {
        self.searches.iter().find(|search| search.is_called(name)).map_or(Ok(()), |other| Err(taken(name, other)))
    }
}

fn taken(name: &str, other: &SavedSearch) -> InputError {
    let reason = match other.name == name {
        true => format!("there is a saved search «{name}» already; remove it first, or choose another name"),
        false => format!("«{name}» was the name of «{}», and its earlier matches bear it; choose another", other.name),
    };
    InputError::BadOption { option: NAME.into(), reason }
}

/// A search from its table; a mistake comes with the key that has it.
fn read(table: &Table) -> Result<SavedSearch, (Option<String>, String)> {
    let at = |key: &str, reason: String| (Some(key.to_owned()), reason);
    let mut arguments = Arguments::new(&SELECTION);
    let (mut name, mut formerly) = (None, Vec::new());
    for (key, item) in table {
        let values =
            values(item).ok_or_else(|| at(key, format!("«{key}» needs text, true or false, or a list of texts")))?;
        match key {
            NAME => name = values.into_iter().next(),
            FORMERLY => formerly = values,
            _ => values
                .iter()
                .try_for_each(|value| arguments.add(key, value, Bounds::Local))
                .map_err(|e| at(key, e.to_string()))?,
        }
    }
    let name = name.ok_or((None, "a search without a name".to_owned()))?;
    let search = SavedSearch::new(&name, &arguments).map_err(|e| match e {
        InputError::Query(_) => at("q", e.to_string()),
        _ => (None, e.to_string()),
    })?;
    Ok(SavedSearch { formerly, ..search })
}

/// The values of an item: of text, number or flag one, of a list all.
fn values(item: &Item) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Boolean(flag) => Some(flag.value().to_string()),
        // A day without quotes.
        Value::Datetime(date) => Some(date.value().to_string()),
        _ => None,
    };
    match item.as_value()? {
        Value::Array(list) => list.iter().map(one).collect(),
        value => Some(vec![one(value)?]),
    }
}

/// The line, from 1, of the byte `at`.
fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::{SavedSearch, SavedSearches};
    use svodka_search::{Arguments, Bounds, parameters::SELECTION};

    const FILE: &str = "# Мои поиски\n[[search]]\nname = \"Порты\" # все\nq = \"порт OR гавань\"\noutlet = [\"РБК\", \"ТАСС\"]\n\n\
                        [[search]]\nname = \"ISW\"\nthink_tank = \"ISW\"\nmain_actors = true\n";

    fn search(name: &str, pairs: &[(&str, &str)]) -> SavedSearch {
        let mut arguments = Arguments::new(&SELECTION);
        pairs.iter().for_each(|(name, value)| arguments.add(name, value, Bounds::Local).unwrap());
        SavedSearch::new(name, &arguments).unwrap()
    }

    #[test]
    fn a_file_comes_back_with_its_comments() {
        let mut file = SavedSearches::parse("searches.toml", FILE).unwrap();
        let shown: Vec<String> = file.searches.iter().map(|s| format!("{}: {}", s.name, s.in_words())).collect();
        assert_eq!(shown, ["Порты: порт OR гавань --outlet РБК --outlet ТАСС", "ISW: --think-tank ISW --main-actors"]);
        assert_eq!(file.to_text(), FILE);
        file.add(search("«Снег»", &[("q", "\"снег идёт\""), ("no_outlet", "A"), ("no_outlet", "B"), ("any", "true")]))
            .unwrap();
        file.rename("Порты", "Гавани").unwrap();
        file.remove("ISW").unwrap();
        let text = file.to_text();
        let again = SavedSearches::parse("searches.toml", &text).unwrap();
        let shown: Vec<String> = again.searches.iter().map(|s| format!("{}: {}", s.name, s.in_words())).collect();
        assert_eq!(
            shown,
            [
                "Гавани: порт OR гавань --outlet РБК --outlet ТАСС",
                "«Снег»: \"снег идёт\" --any --no-outlet A --no-outlet B"
            ]
        );
        assert!(text.starts_with("# Мои поиски") && again.searches[0].is_called("Порты"), "{text}");
    }

    #[test]
    fn names_are_told_apart() {
        let mut file = SavedSearches::parse("searches.toml", FILE).unwrap();
        let said = |outcome: Result<(), svodka_model::error::InputError>| outcome.unwrap_err().to_string();
        assert!(said(file.add(search("Порты", &[("q", "x")]))).contains("already"));
        assert!(said(file.rename("Порты", "ISW")).contains("already"));
        assert!(said(file.remove("Порт")).contains("did you mean «Порты»?"));
        file = SavedSearches::parse("searches.toml", FILE).unwrap();
        file.rename("Порты", "Гавани").unwrap();
        assert!(said(file.add(search("Порты", &[("q", "x")]))).contains("was the name of «Гавани»"));
        file.rename("Гавани", "Порты").unwrap();
        assert!(file.named("Гавани").unwrap().is_called("Порты"));
    }

    #[test]
    fn mistakes_have_their_line() {
        for (text, message) in [
            (
                "[[search]]\nname = \"A\"\nq = \"порт\"\n\n[[search]]\nname = \"A\"\nq = \"x\"\n",
                "5: the name «A» is that",
            ),
            ("[[search]]\nname = \"A\"\nq = \"(порт\"\n", "3: "),
            (
                "[[search]]\nname = \"A\"\n\nthinktank = \"ISW\"\n",
                "4: thinktank: there is no such parameter here; did you mean think_tank?",
            ),
            ("[[search]]\nq = \"порт\"\n", "1: a search without a name"),
            ("[[search]]\nname = \"A\"\n", "1: search: «A» asks for nothing"),
            ("\n[searches]\nname = \"A\"\n", "2: unknown key «searches»"),
            ("[[search]]\nname = \"A\nq = \"x\"\n", "2: "),
            ("[[search]]\nname = \"A\"\nq = 1.5\n", "3: «q» needs text"),
            ("[[search]]\nname = \"A\"\nfrom = \"вчера\"\n", "3: from: «вчера» is not a date"),
        ] {
            let error = SavedSearches::parse("searches.toml", text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("searches.toml:{message}")), "{text}\n{error}");
        }
    }
}
