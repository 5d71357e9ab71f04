//! The second look at the best hits; what it looks for: [`rerank`](crate::rerank).

use super::SearchEngine;
use crate::{
    ast::Node,
    collect::{Recency, Sort},
    parse,
    request::Request,
    rerank::{Archive, DEPTH, Features, Reranker},
};
use svodka_store::error::{Error, Result};
use tantivy::{DocAddress, Score};

impl SearchEngine<'_> {
    /// What looks at the best hits again; `None` where they are not ranked by relevance, where the request is strict, and
    /// for queries that are not plain words.
    pub(super) fn second_stage(&self, request: &Request, node: &Node) -> Result<Option<Reranker>> {
        if request.strict || request.sort != Sort::Relevance || request.limit == 0 {
            return Ok(None);
        }
        let stems = self.index.stems(&self.searcher)?;
        let (searcher, fields, stemmer) = (&self.searcher, self.index.fields(), &self.stemmer);
        Reranker::new(node, &Archive { searcher, stems: &stems, fields, stemmer })
    }

    /// Orders the first [`DEPTH`] hits again. Their scores only rise, so they stay before the others.
    pub(super) fn order_again(
        &self,
        second: &Reranker,
        recency: Option<Recency>,
        hits: &mut [(DocAddress, Score)],
    ) -> Result<()> {
        let best = hits.split_at_mut(DEPTH.min(hits.len())).0;
        let forwards = self.index.forwards(&self.searcher)?;
        let additions = second.additions(&forwards, &self.searcher, best);
        for ((address, score), addition) in best.iter_mut().zip(additions) {
            let addition = addition.ok_or_else(|| self.damaged_record(*address))?;
            *score += addition * self.recency_of(recency, *address)?;
        }
        best.sort_by(|(left, left_score), (right, right_score)| {
            right_score.total_cmp(left_score).then_with(|| left.cmp(right))
        });
        self.deadline.check()
    }

    /// What the second stage adds to the score of an article, by name; nothing for one that is not among the best.
    pub(super) fn second_parts(&self, request: &Request, address: DocAddress) -> Result<Vec<(String, f32)>> {
        let node = parse(&request.query, request.any)?;
        let request = Request { limit: request.limit.max(1), ..request.clone() };
        let Some(second) = self.second_stage(&request, &node)? else { return Ok(Vec::new()) };
        let hits = self.first_stage(&request)?;
        let Some(at) = hits.iter().position(|(hit, _)| *hit == address) else { return Ok(Vec::new()) };
        let forwards = self.index.forwards(&self.searcher)?;
        let features = second.features(&forwards, &self.searcher, &hits).into_iter().nth(at).flatten();
        let record = forwards.get(&self.searcher, address);
        let (record, features) = record.zip(features).ok_or_else(|| self.damaged_record(address))?;
        Ok(second.explain(&record, &features))
    }

    /// The best hits of the first stage with their scores, and what the second stage sees of each, for learning its
    /// weights. The features of a damaged record, and of a query that is not looked at again, are `None`.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn candidates(&self, request: &Request) -> Result<Vec<(String, Score, Option<Features>)>> {
        let node = parse(&request.query, request.any)?;
        let hits = self.first_stage(request)?;
        let forwards = self.index.forwards(&self.searcher)?;
        let features = match self.second_stage(request, &node)? {
            Some(second) => second.features(&forwards, &self.searcher, &hits),
            None => vec![None; hits.len()],
        };
        let both = hits.into_iter().zip(features);
        both.map(|((address, score), features)| Ok((self.id(address)?, score, features))).collect()
    }

    fn first_stage(&self, request: &Request) -> Result<Vec<(DocAddress, Score)>> {
        let request = Request { strict: true, offset: 0, limit: DEPTH, facets: Vec::new(), ..request.clone() };
        Ok(self.pass(&request)?.collected.hits)
    }

    fn recency_of(&self, recency: Option<Recency>, address: DocAddress) -> Result<f32> {
        let Some(recency) = recency else { return Ok(1.0) };
        let dates = self.searcher.segment_reader(address.segment_ord).fast_fields().column_opt::<i64>("date")?;
        Ok(recency.factor(dates.and_then(|dates| dates.first(address.doc_id))) as f32)
    }

    fn damaged_record(&self, address: DocAddress) -> Error {
        let DocAddress { segment_ord, doc_id } = address;
        let segment = self.searcher.segment_reader(segment_ord).segment_id();
        let what = format!("the forward record of document {doc_id} of segment {segment} cannot be read");
        Error::damaged(self.index.folder(), what)
    }
}
