//! Whether two records with one id are the same article: an id counts within its source, so message 7 of one channel is
//! not message 7 of another, but the newer of two exports of a channel replaces the older.
//!
//! They are the same when their addresses are, and never when their addresses or stated outlets differ. Otherwise the
//! text must be (nearly) the same, or the title, on (nearly) the same day.

use super::Article;
use svodka_model::article::{Article as Whole, OutletOrigin, TitleOrigin};
use svodka_store::document::digest;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of an identity where it is stored.
pub(super) const WIDTH: usize = 28;

/// A longer title tells articles apart, wherever it comes from.
const TELLING_TITLE: usize = 20;

/// A longer title that is a field of its record tells articles apart though nobody is known to have published them.
const TELLING_FIELD: usize = 10;

/// Words of a text that are compared.
const COMPARED_WORDS: usize = 300;

/// A text with fewer pairs of words is compared as a whole.
const TELLING_PAIRS: usize = 16;

/// Equal bins of two [sketches](Sketch) from which their texts count as nearly the same. By the binomial distribution
/// texts whose pairs of words have a Jaccard similarity of .7 reach it in .81 of cases, of .4 in .17, and unrelated ones in
/// less than 1e-9.
const NEARLY: usize = 5;

/// The day before which no day is stored, in days before 1970.
const FIRST_DAY: i64 = 1_000_000_000;

/// One-permutation MinHash with eight bins of eight bits, after Li, Owen and Zhang, «One Permutation Hashing» (2012), and
/// Li and König, «b-Bit Minwise Hashing» (2010); a bin that holds nothing is 0.
pub(super) type Sketch = [u8; 8];

/// What distinguishes an article from others with the same id. A hash is 0 when its value is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Hash of the id; the key of the first article that has it.
    pub(crate) id: u64,
    /// Hash of the name of the outlet, unless it is only known by the text.
    pub(super) outlet: u32,
    /// Hash of the letters and digits of the title, when it is long enough to tell something.
    pub(super) title: u32,
    /// The day of publication, counted from [`FIRST_DAY`]; 0 when it is unknown.
    pub(super) day: u32,
    pub(super) sketch: Sketch,
}

impl Identity {
    /// The identity of an article whose id is its input's own.
    pub(crate) fn of(article: &Whole) -> Self {
        let stated = article.outlet.as_ref().filter(|outlet| outlet.from != OutletOrigin::Text);
        let outlet = stated.map_or(0, |outlet| short_hash(outlet.name.as_bytes()));
        let letters: String = folded(&article.title).collect();
        let length = letters.chars().count();
        let is_field = article.title_from == TitleOrigin::Field;
        let tells = length >= TELLING_TITLE || (is_field && (outlet != 0 || length >= TELLING_FIELD));
        let day = article.date.as_ref().map(|date| date.epoch.div_euclid(86_400) + FIRST_DAY);
        Self {
            id: digest(article.id.as_bytes()),
            outlet,
            title: if tells && length > 0 { short_hash(letters.as_bytes()) } else { 0 },
            day: day.and_then(|day| u32::try_from(day).ok()).unwrap_or(0),
            sketch: sketch(&article.text),
        }
    }

    pub(super) fn pack(&self) -> [u8; WIDTH] {
        let Self { id, outlet, title, day, sketch } = *self;
        let numbers = [outlet, title, day].map(u32::to_le_bytes);
        let mut bytes = [0; WIDTH];
        let fields = id.to_le_bytes().into_iter().chain(numbers.into_iter().flatten()).chain(sketch);
        bytes.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
        bytes
    }

    pub(super) fn unpack(bytes: &[u8; WIDTH]) -> Self {
        let mut bytes = bytes.iter().copied();
        let mut next = || bytes.next().unwrap_or(0);
        let id = u64::from_le_bytes(std::array::from_fn(|_| next()));
        let [outlet, title, day] = std::array::from_fn(|_| u32::from_le_bytes(std::array::from_fn(|_| next())));
        Self { id, outlet, title, day, sketch: std::array::from_fn(|_| next()) }
    }

    /// Whether both were published on one day, or on two that a time zone may make of it.
    fn agrees_on_day(&self, other: &Self) -> bool {
        self.day == 0 || other.day == 0 || self.day.abs_diff(other.day) <= 1
    }

    /// The number of equal bins of the sketches.
    fn likeness(&self, other: &Self) -> usize {
        self.sketch.iter().zip(other.sketch).filter(|(own, other)| **own != 0 && **own == *other).count()
    }
}

/// Whether two articles with the same id are the same one, see the module.
pub(super) fn is_same(a: &Article, b: &Article, in_one_folder: bool) -> bool {
    if a.url != 0 && b.url != 0 {
        return a.url == b.url;
    }
    let (one, other) = (&a.identity, &b.identity);
    let agrees_on_outlet = (one.outlet != 0 && other.outlet != 0).then_some(one.outlet == other.outlet);
    if agrees_on_outlet == Some(false) {
        return false;
    }
    let likeness = one.likeness(other);
    if a.text == b.text || likeness == one.sketch.len() {
        return true;
    }
    let same_title = one.title != 0 && one.title == other.title;
    let same_publisher = agrees_on_outlet.unwrap_or(in_one_folder);
    one.agrees_on_day(other) && (likeness >= NEARLY || (same_title && same_publisher))
}

