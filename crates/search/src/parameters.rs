//! The parameters of every request: one table from which the command line, the lines of `batch`, the HTTP API, its
//! description and the help texts are made.

use svodka_model::article::{EntityKind, SourceKind};
use svodka_store::Facet;

/// Longest query over HTTP, in characters.
const QUERY: usize = 1_000;

/// Longest name, date or list over HTTP, in characters.
const NAME: usize = 300;

/// Most hits of one answer over HTTP.
const HITS: usize = 100;

/// The last hit that can be paged to over HTTP; an export has them all.
const LAST_HIT: usize = 10_000;

/// A parameter of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in a batch line and over HTTP.
    pub name: &'static str,
    /// Its name on the command line, without the two hyphens.
    pub option: &'static str,
    /// What its values are.
    pub values: Values,
    /// Whether it may be given several times.
    pub is_repeatable: bool,
    /// What it does, as a sentence.
    pub meaning: &'static str,
}

/// The values that a parameter takes. Lengths and `most` bound requests over HTTP only: who runs the program on a
/// machine of their own may ask for as much as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Text of at most so many characters.
    Text(usize),
    /// `true` or `false`; absent is false.
    Flag,
    /// A whole number up to `most`.
    Number {
        /// The smallest.
        least: usize,
        /// The largest over HTTP.
        most: usize,
        /// The number when none is given; `usize::MAX` is no bound.
        default: usize,
    },
    /// A probability in hundredths, from 0 to 1; absent is off.
    Probability,
    /// A number of days; absent is off, and the option without a number is `bare`.
    Days {
        /// The number for the option alone.
        bare: u32,
    },
    /// One of these words; the first when none is given.
    Choice(&'static [&'static str]),
    /// One of these words, which must be given.
    Required(&'static [&'static str]),
    /// A kind of facet value: `person`, `think_tank`…
    ValueKind,
    /// A kind of cited source.
    SourceKind,
    /// A date or a period.
    Date,
    /// A comma-separated list of facets, or `none`.
    Facets(&'static [Facet]),
}

/// The longest number of days that an age is measured by.
pub const MAX_DAYS: u32 = 36_500;

/// Parameters that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Their heading in help texts.
    pub heading: &'static str,
    /// The parameters.
    pub parameters: &'static [Parameter],
}

/// Something that can be asked of an archive, with its parameters.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// What it does, without a full stop.
    pub summary: &'static str,
    /// Its parameters.
    pub groups: &'static [Group],
}

impl Operation {
    /// All its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        self.groups.iter().flat_map(|group| group.parameters)
    }

    /// The parameter called `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters().find(|parameter| parameter.name == name)
    }
}

impl Parameter {
    const fn new(name: &'static str, values: Values, meaning: &'static str) -> Self {
        Self { name, option: name, values, is_repeatable: false, meaning }
    }

    /// With the name it has on the command line.
    const fn option(self, option: &'static str) -> Self {
        Self { option, ..self }
    }

    const fn repeatable(self) -> Self {
        Self { is_repeatable: true, ..self }
    }

    /// A facet value that articles must have or must not have.
    const fn filter(name: &'static str, option: &'static str, meaning: &'static str) -> Self {
        Self::new(name, Values::Text(NAME), meaning).option(option).repeatable()
    }

    /// The words that its values are one of, if they are.
    #[must_use]
    pub fn words(&self) -> Option<Vec<&'static str>> {
        match self.values {
            Values::Choice(words) | Values::Required(words) => Some(words.to_vec()),
            Values::ValueKind => Some(value_kinds()),
            Values::SourceKind => Some(SourceKind::ALL.iter().map(|kind| kind.name()).collect()),
            _ => None,
        }
    }

    /// Whether its value is a comma-separated list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self.values, Values::Facets(_))
    }

    /// Its default in words, for help texts; nothing when it is off or empty.
    #[must_use]
    pub fn default_in_words(&self) -> Option<String> {
        match self.values {
            Values::Number { default: usize::MAX, .. } => Some("all".to_owned()),
            Values::Number { default, .. } => Some(default.to_string()),
            Values::Choice(words) => words.first().map(|word| (*word).to_owned()),
            Values::Facets(facets) if !facets.is_empty() => {
                Some(facets.iter().map(|facet| facet.name()).collect::<Vec<_>>().join(","))
            }
            _ => None,
        }
    }
}

