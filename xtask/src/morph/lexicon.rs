//! The dictionary as slots and forms: paradigms folded, participles split from their verbs, every form with its readings.

use super::{
    source::{Source, SourceForm},
    tag::{Pos, Tag},
};
use anyhow::{Context, Result};
use rustc_hash::FxHashMap;

/// One way to make a form: prefix + stem + suffix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    /// What stands before the stem.
    pub(super) prefix: String,
    /// What stands after the stem.
    pub(super) suffix: String,
    /// What a form made this way can be, without doubles; with the tags as OpenCorpora writes them.
    pub(super) tags: Vec<(Tag, String)>,
}

/// Paradigms and forms.
pub(super) struct Lexicon {
    /// The slots of all paradigms, one after another.
    pub(super) slots: Vec<Slot>,
    /// The first slot of every paradigm, and the end.
    pub(super) paradigms: Vec<u32>,
    /// The paradigm of every slot.
    pub(super) paradigm_of: Vec<u32>,
    /// Every form with the slots that make it, both in order.
    pub(super) forms: Vec<(String, Vec<u32>)>,
    /// The first slot of a paradigm with given slots.
    known: FxHashMap<Vec<Slot>, u32>,
}

impl Lexicon {
    /// Builds the lexicon.
    pub(super) fn new(source: &Source) -> Result<Self> {
        let mut lexicon = Self {
            slots: Vec::new(),
            paradigms: vec![0],
            paradigm_of: Vec::new(),
            forms: Vec::new(),
            known: FxHashMap::default(),
        };
        let mut slot_of: Vec<Vec<u32>> = Vec::with_capacity(source.paradigms.len());
        for forms in &source.paradigms {
            let mut numbers = vec![0; forms.len()];
            for group in split_participles(forms) {
                let (slots, slot_of_form) = group_slots(forms, &group);
                let first = lexicon.add_paradigm(slots);
                for (form, slot) in group.iter().zip(slot_of_form) {
                    *numbers.get_mut(*form).context("a form out of range")? = first + slot;
                }
            }
            slot_of.push(numbers);
        }

        let mut records = Vec::with_capacity(source.words.len());
        for (word, paradigm, form) in &source.words {
            let slots = slot_of.get(usize::from(*paradigm)).context("a paradigm out of range")?;
            records.push((word.clone(), *slots.get(usize::from(*form)).context("a form out of range")?));
        }
        lexicon.add_forms(records);
        Ok(lexicon)
    }

    /// Adds lexemes, each a stem and the first slot of its paradigm.
    pub(super) fn add_lexemes(&mut self, lexemes: &[(String, u32)]) -> Result<()> {
        let mut records = Vec::new();
        for (stem, paradigm) in lexemes {
            for slot in self.paradigm(*paradigm)? {
                records.push((self.make(stem, slot)?, slot));
            }
        }
        self.add_forms(records);
        Ok(())
    }

    fn add_forms(&mut self, mut records: Vec<(String, u32)>) {
        let known = std::mem::take(&mut self.forms);
        records.extend(known.into_iter().flat_map(|(word, slots)| slots.into_iter().map(move |s| (word.clone(), s))));
        records.sort_unstable();
        records.dedup();
        for (word, slot) in records {
            match self.forms.last_mut() {
                Some((last, slots)) if *last == word => slots.push(slot),
                _ => self.forms.push((word, vec![slot])),
            }
        }
    }

    /// The slots of a form; none if no lexeme has it.
    pub(super) fn slots_of(&self, form: &str) -> &[u32] {
        let found = self.forms.binary_search_by(|(known, _)| known.as_str().cmp(form)).ok();
        found.and_then(|at| self.forms.get(at)).map(|(_, slots)| slots.as_slice()).unwrap_or_default()
    }

    /// The slots of a paradigm, the first one's number first.
    pub(super) fn add_paradigm(&mut self, slots: Vec<Slot>) -> u32 {
        if let Some(first) = self.known.get(&slots) {
            return *first;
        }
        let first = self.slots.len() as u32;
        self.paradigm_of.extend(std::iter::repeat_n(self.paradigms.len() as u32 - 1, slots.len()));
        self.slots.extend(slots.iter().cloned());
        self.paradigms.push(self.slots.len() as u32);
        self.known.insert(slots, first);
        first
    }

    /// A slot.
    pub(super) fn slot(&self, slot: u32) -> Result<&Slot> {
        self.slots.get(slot as usize).context("a slot out of range")
    }

