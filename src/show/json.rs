//! The public JSON: article objects and search objects. Offsets are counted in characters here.

use serde::{Serialize, Serializer};
use svodka_model::article::{Article, Citation, Entity, Part, Span};
use svodka_search::{FacetCounts, Hit, Resolved, Response, snippet::Snippet};
use svodka_text::{extract::boilerplate_rules, names::Lexicon};

/// The article object of the public interface.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct ArticleObject<'a> {
    id: &'a str,
    path: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<&'a str>,
    title: &'a str,
    text: &'a str,
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_from: Option<&'static str>,
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    language: &'a str,
    outlet: Option<OutletObject<'a>>,
    entities: Vec<EntityObject<'a>>,
    cited: Vec<CitationObject<'a>>,
    /// Sources that are probably not cited, but perhaps: `--min-confidence` counts them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cited_candidates: Vec<CandidateObject<'a>>,
    boilerplate: Vec<BoilerplateObject<'a>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct OutletObject<'a> {
    name: &'a str,
    from: &'static str,
    evidence: Option<SpanObject<'a>>,
    /// The attribution rule that found it, or what stated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct EntityObject<'a> {
    name: &'a str,
    kind: &'static str,
    roles: Vec<&'static str>,
    salience: u16,
    mentions: Vec<MentionObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct CitationObject<'a> {
    name: &'a str,
    kind: &'static str,
    via: Option<&'a str>,
    /// The rule that found the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    via_rule: Option<&'a str>,
    #[serde(rename = "self")]
    is_self: bool,
    mentions: Vec<SpanObject<'a>>,
    evidence: SpanObject<'a>,
    /// The sentences attributed to it.
    said: Vec<SpanObject<'a>>,
    /// How probable it is that the article cites it, 0..=1.
    confidence: f64,
    /// The first attribution rule that speaks for it, or `context`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    /// The features that speak for it most, with their log odds.
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<&'a [(String, f32)]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct CandidateObject<'a> {
    name: &'a str,
    kind: &'static str,
    /// How probable it is that the article cites it.
    confidence: f64,
    mentions: Vec<SpanObject<'a>>,
    /// The clause that speaks for citing most.
    evidence: SpanObject<'a>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct SpanObject<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    part: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct MentionObject<'a> {
    #[serde(flatten)]
    span: SpanObject<'a>,
    normal: &'a str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct BoilerplateObject<'a> {
    #[serde(flatten)]
    span: SpanObject<'a>,
    /// The rules by which it is no news.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
}

/// Turns byte offsets of an article into characters.
struct Characters {
    title: Vec<u32>,
    text: Vec<u32>,
}

/// Bytes between two notes of the character count.
const STEP: usize = 64;

impl Characters {
    fn new(article: &Article) -> Self {
        Self { title: counts(&article.title), text: counts(&article.text) }
    }

    /// The number of characters before byte `at`.
    fn of(&self, whole: &str, part: Part, at: usize) -> usize {
        let notes = if part == Part::Title { &self.title } else { &self.text };
        let noted = notes.get(at / STEP).copied().unwrap_or_default() as usize;
        let from = at / STEP * STEP;
        noted + whole.as_bytes().get(from..at).unwrap_or_default().iter().filter(|b| starts_character(**b)).count()
    }
}

/// The number of characters that start before each [`STEP`]th byte.
fn counts(text: &str) -> Vec<u32> {
    let mut count = 0;
    let mut notes = Vec::with_capacity(text.len() / STEP + 1);
    for chunk in text.as_bytes().chunks(STEP) {
        notes.push(count);
        count += chunk.iter().map(|b| u32::from(starts_character(*b))).sum::<u32>();
    }
    notes.push(count);
    notes
}

fn starts_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// What article objects are made with.
pub struct Articles<'l> {
    lexicon: &'l Lexicon,
    explain: bool,
}

impl<'l> Articles<'l> {
    /// `explain` adds the rule behind the outlet, every cited source, its channel and every stretch of boilerplate.
    #[must_use]
    pub fn new(lexicon: &'l Lexicon, explain: bool) -> Self {
        Self { lexicon, explain }
    }

    /// The article object of `article`.
    #[must_use]
    pub fn object<'a>(&'a self, article: &'a Article) -> ArticleObject<'a> {
        let characters = Characters::new(article);
        let span = |s: Span| span_object(article, &characters, s);
        ArticleObject {
            id: &article.id,
            path: &article.path,
            paths: article.paths(),
            title: &article.title,
            text: &article.text,
            date: article.date.as_ref().map(|d| d.value.as_str()),
            date_from: article.date.as_ref().map(|d| d.from.name()),
            url: article.url.as_deref(),
            author: article.author.as_deref(),
            language: &article.language,
            outlet: article.outlet.as_ref().map(|o| OutletObject {
                name: &o.name,
                from: o.from.name(),
                evidence: o.evidence.map(span),
                rule: self.explain.then(|| o.rule()),
                aliases: self.aliases(&o.name),
            }),
            entities: article.entities.iter().map(|e| self.entity(e, &span)).collect(),
            cited: article.cited.iter().map(|c| self.citation(c, &span)).collect(),
            cited_candidates: article.candidates.iter().map(|c| candidate(c, &span)).collect(),
            boilerplate: self.boilerplate(article, &span),
        }
    }

    fn boilerplate<'a>(
        &self,
        article: &'a Article,
        span: &dyn Fn(Span) -> SpanObject<'a>,
    ) -> Vec<BoilerplateObject<'a>> {
        let mut rules = if self.explain { boilerplate_rules(article) } else { Vec::new() }.into_iter();
        article.boilerplate.iter().map(|s| BoilerplateObject { span: span(*s), rule: rules.next() }).collect()
    }

    fn entity<'a>(&'a self, e: &'a Entity, span: &dyn Fn(Span) -> SpanObject<'a>) -> EntityObject<'a> {
        let roles = [("actor", e.roles.actor), ("outlet", e.roles.outlet), ("cited", e.roles.cited)];
        EntityObject {
            name: &e.name,
            kind: e.kind.name(),
            roles: roles.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect(),
            salience: e.salience,
            mentions: e
                .mentions
                .iter()
                .zip(&e.wordings)
                .map(|(s, w)| MentionObject { span: span(*s), normal: w })
                .collect(),
            aliases: self.names_of(e),
        }
    }

    fn citation<'a>(&'a self, c: &'a Citation, span: &dyn Fn(Span) -> SpanObject<'a>) -> CitationObject<'a> {
        CitationObject {
            name: &c.name,
            kind: c.kind.name(),
            via: c.via.as_deref(),
            via_rule: c.via_rule.as_deref().filter(|_| self.explain),
            is_self: c.is_self,
            mentions: c.mentions.iter().copied().map(span).collect(),
            evidence: span(c.evidence),
            said: c.said.iter().copied().map(span).collect(),
            confidence: in_thousandths(c.confidence),
            rule: self.explain.then_some(c.rule.as_str()),
            reasons: self.explain.then_some(c.reasons.as_slice()),
            aliases: self.aliases(&c.name),
        }
    }

    /// Other names of an entity: those of the dictionaries and those that the article uses.
    fn names_of<'a>(&'a self, entity: &'a Entity) -> Vec<&'a str> {
        let mut names = self.aliases(&entity.name);
        for wording in entity.wordings.iter().map(String::as_str) {
            if wording != entity.name && !names.contains(&wording) {
                names.push(wording);
            }
        }
        names
    }

    /// Other names that the dictionaries know for the same thing.
    fn aliases(&self, name: &str) -> Vec<&str> {
        let entry = self.lexicon.named(name);
        entry.map_or_else(Vec::new, |e| e.aliases.iter().skip(1).map(|a| a.text.as_str()).collect())
    }
}