/// The kinds that values of facets have: those of actors, then those of sources.
pub(super) fn value_kinds() -> Vec<&'static str> {
    let actors = EntityKind::ALL.iter().map(|kind| kind.name());
    actors.chain(SourceKind::ALL.iter().map(|kind| kind.name())).collect()
}

/// The facets that a search counts unless told otherwise.
pub(super) const COUNTED: [Facet; 5] = [Facet::Actor, Facet::Outlet, Facet::ThinkTank, Facet::Cited, Facet::Month];

/// The words to find.
const WORDS: Group = Group {
    heading: "Query",
    parameters: &[
        Parameter::new(
            "q",
            Values::Text(QUERY),
            "Words to find, in any form, in the query language; without any, every article matches",
        ),
        Parameter::new("any", Values::Flag, "One of the words is enough"),
    ],
};

/// Which articles are meant, besides the words to find.
const FILTERS: Group = Group {
    heading: "Filters",
    parameters: &[
        Parameter::filter("actor", "actor", "Only articles with this actor (repeatable: any of them)"),
        Parameter::filter("main_actor", "main-actor", "Only articles that are mainly about this actor (repeatable)"),
        Parameter::filter("outlet", "outlet", "Only articles of this outlet (repeatable)"),
        Parameter::filter("cited", "cited", "Only articles that cite this source (repeatable)"),
        Parameter::filter(
            "think_tank",
            "think-tank",
            "Only articles that cite this think tank or pollster (repeatable)",
        ),
        Parameter::filter(
            "cited_kind",
            "cited-kind",
            "Only articles that cite a source of this kind: think_tank, pollster, media, agency, telegram, research, analytics or ngo (repeatable)",
        ),
        Parameter::filter("via", "via", "Only articles that cite something as relayed by this source (repeatable)"),
        Parameter::filter("month", "month", "Only articles of this month, 2025-03 (repeatable)"),
        Parameter::filter("no_actor", "no-actor", "No articles with this actor (repeatable)"),
        Parameter::filter(
            "no_main_actor",
            "no-main-actor",
            "No articles that are mainly about this actor (repeatable)",
        ),
        Parameter::filter("no_outlet", "no-outlet", "No articles of this outlet (repeatable)"),
        Parameter::filter("no_cited", "no-cited", "No articles that cite this source (repeatable)"),
        Parameter::filter(
            "no_think_tank",
            "no-think-tank",
            "No articles that cite this think tank or pollster (repeatable)",
        ),
        Parameter::filter("no_cited_kind", "no-cited-kind", "No articles that cite a source of this kind (repeatable)"),
        Parameter::filter("no_via", "no-via", "No articles that cite something as relayed by this source (repeatable)"),
        Parameter::filter("no_month", "no-month", "No articles of this month (repeatable)"),
        Parameter::new(
            "all_of",
            Values::Facets(&[]),
            "Facets of which an article must have all the chosen values, not only one of them; comma-separated",
        )
        .option("all-of"),
        Parameter::new(
            "main_actors",
            Values::Flag,
            "Count only the actors that an article is mainly about: in the actor facet and its filters",
        )
        .option("main-actors"),
        Parameter::new(
            "min_confidence",
            Values::Probability,
            "Take sources from this confidence on for cited ones, in their facets, filters and lists: 0.5 also counts those that are probably cited, 0.95 only those that surely are",
        )
        .option("min-confidence"),
        Parameter::new("from", Values::Date, "Not before this date: 2025, 2025-03, 2025-03-04, «март 2025» or 7d"),
        Parameter::new("to", Values::Date, "Not after this date"),
    ],
};