    /// The slots of the paradigm that a slot belongs to.
    pub(super) fn paradigm(&self, slot: u32) -> Result<std::ops::Range<u32>> {
        let paradigm = *self.paradigm_of.get(slot as usize).context("a slot out of range")? as usize;
        match self.paradigms.get(paradigm..paradigm + 2) {
            Some([first, end]) => Ok(*first..*end),
            _ => anyhow::bail!("a paradigm out of range"),
        }
    }

    /// The stem of a form made by a slot.
    pub(super) fn stem<'f>(&self, form: &'f str, slot: u32) -> Result<&'f str> {
        let slot = self.slot(slot)?;
        form.strip_prefix(slot.prefix.as_str())
            .and_then(|rest| rest.strip_suffix(slot.suffix.as_str()))
            .with_context(|| format!("{form} is not made by {slot:?}"))
    }

    /// The lemma of a form made by a slot.
    pub(super) fn lemma(&self, form: &str, slot: u32) -> Result<String> {
        self.make(self.stem(form, slot)?, self.paradigm(slot)?.start)
    }

    /// The form a slot makes of a stem.
    pub(super) fn make(&self, stem: &str, slot: u32) -> Result<String> {
        let slot = self.slot(slot)?;
        Ok(format!("{}{stem}{}", slot.prefix, slot.suffix))
    }
}

/// The forms of a paradigm, by number, in groups: first the word itself, then, in a verb, every participle.
///
/// A participle is a word of its own here: «управляющий» and «данные» must not become «управлять» and «дать».
fn split_participles(forms: &[SourceForm]) -> Vec<Vec<usize>> {
    // The key of a participle: is it past, is it passive.
    type Key = Option<(bool, bool)>;
    let mut groups: Vec<(Key, Vec<usize>)> = Vec::new();
    for (number, form) in forms.iter().enumerate() {
        let participle = matches!(Tag::parse(&form.tag).pos(), Pos::Participle | Pos::ShortParticiple);
        let kind = participle.then(|| (form.tag.contains("past"), form.tag.contains("pssv")));
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, group)) => group.push(number),
            None => groups.push((kind, vec![number])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The distinct slots of the chosen forms, and the slot of each of these forms.
fn group_slots(forms: &[SourceForm], group: &[usize]) -> (Vec<Slot>, Vec<u32>) {
    let mut slots: Vec<Slot> = Vec::new();
    let mut slot_of_form = Vec::new();
    for form in group.iter().filter_map(|number| forms.get(*number)) {
        let at = slots.iter().position(|s| s.prefix == form.prefix && s.suffix == form.suffix);
        let at = at.unwrap_or_else(|| {
            slots.push(Slot { prefix: form.prefix.clone(), suffix: form.suffix.clone(), tags: Vec::new() });
            slots.len() - 1
        });
        if let Some(slot) = slots.get_mut(at)
            && slot.tags.iter().all(|(_, raw)| *raw != form.tag)
        {
            slot.tags.push((Tag::parse(&form.tag), form.tag.clone()));
        }
        slot_of_form.push(at as u32);
    }
    (slots, slot_of_form)
}

#[cfg(test)]
mod tests {
    use super::{SourceForm, group_slots, split_participles};

    fn form(suffix: &str, tag: &str) -> SourceForm {
        SourceForm { prefix: String::new(), suffix: suffix.to_owned(), tag: tag.to_owned() }
    }

    #[test]
    fn participles_leave_their_verb() {
        let forms = [
            form("ить", "INFN,perf,tran"),
            form("ил", "VERB,perf,tran masc,sing,past,indc"),
            form("енный", "PRTF,perf,tran,past,pssv masc,sing,nomn"),
            form("ивший", "PRTF,perf,tran,past,actv masc,sing,nomn"),
            form("ен", "PRTS,perf,past,pssv masc,sing"),
        ];
        assert_eq!(split_participles(&forms), [vec![0, 1], vec![2, 4], vec![3]]);
    }

    #[test]
    fn forms_spelt_alike_are_one_slot() {
        let forms = [form("", "NOUN sing,nomn"), form("а", "NOUN sing,gent"), form("", "NOUN sing,accs")];
        let (slots, slot_of_form) = group_slots(&forms, &[0, 1, 2]);
        assert_eq!(slots.len(), 2);
        assert_eq!(slot_of_form, [0, 1, 0]);
        assert_eq!(slots[0].tags.len(), 2);
    }
}
