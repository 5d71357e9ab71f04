//! The words of attribution: verbs of saying, nouns for speakers and texts, descriptors of organisations.
//!
//! Three plain lists in `data/` are expanded to all their forms once; a token is then one table look-up.

use super::inflect;
use crate::{
    analyse::fold::{fold, push_plain},
    word_classes::word_class,
};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;
use svodka_model::article::SourceKind;

/// A set of word classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Classes(u32);

impl Classes {
    /// Tells what it knows: сообщает, рассказал.
    pub(in crate::extract) const SAY: Self = Self(1);
    /// Gives a view, finding or figure of its own: считает, подсчитал.
    pub(in crate::extract) const JUDGE: Self = Self(1 << 1);
    /// Found out by its own reporting: узнал, выяснил.
    pub(in crate::extract) const LEARN: Self = Self(1 << 2);
    /// Makes public: опубликовал.
    pub(in crate::extract) const PUBLISH: Self = Self(1 << 3);
    /// Repeats another's words: цитирует, приводит, ссылается.
    pub(in crate::extract) const CITE: Self = Self(1 << 4);
    /// Tells of its own doings: объявил.
    pub(in crate::extract) const ANNOUNCE: Self = Self(1 << 5);
    /// So says a text: говорится, следует.
    pub(in crate::extract) const DOCUMENT: Self = Self(1 << 6);
    /// Passive participle: опубликованный, опрошенные.
    pub(in crate::extract) const PARTICIPLE: Self = Self(1 << 7);
    /// Comes out in a journal: вышла, опубликована.
    pub(in crate::extract) const APPEAR: Self = Self(1 << 8);
    /// Gives an expert view: аналитик, учёные.
    pub(in crate::extract) const EXPERT: Self = Self(1 << 9);
    /// Heads an organisation: директор, ректор.
    pub(in crate::extract) const CHIEF: Self = Self(1 << 10);
    /// Works there: сотрудник, пресс-служба.
    pub(in crate::extract) const STAFF: Self = Self(1 << 11);
    /// Unnamed teller: источник, собеседник.
    pub(in crate::extract) const SOURCE: Self = Self(1 << 12);
    /// Journalist: корреспондент, обозреватель.
    pub(in crate::extract) const REPORTER: Self = Self(1 << 13);
    /// No longer there: бывший.
    pub(in crate::extract) const FORMER: Self = Self(1 << 14);
    /// A text or study: доклад, опрос.
    pub(in crate::extract) const REPORT: Self = Self(1 << 15);
    /// What stands after «по»: данным, оценке.
    pub(in crate::extract) const FIGURES: Self = Self(1 << 16);
    /// A talk with an outlet: интервью, эфир.
    pub(in crate::extract) const INTERVIEW: Self = Self(1 << 17);
    /// A piece that an outlet prints: статья, колонка.
    pub(in crate::extract) const MATERIAL: Self = Self(1 << 18);
    /// When: вчера, в среду, ранее.
    pub(in crate::extract) const TIME: Self = Self(1 << 19);
    /// The common noun before a name: газета, институт.
    pub(in crate::extract) const DESCRIPTOR: Self = Self(1 << 20);
    /// An adjective that makes a descriptor's kind exact: рейтинговое (агентство).
    pub(in crate::extract) const REFINES: Self = Self(1 << 21);
    /// A verb form in the plural: сообщают, отметили.
    pub(in crate::extract) const PLURAL: Self = Self(1 << 22);
    /// Makes a study: counts with its name after it.
    pub(in crate::extract) const MAKE: Self = Self(1 << 23);
    /// Changes a rating or forecast: повысил.
    pub(in crate::extract) const RATE: Self = Self(1 << 24);

    /// Any finite way to say something.
    pub(in crate::extract) const VOICE: Self =
        Self(Self::SAY.0 | Self::JUDGE.0 | Self::LEARN.0 | Self::PUBLISH.0 | Self::CITE.0);