/// The order of hits.
const ORDER: Group = Group {
    heading: "Hits",
    parameters: &[
        Parameter::new("sort", Values::Choice(&["relevance", "newest", "oldest"]), "Order of the hits"),
        Parameter::new(
            "boost_recent",
            Values::Days { bare: 30 },
            "Boost recent articles: up to 2×, halving every DAYS of age",
        )
        .option("boost-recent"),
    ],
};

/// Whether hits are folded by story.
const FOLDING: Group = Group {
    heading: "Hits",
    parameters: &[Parameter::new(
        "group",
        Values::Flag,
        "Fold hits by story: articles that print the same text are one hit, the first publisher's",
    )],
};

/// What facets count.
const COUNT: Parameter = Parameter::new(
    "count",
    Values::Choice(&["articles", "stories"]),
    "What facets count: articles, or stories, each of which is all articles that print the same text",
);

/// Which of the hits to give.
const PAGE: Group = Group {
    heading: "Hits",
    parameters: &[
        Parameter::new("limit", Values::Number { least: 0, most: HITS, default: 10 }, "Maximum number of hits"),
        Parameter::new(
            "offset",
            Values::Number { least: 0, most: LAST_HIT - HITS, default: 0 },
            "Number of hits to skip",
        ),
    ],
};

/// Which facets to count.
const COUNTS: Group = Group {
    heading: "Facets",
    parameters: &[
        Parameter::new("facets", Values::Facets(&COUNTED), "Facets to count, comma-separated; `none` for none"),
        COUNT,
        Parameter::new(
            "facet_size",
            Values::Number { least: 0, most: 1_000, default: 10 },
            "Maximum number of values of each facet, or `all`",
        )
        .option("facet-size"),
    ],
};

/// Which facets a batch counts: none unless told.
const BATCH_COUNTS: Group = Group {
    heading: "Facets",
    parameters: &[
        Parameter::new("facets", Values::Facets(&[]), "Facets to count, comma-separated"),
        COUNT,
        Parameter::new(
            "facet_size",
            Values::Number { least: 0, most: 1_000, default: 10 },
            "Maximum number of values of each facet, or `all`",
        )
        .option("facet-size"),
    ],
};

/// Which values of one facet to list.
const VALUES: Group = Group {
    heading: "Values",
    parameters: &[
        Parameter::new("prefix", Values::Text(NAME), "Only values of which a word, or another name, begins so"),
        Parameter::new("kind", Values::ValueKind, "Only values of this kind: person, organization or place; think_tank, pollster, media, agency, telegram, research, analytics or ngo (repeatable)").repeatable(),
        Parameter::new("facet_size", Values::Number { least: 0, most: 1_000, default: 20 }, "Maximum number of values, or `all`; months are all listed").option("facet-size"),
        COUNT,
    ],
};

const INTERVAL: Group = Group {
    heading: "Bars",
    parameters: &[Parameter::new("by", Values::Choice(&["month", "day", "week", "year"]), "Width of a bar")],
};

const SOURCES: Group = Group {
    heading: "Edges",
    parameters: &[Parameter::new("kind", Values::SourceKind, "Only sources of this kind: think_tank, pollster, media, agency, telegram, research, analytics or ngo (repeatable)").repeatable()],
};

/// The meaning of `by` for citations.
const BY: &str = "Rows of a table: source (who is cited by how many outlets, PageRank, who was first), outlet, month, or month,outlet";

/// The period compared with.
const VERSUS: Parameter = Parameter::new(
    "versus",
    Values::Date,
    "Set beside each row the number of articles in this period, which takes the place of from and to",
);

/// How citations are put together; without, as edges.
const EDGES_OR_TABLE: Group = Group {
    heading: "Table",
    parameters: &[
        Parameter::new("by", Values::Choice(&["edge", "source", "outlet", "month", "month,outlet"]), BY),
        VERSUS,
    ],
};