fn sketch(text: &str) -> Sketch {
    let words: Vec<u64> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(COMPARED_WORDS)
        .map(|word| xxh3_64(word.to_lowercase().as_bytes()))
        .collect();
    if words.len() <= TELLING_PAIRS {
        let all: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        return if words.is_empty() { Sketch::default() } else { xxh3_64(&all).to_le_bytes().map(|byte| byte.max(1)) };
    }
    let mut least = [u64::MAX; 8];
    for (word, next) in words.iter().zip(words.iter().skip(1)) {
        let hash = xxh3_64(&(word.rotate_left(1) ^ next).to_le_bytes());
        if let Some(bin) = least.get_mut((hash & 7) as usize) {
            *bin = (hash >> 3).min(*bin);
        }
    }
    least.map(|hash| if hash == u64::MAX { 0 } else { hash.to_le_bytes().map(|byte| byte.max(1))[0] })
}

/// The letters and digits of a title, in lower case.
fn folded(title: &str) -> impl Iterator<Item = char> {
    title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

fn short_hash(bytes: &[u8]) -> u32 {
    ((xxh3_64(bytes) >> 32) as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::{Identity, is_same};
    use crate::catalogue::Article;
    use crate::duplicates;
    use svodka_model::record::{Origin, Record};
    use svodka_text::{
        extract::{Extractor, Scratch},
        names::Lexicon,
    };

    /// `title | text | date | url | outlet`, with `-` for what is not there.
    fn article(line: &str) -> Article {
        let mut fields = line.split('|').map(str::trim).map(|field| (field != "-").then(|| field.to_owned()));
        let mut next = || fields.next().flatten();
        let origin = Origin { path: "a.jsonl".into(), absolute: "/a.jsonl".into(), line: Some(1) };
        let record = Record {
            origin,
            id: Some("7".into()),
            title: next(),
            text: next().unwrap(),
            date: next(),
            url: next(),
            outlet: next(),
            ..Record::default()
        };
        let whole = Extractor::new(Lexicon::bundled()).analysed(record, &mut Scratch::default()).article;
        Article {
            text: duplicates::text_key(&whole),
            url: duplicates::url_key(whole.url.as_deref()),
            identity: Identity::of(&whole),
            ..Article::default()
        }
    }

    const LONG: &str = "В Заречном открыли новый мост через реку Луч. Его строили четыре года, движение по нему началось \
         утром в субботу. Старый мост закроют на ремонт, который продлится до осени следующего года.";

    #[test]
    fn the_same_and_others() {
        let edited = LONG.replace("утром в субботу", "в субботу утром").replace("четыре", "пять");
        let rows: [(bool, String, String); 13] = [
            (true, format!("- | {LONG} | - | - | -"), format!("- | {LONG} | 2025-03-01 | - | -")),
            (true, format!("- | {LONG} | - | - | -"), format!("- | {edited} | - | - | -")),
            (true, "- | Мост открыли. | - | - | -".into(), "- | мост — открыли | 2025-03-04 | - | -".into()),
            (false, "- | Мост открыли. | - | - | -".into(), "- | Рынок открыли. | - | - | -".into()),
            // The addresses decide, where both have one.
            (
                true,
                "- | Мост открыли. | - | https://a.example/1 | -".into(),
                "- | Рынок. | - | http://www.a.example/1/ | -".into(),
            ),
            (
                false,
                format!("- | {LONG} | - | https://a.example/1 | -"),
                format!("- | {LONG} | - | https://a.example/2 | -"),
            ),
            // Then the outlets, where both state one.
            (false, format!("- | {LONG} | - | - | Вестник Степи"), format!("- | {LONG} | - | - | Заречный листок")),
            (
                true,
                "Мост | Открыли. | - | - | Вестник Степи".into(),
                "Мост | Открыли мост в Заречном. | - | - | Вестник Степи".into(),
            ),
            // A title tells something when it is long, and of one day.
            (
                true,
                "Мост в Заречном открыт | Открыли. | - | - | -".into(),
                "Мост в Заречном открыт | Он готов. | - | - | -".into(),
            ),
            (false, "Погода | Ясно. | - | - | -".into(), "Погода | Дождь. | - | - | -".into()),
            (
                false,
                "Курс валют на сегодня | Доллар дорожает. | 2025-03-01 | - | Вестник Степи".into(),
                "Курс валют на сегодня | Доллар дешевеет. | 2025-04-01 | - | Вестник Степи".into(),
            ),
            (
                true,
                "Курс валют на сегодня | Доллар дорожает. | 2025-03-01 | - | Вестник Степи".into(),
                "Курс валют на сегодня | Доллар дешевеет. | 2025-03-02T01:00:00Z | - | Вестник Степи".into(),
            ),
            (false, "- | В Заречном открыли мост. | - | - | -".into(), "- | Чабаны ищут отару. | - | - | -".into()),
        ];
        for (expected, one, other) in rows {
            assert_eq!(is_same(&article(&one), &article(&other), true), expected, "{one}\n{other}");
            assert_eq!(is_same(&article(&other), &article(&one), true), expected, "{other}\n{one}");
        }
    }

    #[test]
    fn a_title_alone_counts_within_a_folder() {
        let (one, other) = (
            article("Мост в Заречном открыт | Открыли. | - | - | -"),
            article("Мост в Заречном открыт | Он готов. | - | - | -"),
        );
        assert!(is_same(&one, &other, true) && !is_same(&one, &other, false));
    }

    #[test]
    fn identities_come_back() {
        let known = article("Мост в Заречном открыт | Открыли. | 2025-03-01 | - | Вестник Степи").identity;
        assert!(known.id != 0 && known.outlet != 0 && known.title != 0 && known.day != 0);
        assert_eq!(Identity::unpack(&known.pack()), known);
        assert_eq!(Identity::unpack(&[0; 28]), Identity::default());
    }
}