    /// Anyone who can speak for an organisation.
    pub(in crate::extract) const SPEAKER: Self =
        Self(Self::EXPERT.0 | Self::CHIEF.0 | Self::STAFF.0 | Self::SOURCE.0 | Self::REPORTER.0);

    const NAMES: [(&'static str, Self); 22] = [
        ("say", Self::SAY),
        ("judge", Self::JUDGE),
        ("learn", Self::LEARN),
        ("publish", Self::PUBLISH),
        ("cite", Self::CITE),
        ("announce", Self::ANNOUNCE),
        ("document", Self::DOCUMENT),
        ("participle", Self::PARTICIPLE),
        ("appear", Self::APPEAR),
        ("expert", Self::EXPERT),
        ("chief", Self::CHIEF),
        ("staff", Self::STAFF),
        ("source", Self::SOURCE),
        ("reporter", Self::REPORTER),
        ("former", Self::FORMER),
        ("report", Self::REPORT),
        ("figures", Self::FIGURES),
        ("interview", Self::INTERVIEW),
        ("material", Self::MATERIAL),
        ("time", Self::TIME),
        ("make", Self::MAKE),
        ("rate", Self::RATE),
    ];

    /// The union of two sets.
    pub(in crate::extract) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the sets share a class.
    pub(in crate::extract) const fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// Each class of the set by its bit.
    pub(in crate::extract) fn each(self) -> impl Iterator<Item = u32> {
        (0..u32::BITS).filter(move |bit| self.0 & (1 << bit) != 0)
    }

    /// What the class with a bit is called in the lists; empty for one that the lists do not name.
    pub(in crate::extract) fn name_of(bit: u32) -> &'static str {
        Self::NAMES.iter().find(|(_, class)| class.0 == 1 << bit).map_or("", |(name, _)| *name)
    }

    fn from_names(names: &str) -> Option<Self> {
        let class = |name: &str| Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, class)| *class);
        names.split_whitespace().try_fold(Self::default(), |all, name| Some(all.or(class(name)?)))
    }
}

/// What the lists know of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::extract) struct Word {
    /// Its classes.
    pub(in crate::extract) classes: Classes,
    /// The source kind that a descriptor or refining adjective stands for.
    pub(in crate::extract) kind: Option<SourceKind>,
    /// The number of the descriptor, equal for all its forms; 0 for other words.
    pub(super) descriptor: u16,
}

static WORDS: LazyLock<FxHashMap<Box<str>, Word>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for line in lines(include_str!("../../../../../data/verbs.txt")) {
        add(&mut words, line, inflect::verb, true);
    }
    for line in lines(include_str!("../../../../../data/speakers.txt")) {
        add(&mut words, line, inflect::noun, false);
    }
    for (number, [noun, forms, kind, _]) in lines(include_str!("../../../../../data/descriptors.txt")).enumerate() {
        let refines = kind.ends_with(" adjective");
        let class = if refines { Classes::REFINES } else { Classes::DESCRIPTOR };
        let number = u16::try_from(number + 1).unwrap_or(u16::MAX);
        for form in inflect::noun(noun).into_iter().chain(forms.split_whitespace().map(str::to_owned)) {
            let word: &mut Word = words.entry(form.into()).or_default();
            word.classes = word.classes.or(class);
            word.kind = SourceKind::from_name(kind.trim_end_matches(" adjective"));
            word.descriptor = if refines { 0 } else { number };
        }
    }
    words
});

fn add(words: &mut FxHashMap<Box<str>, Word>, line: [&str; 4], inflect: fn(&str) -> Vec<String>, verbs: bool) {
    let [lemma, forms, names, _] = line;
    let classes = Classes::from_names(names).unwrap_or_default();
    for form in inflect(lemma).into_iter().chain(forms.split_whitespace().map(str::to_owned)) {
        let plural = verbs && ["ют", "ут", "ят", "ат", "ли", "лись", "ются", "ятся"].iter().any(|e| form.ends_with(e));
        let word = words.entry(form.into()).or_default();
        word.classes = word.classes.or(classes).or(if plural { Classes::PLURAL } else { Classes::default() });
    }
}