/// A probability rounded down, so that what is shown never exceeds a threshold that it failed.
fn in_thousandths(probability: f32) -> f64 {
    f64::from((probability * 1_000.0).floor()) / 1_000.0
}

fn candidate<'a>(c: &'a Citation, span: &dyn Fn(Span) -> SpanObject<'a>) -> CandidateObject<'a> {
    CandidateObject {
        name: &c.name,
        kind: c.kind.name(),
        confidence: in_thousandths(c.confidence),
        mentions: c.mentions.iter().copied().map(span).collect(),
        evidence: span(c.evidence),
    }
}

fn span_object<'a>(article: &'a Article, characters: &Characters, span: Span) -> SpanObject<'a> {
    let whole = if span.part == Part::Title { &article.title } else { &article.text };
    SpanObject {
        start: characters.of(whole, span.part, span.start as usize),
        end: characters.of(whole, span.part, span.end as usize),
        text: article.slice(span),
        part: (span.part == Part::Title).then_some("title"),
    }
}

/// The search object of the public interface.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct SearchObject<'a> {
    query: &'a str,
    total: u64,
    /// Stories among them, where hits are folded or stories counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    stories: Option<u64>,
    took_ms: f64,
    hits: Vec<HitObject<'a>>,
    #[cfg_attr(feature = "serve", schema(value_type = std::collections::BTreeMap<String, Vec<ValueObject>>))]
    facets: FacetsObject<'a>,
    /// Names in the filters that mean values of another name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resolved: Vec<ResolvedObject<'a>>,
    /// What the query may have meant, when it found nothing or little.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    suggestions: &'a [String],
}

/// A name in a filter, and what it means.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct ResolvedObject<'a> {
    /// The filter: a facet's name, with `no_` before it where its values are shut out.
    filter: String,
    /// The name as it was asked for.
    name: &'a str,
    /// The values it means, by their own names.
    values: &'a [String],
}

