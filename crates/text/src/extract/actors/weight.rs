//! How much an article is about an entity.

use crate::{
    clean::zones::Zone,
    extract::{Document, Name},
};
use svodka_model::article::Part;

/// Where an entity is named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// Times it is named in the news itself.
    news: u16,
    in_title: bool,
    in_lead: bool,
    /// Times it opens a sentence, as subjects do.
    opening: u16,
}

/// Times named beyond which more adds nothing.
const OFTEN: u16 = 8;

impl Weight {
    /// Takes another mention into account; without a headline the first sentence stands for it, as in a short message.
    pub(super) fn add(&mut self, document: &Document<'_>, name: &Name, has_headline: bool) {
        if document.part == Part::Title {
            self.in_title = true;
            self.news = self.news.saturating_add(1);
            return;
        }
        let zone = document.zone_of(name.tokens.start);
        if !zone.is_news() {
            return;
        }
        self.news = self.news.saturating_add(1);
        self.in_lead |= zone == Zone::Lead;
        let number = document.analysis.sentence_of(name.tokens.start);
        self.in_title |= !has_headline && number == 0;
        let sentence = document.analysis.sentences.get(number);
        self.opening += u16::from(sentence.is_some_and(|s| s.tokens.start == name.tokens.start));
    }

    /// Takes the mentions of another into account.
    pub(super) fn join(&mut self, other: Self) {
        self.news = self.news.saturating_add(other.news);
        self.opening = self.opening.saturating_add(other.opening);
        self.in_title |= other.in_title;
        self.in_lead |= other.in_lead;
    }

    /// Whether the news itself names it.
    pub(super) fn in_news(self) -> bool {
        self.news > 0
    }

    /// Whether the news is about it: an outlet named in passing takes no part.
    pub(super) fn is_topic(self) -> bool {
        self.news > 0 && self.in_title || self.news > 2
    }

    /// Headline and lead count most, then how often it is named, then how often it opens a sentence; 0..=1000.
    pub(super) fn salience(self) -> u16 {
        let placed = if self.in_title { 350 } else { 0 } + if self.in_lead { 250 } else { 0 };
        placed + self.news.min(OFTEN) * 40 + self.opening.min(4) * 20
    }
}