/// The entries of a list, four fields each.
fn lines(data: &str) -> impl Iterator<Item = [&str; 4]> {
    data.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('|').map(str::trim);
        Some([fields.next()?, fields.next()?, fields.next()?, fields.next()?])
    })
}

/// What may stand before a descriptor in one word without making it a trade: «онлайн-издание», «бизнес-газета».
static NEWS_PREFIXES: LazyLock<&[&str]> = LazyLock::new(|| word_class("news_prefix"));

/// Looks words up; keeps a buffer for their folded form.
#[derive(Default)]
pub(in crate::extract) struct Lexis {
    folded: String,
}

impl Lexis {
    /// What the lists know of `word`; of a hyphenated word that they do not hold, what they know of its last part.
    pub(in crate::extract) fn look_up(&mut self, word: &str) -> Word {
        if word.is_ascii() && word.len() < 2 {
            return Word::default();
        }
        self.folded.clear();
        push_plain(word, &mut self.folded);
        if let Some(found) = WORDS.get(self.folded.as_str()) {
            return *found;
        }
        let Some((head, tail)) = self.folded.rsplit_once('-') else { return Word::default() };
        let mut found = WORDS.get(tail).copied().unwrap_or_default();
        let news = NEWS_PREFIXES.iter().any(|prefix| head.starts_with(prefix))
            || head == "бизнес" && found.kind == Some(SourceKind::Media);
        if found.classes.any(Classes::DESCRIPTOR) && !news {
            // «digital-агентство», «бизнес-центр», «фитнес-клуб»
            return Word::default();
        }
        if matches!(head, "экс" | "бывш") {
            found.classes = found.classes.or(Classes::FORMER);
        }
        found
    }
}

/// The descriptor numbers of the words in `name` («Институт изучения войны» holds «институт»).
pub(super) fn descriptors_in(name: &str) -> impl Iterator<Item = u16> {
    let words: Vec<String> = name.split(|c: char| !c.is_alphanumeric() && c != '-').map(fold).collect();
    words.into_iter().filter_map(|word| WORDS.get(word.as_str()).map(|w| w.descriptor).filter(|d| *d != 0))
}

#[cfg(test)]
mod tests {
    use super::{Classes, Lexis, lines};

    const LISTS: [(&str, &str); 3] = [
        ("verbs.txt", include_str!("../../../../../data/verbs.txt")),
        ("speakers.txt", include_str!("../../../../../data/speakers.txt")),
        ("descriptors.txt", include_str!("../../../../../data/descriptors.txt")),
    ];

    #[test]
    fn lists_are_sorted_whole_and_reasoned() {
        for (file, data) in LISTS {
            let body: Vec<&str> = data.lines().filter(|l| !l.starts_with('#')).collect();
            assert!(body.is_sorted(), "{file} is not sorted");
            assert_eq!(lines(data).count(), body.len(), "{file}: a line has not four fields");
            for [lemma, _, classes, reason] in lines(data) {
                assert!(!lemma.is_empty() && !reason.is_empty(), "{file}: {lemma} lacks a reason");
                assert!(
                    file == "descriptors.txt" || Classes::from_names(classes).is_some(),
                    "{file}: {lemma}: {classes}"
                );
                assert!(!lemma.contains('ё'), "{file}: {lemma} is written with ё");
            }
            let mut lemmas: Vec<&str> = lines(data).map(|l| l[0]).collect();
            lemmas.dedup();
            assert_eq!(lemmas.len(), body.len(), "{file}: an entry stands twice");
        }
    }

    #[test]
    fn forms_are_known() {
        let mut lexis = Lexis::default();
        assert!(lexis.look_up("Сообщает").classes.any(Classes::SAY));
        assert!(lexis.look_up("отмечают").classes.any(Classes::PLURAL));
        assert!(lexis.look_up("экс-директор").classes.any(Classes::FORMER));
        assert!(lexis.look_up("интернет-изданию").classes.any(Classes::DESCRIPTOR));
        assert!(!lexis.look_up("лошадь").classes.any(Classes::VOICE));
    }
}
