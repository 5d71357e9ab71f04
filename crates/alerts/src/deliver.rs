//! Delivering matches: each channel has its place in the journal, which is written after the delivery.

use super::{Alerts, Match, state};
use std::{collections::BTreeMap, fs::File, ops::ControlFlow, path::PathBuf};
use svodka_store::error::{Error, Result};

/// Name of the file.
const FILE: &str = "delivered.json";

/// A way by which matches are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Printed by the indexer.
    Printed,
    /// Handed to a command.
    Command,
    /// Shown by `watch new`.
    Read,
}

impl Channel {
    fn name(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Command => "command",
            Self::Read => "read",
        }
    }
}

/// How often a delivery is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noting {
    /// After each match.
    Each,
    /// When all have been delivered.
    Whole,
}

type Places = BTreeMap<String, u64>;

impl Alerts {
    fn delivered_file(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Keeps other processes from delivering the same.
    fn lock_delivery(&self) -> Result<File> {
        let path = self.folder.join(".delivery-lock");
        let file = File::create(&path).map_err(|e| Error::io(&path, e))?;
        file.lock().map_err(|e| Error::io(&path, e))?;
        Ok(file)
    }

    fn places(&self) -> Result<Places> {
        let path = self.delivered_file();
        let places: Places = state::read(&path)?.unwrap_or_default();
        let end = self.state()?.map_or(0, |state| state.journal);
        match places.iter().find(|(_, place)| **place > end) {
            Some((channel, place)) => {
                Err(Error::damaged_alerts(path, format!("{channel} is at {place} of {end} bytes of the journal")))
            }
            None => Ok(places),
        }
    }

    fn note(&self, places: &mut Places, channel: Channel, place: u64) -> Result<()> {
        places.insert(channel.name().to_owned(), place);
        state::write(&self.delivered_file(), places)
    }

    /// Begins to use a channel, unless it is in use: what is found from now on is delivered by it.
    ///
    /// # Errors
    /// A damaged state, or storage failures.
    pub fn open_channel(&self, channel: Channel) -> Result<()> {
        let Some(state) = self.state()? else { return Ok(()) };
        let _lock = self.lock_delivery()?;
        let mut places = self.places()?;
        if places.contains_key(channel.name()) {
            return Ok(());
        }
        self.note(&mut places, channel, state.journal)
    }

    /// Takes all matches found so far as delivered by a channel.
    ///
    /// # Errors
    /// As [`open_channel`](Self::open_channel).
    pub fn skip(&self, channel: Channel) -> Result<()> {
        let Some(state) = self.state()? else { return Ok(()) };
        let _lock = self.lock_delivery()?;
        let mut places = self.places()?;
        if places.get(channel.name()) == Some(&state.journal) {
            return Ok(());
        }
        self.note(&mut places, channel, state.journal)
    }

    /// Hands every match that a channel has not delivered to `deliver`, and notes each one after it: what `deliver` fails
    /// for is handed to it again next time.
    ///
    /// # Errors
    /// A damaged state, storage failures, or those of `deliver`.
    pub fn deliver_each(&self, channel: Channel, deliver: &mut dyn FnMut(Match) -> Result<()>) -> Result<u64> {
        self.deliver(channel, Noting::Each, deliver, &mut || Ok(()))
    }

    /// The same, noted once for all after `flush`.
    ///
    /// # Errors
    /// As [`deliver_each`](Self::deliver_each), or those of `flush`.
    pub fn deliver_all(
        &self,
        channel: Channel,
        deliver: &mut dyn FnMut(Match) -> Result<()>,
        flush: &mut dyn FnMut() -> Result<()>,
    ) -> Result<u64> {
        self.deliver(channel, Noting::Whole, deliver, flush)
    }

    fn deliver(
        &self,
        channel: Channel,
        noting: Noting,
        deliver: &mut dyn FnMut(Match) -> Result<()>,
        flush: &mut dyn FnMut() -> Result<()>,
    ) -> Result<u64> {
        if self.state()?.is_none() {
            return Ok(0);
        }
        let _lock = self.lock_delivery()?;
        let mut places = self.places()?;
        let from = places.get(channel.name()).copied().unwrap_or(0);
        let (mut delivered, mut last) = (0, from);
        self.each_match_from(from, &mut |found, next| {
            deliver(found)?;
            (delivered, last) = (delivered + 1, next);
            if noting == Noting::Each {
                self.note(&mut places, channel, next)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        flush()?;
        if noting == Noting::Whole && last != from {
            self.note(&mut places, channel, last)?;
        }
        Ok(delivered)
    }
}