/// The rows of a table of citations.
const TABLE: Group = Group {
    heading: "Table",
    parameters: &[
        Parameter::new("by", Values::Choice(&["source", "outlet", "month", "month,outlet"]), BY),
        VERSUS,
        Parameter::new("limit", Values::Number { least: 0, most: 5_000, default: 200 }, "Maximum number of rows"),
    ],
};

const EDGES: Group = Group {
    heading: "Edges",
    parameters: &[Parameter::new(
        "limit",
        Values::Number { least: 0, most: 5_000, default: 200 },
        "Maximum number of edges",
    )],
};

/// `search`.
pub static SEARCH: Operation = Operation {
    name: "search",
    summary: "Finds articles and counts facets",
    groups: &[WORDS, FILTERS, ORDER, FOLDING, PAGE, COUNTS],
};

/// `batch`: one line.
pub static BATCH: Operation = Operation {
    name: "batch",
    summary: "Runs many queries",
    groups: &[WORDS, FILTERS, ORDER, FOLDING, PAGE, BATCH_COUNTS],
};

/// `explain`.
pub static EXPLAIN: Operation =
    Operation { name: "explain", summary: "Explains an article's score for a query", groups: &[WORDS, FILTERS, ORDER] };

/// Only the choice of articles: `cooccur`, `significant` and others with options of their own.
pub static SELECTION: Operation =
    Operation { name: "selection", summary: "Chooses articles", groups: &[WORDS, FILTERS] };

/// `facets`.
pub static FACETS: Operation = Operation {
    name: "facets",
    summary: "Lists the values of one facet, most frequent first",
    groups: &[WORDS, FILTERS, VALUES],
};

/// `timeline`.
pub static TIMELINE: Operation = Operation {
    name: "timeline",
    summary: "Counts matching articles by day, week, month or year",
    groups: &[WORDS, FILTERS, INTERVAL],
};

/// `citations` on the command line, where their number depends on the format.
pub static CITATIONS: Operation = Operation {
    name: "citations",
    summary: "Who cites whom among the matching articles",
    groups: &[WORDS, FILTERS, SOURCES, EDGES_OR_TABLE],
};

/// `citations` over HTTP.
pub static CITATIONS_PAGE: Operation = Operation {
    name: "citations",
    summary: "Who cites whom among the matching articles",
    groups: &[WORDS, FILTERS, SOURCES, EDGES],
};

/// `citations --by` over HTTP.
pub static CITATION_TABLE: Operation = Operation {
    name: "citation_table",
    summary: "Citations by source, outlet and month, with the first to cite and the rank of each source",
    groups: &[WORDS, FILTERS, SOURCES, TABLE],
};

/// A saved search.
const SAVED: Parameter =
    Parameter::new("search", Values::Text(NAME), "Only articles found for the saved search of this name");

/// `watch show` over HTTP.
pub static MATCHES: Operation = Operation {
    name: "matches",
    summary: "New articles that saved searches match, the newest first",
    groups: &[Group {
        heading: "Matches",
        parameters: &[
            SAVED,
            Parameter::new(
                "after",
                Values::Number { least: 0, most: 1_000_000_000, default: 0 },
                "Only articles with a greater number in the journal: what is new since then",
            ),
            Parameter::new(
                "limit",
                Values::Number { least: 0, most: 1_000, default: 50 },
                "Maximum number of articles",
            ),
        ],
    }],
};

/// The feed of what saved searches match.
pub static FEED: Operation = Operation {
    name: "feed",
    summary: "An Atom feed of new articles that saved searches match",
    groups: &[Group { heading: "Matches", parameters: &[SAVED] }],
};