/// A hit of the public interface.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct HitObject<'a> {
    id: &'a str,
    /// What to ask for in place of the id, where other articles have the same one.
    #[serde(skip_serializing_if = "Option::is_none")]
    qualified_id: Option<&'a str>,
    path: &'a str,
    title: &'a str,
    outlet: Option<&'a str>,
    date: Option<&'a str>,
    url: Option<&'a str>,
    score: f32,
    #[cfg_attr(feature = "serve", schema(value_type = Snippet))]
    snippet: &'a Snippet,
    #[cfg_attr(feature = "serve", schema(value_type = Vec<Vec<usize>>))]
    title_highlights: &'a [(usize, usize)],
    actors: Vec<&'a str>,
    think_tanks: Vec<&'a str>,
    cited: Vec<CitedObject<'a>>,
    /// The matching articles that print the same text, where hits are folded and there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<GroupObject<'a>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct GroupObject<'a> {
    /// How many, the hit among them.
    size: u64,
    /// Who published them, in the order of publication.
    outlets: &'a [String],
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
struct CitedObject<'a> {
    name: &'a str,
    kind: &'static str,
    via: Option<&'a str>,
    /// How probable it is that the article cites it.
    confidence: f64,
    /// The clause that shows the citing.
    evidence: &'a str,
}

/// Facets by name, in the order asked for.
#[derive(Debug)]
pub struct FacetsObject<'a>(&'a [FacetCounts]);

/// A facet value with the number of articles that have it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct ValueObject<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    count: u64,
}

impl Serialize for FacetsObject<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|facet| {
            let values = facet.values.iter();
            let objects = values.map(|(v, count)| ValueObject { value: &v.name, kind: &v.kind, count: *count });
            (facet.facet.name(), objects.collect::<Vec<_>>())
        }))
    }
}

/// The facets object of the public interface.
#[must_use]
pub fn facets(facets: &[FacetCounts]) -> FacetsObject<'_> {
    FacetsObject(facets)
}

/// The search object of a response.
#[must_use]
pub fn search<'a>(query: &'a str, response: &'a Response) -> SearchObject<'a> {
    SearchObject {
        query,
        total: response.total,
        stories: response.stories,
        took_ms: (response.took.as_secs_f64() * 1e6).round() / 1e3,
        hits: response.hits.iter().map(hit).collect(),
        facets: FacetsObject(&response.facets),
        resolved: resolved(&response.resolved),
        suggestions: &response.suggestions,
    }
}

/// The objects of names that mean values of another name.
#[must_use]
pub fn resolved(resolved: &[Resolved]) -> Vec<ResolvedObject<'_>> {
    let filter = |r: &Resolved| format!("{}{}", if r.without { "no_" } else { "" }, r.facet.name());
    resolved.iter().map(|r| ResolvedObject { filter: filter(r), name: &r.name, values: &r.values }).collect()
}

/// Articles like another one.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct SimilarObject<'a> {
    /// Most alike first.
    hits: Vec<HitObject<'a>>,
}

/// The object of articles like another one.
#[must_use]
pub fn similar(hits: &[Hit]) -> SimilarObject<'_> {
    SimilarObject { hits: hits.iter().map(hit).collect() }
}

/// The hit object of a hit.
#[must_use]
pub fn hit(hit: &Hit) -> HitObject<'_> {
    let article = &hit.article;
    HitObject {
        id: &article.id,
        qualified_id: hit.qualified_id.as_deref(),
        path: &article.path,
        title: &article.title,
        outlet: article.outlet.as_ref().map(|o| o.name.as_str()),
        date: article.date.as_ref().map(|d| d.value.as_str()),
        url: article.url.as_deref(),
        score: hit.score,
        snippet: &hit.snippet,
        title_highlights: &hit.title.highlights,
        actors: article.actors().map(|a| a.name.as_str()).collect(),
        think_tanks: hit.think_tanks().map(|c| c.name.as_str()).collect(),
        cited: article
            .cited
            .iter()
            .map(|c| CitedObject {
                name: &c.name,
                kind: c.kind.name(),
                via: c.via.as_deref(),
                confidence: in_thousandths(c.confidence),
                evidence: article.slice(c.evidence),
            })
            .collect(),
        group: hit.group.as_ref().map(|group| GroupObject { size: group.size, outlets: &group.outlets }),
    }
}

/// Some fields of a hit object, in the order asked for.
#[derive(Debug)]
pub struct HitFields(Vec<(&'static str, serde_json::Value)>);

impl Serialize for HitFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// These fields of a hit, which are some of [`FIELDS`](super::csv::FIELDS).
///
/// # Errors
/// None that is known: a hit can always be represented.
pub fn hit_fields(found: &Hit, fields: &[&'static str]) -> serde_json::Result<HitFields> {
    let object = serde_json::to_value(hit(found))?;
    let day = found.article.date.as_ref().and_then(|date| date.value.get(..10));
    let value = |field: &'static str| match field {
        "day" => day.into(),
        name => object.get(name).cloned().unwrap_or_default(),
    };
    Ok(HitFields(fields.iter().map(|field| (*field, value(field))).collect()))
}