/// `origins`.
pub static ORIGINS: Operation = Operation {
    name: "origins",
    summary: "Where matching articles have their news from",
    groups: &[
        WORDS,
        FILTERS,
        Group {
            heading: "Articles",
            parameters: &[Parameter::new(
                "limit",
                Values::Number { least: 1, most: 2_000, default: 1_000 },
                "Maximum number of articles to trace, the earliest first",
            )],
        },
    ],
};

/// `similar`.
pub static SIMILAR: Operation = Operation {
    name: "similar",
    summary: "Articles like one article",
    groups: &[Group {
        heading: "Hits",
        parameters: &[Parameter::new(
            "limit",
            Values::Number { least: 0, most: 20, default: 5 },
            "Maximum number of articles",
        )],
    }],
};

/// The reference of an article.
pub static REFERENCE: Operation = Operation {
    name: "reference",
    summary: "An article as a reference to paste into a text",
    groups: &[Group {
        heading: "Clauses",
        parameters: &[Parameter::filter(
            "cited",
            "cited",
            "Show only the clauses that cite this source, if there are any (repeatable)",
        )],
    }],
};

/// `suggest`.
pub static SUGGEST: Operation = Operation {
    name: "suggest",
    summary: "Completes what is being typed",
    groups: &[Group {
        heading: "Completions",
        parameters: &[
            Parameter::new("q", Values::Text(NAME), "The beginning of a word or of a name"),
            Parameter::new(
                "limit",
                Values::Number { least: 0, most: 20, default: 5 },
                "Maximum number of completions of each kind",
            ),
        ],
    }],
};

/// `export`.
pub static EXPORT: Operation = Operation {
    name: "export",
    summary: "Every hit of a search, streamed",
    groups: &[
        WORDS,
        FILTERS,
        ORDER,
        FOLDING,
        Group {
            heading: "Hits",
            parameters: &[
                Parameter::new(
                    "format",
                    Values::Required(&["csv", "csv_excel", "jsonl", "references", "xlsx"]),
                    "How to write the hits: `csv_excel` as a Russian Excel opens it, `xlsx` as a workbook with the clauses that cite, `references` as text to paste",
                ),
                Parameter::new(
                    "limit",
                    Values::Number { least: 0, most: u32::MAX as usize, default: usize::MAX },
                    "Maximum number of hits",
                ),
            ],
        },
    ],
};

/// What has no parameters.
pub static NO_PARAMETERS: Operation = Operation { name: "", summary: "", groups: &[] };

/// Every operation with parameters.
pub static OPERATIONS: [&Operation; 16] = [
    &ORIGINS,
    &SEARCH,
    &BATCH,
    &EXPLAIN,
    &SELECTION,
    &FACETS,
    &TIMELINE,
    &CITATIONS,
    &CITATIONS_PAGE,
    &CITATION_TABLE,
    &MATCHES,
    &FEED,
    &SIMILAR,
    &REFERENCE,
    &SUGGEST,
    &EXPORT,
];

#[cfg(test)]
mod tests {
    use super::{OPERATIONS, SEARCH, Values};
    use rustc_hash::FxHashSet;
    use svodka_store::Facet;

    #[test]
    fn every_row_is_named_once_and_says_what_it_does() {
        for operation in OPERATIONS {
            let mut names = FxHashSet::default();
            for parameter in operation.parameters() {
                assert!(names.insert(parameter.name), "{}: {} twice", operation.name, parameter.name);
                assert_eq!(parameter.option, parameter.name.replace('_', "-"));
                assert!(!parameter.meaning.is_empty() && !parameter.meaning.ends_with('.'), "{}", parameter.name);
                if let Values::Number { least, most, default } = parameter.values {
                    assert!(least <= most && (least..=most).contains(&default.min(most)), "{}", parameter.name);
                }
            }
        }
    }

    #[test]
    fn every_facet_can_be_filtered_by() {
        for facet in Facet::ALL {
            for name in [facet.name().to_owned(), format!("no_{}", facet.name())] {
                assert!(SEARCH.parameter(&name).is_some_and(|p| p.is_repeatable), "{name}");
            }
        }
    }
}
