//! What kind of organisation a name is: a linear model over the features of [`evidence`](super::evidence).
//!
//! The weights are made by `cargo xtask kinds` (see `data/README.md`). They lie in the file as: the number of features,
//! then per class the bias, then the features in ascending order, then per feature one byte for each class; all numbers
//! little-endian. A score is the sum of a class's weights times [`SCALE`]: a log-odds up to a constant.

use std::sync::LazyLock;
use svodka_model::article::SourceKind;

/// The classes: none of the source kinds first.
pub const CLASSES: usize = 1 + SourceKind::ALL.len();

/// What one step of a weight is worth.
pub const SCALE: f32 = 1.0 / 32.0;

/// Bytes of the number of features, a bias and a feature.
const NUMBER: usize = 4;

/// The kinds' model.
pub struct Model {
    bias: [f32; CLASSES],
    features: Vec<u32>,
    weights: Vec<[i8; CLASSES]>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    // A test asserts that the file is whole.
    Model::read(include_bytes!("../../../../../data/organisations/kinds.bin")).unwrap_or_else(Model::empty)
});

impl Model {
    /// The bundled model.
    #[must_use]
    pub fn bundled() -> &'static Self {
        &MODEL
    }

    /// A model that knows nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self { bias: [0.0; CLASSES], features: Vec::new(), weights: Vec::new() }
    }

    /// A model of these weights.
    #[must_use]
    pub fn new(bias: [f32; CLASSES], mut rows: Vec<(u32, [i8; CLASSES])>) -> Self {
        rows.sort_unstable_by_key(|(feature, _)| *feature);
        let (features, weights) = rows.into_iter().unzip();
        Self { bias, features, weights }
    }

    /// Reads a file; nothing if it is cut or out of order.
    #[must_use]
    pub fn read(file: &[u8]) -> Option<Self> {
        let (number, rest) = file.split_first_chunk::<NUMBER>()?;
        let number = u32::from_le_bytes(*number) as usize;
        let (bias, rest) = rest.split_at_checked(CLASSES * NUMBER)?;
        let (features, weights) = rest.split_at_checked(number.checked_mul(NUMBER)?)?;
        let mut model = Self::empty();
        for (own, bytes) in model.bias.iter_mut().zip(bias.as_chunks::<NUMBER>().0) {
            *own = f32::from_le_bytes(*bytes);
        }
        model.features = features.as_chunks::<NUMBER>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        let rows = weights.as_chunks::<CLASSES>();
        model.weights = rows.0.iter().map(|row| row.map(u8::cast_signed)).collect();
        let whole = rows.1.is_empty() && model.weights.len() == number && model.features.is_sorted();
        whole.then_some(model)
    }

    /// The bytes of its file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let number = u32::try_from(self.features.len()).unwrap_or(u32::MAX);
        let mut file = number.to_le_bytes().to_vec();
        self.bias.iter().for_each(|bias| file.extend(bias.to_le_bytes()));
        self.features.iter().for_each(|feature| file.extend(feature.to_le_bytes()));
        self.weights.iter().for_each(|row| file.extend(row.map(i8::cast_unsigned)));
        file
    }

    /// The scores of an organisation with these features, each of which counts once.
    #[must_use]
    pub fn scores(&self, features: &mut Vec<u32>) -> Scores {
        features.sort_unstable();
        features.dedup();
        let mut sums = [0_i32; CLASSES];
        for feature in features.iter() {
            let Ok(at) = self.features.binary_search(feature) else { continue };
            let Some(row) = self.weights.get(at) else { continue };
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += i32::from(*weight));
        }
        let mut scores = self.bias;
        for (score, sum) in scores.iter_mut().zip(sums) {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred bytes add up to less than 2²⁴")]
            let sum = sum as f32;
            *score += sum * SCALE;
        }
        Scores(scores)
    }
}

/// The score of each class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores(pub [f32; CLASSES]);

impl Scores {
    /// The likeliest source kind, and the log-odds of its group (think tanks, press, others) against no source.
    #[must_use]
    pub fn likeliest(&self) -> (SourceKind, f32) {
        let of = |kind: SourceKind| {
            let place = SourceKind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
            self.0.get(place + 1).copied().unwrap_or(f32::MIN)
        };
        let group = |kind: SourceKind| {
            let same = SourceKind::ALL.into_iter().filter(|other| group_of(*other) == group_of(kind));
            same.map(|kind| of(kind).exp()).sum::<f32>().ln()
        };
        let none = self.0.first().copied().unwrap_or_default();
        let best = SourceKind::ALL
            .into_iter()
            .max_by(|a, b| (group(*a), of(*a)).partial_cmp(&(group(*b), of(*b))).unwrap_or(std::cmp::Ordering::Equal));
        let best = best.unwrap_or(SourceKind::Media);
        (best, group(best) - none)
    }

    /// The score of one kind against no source.
    #[must_use]
    pub fn of(&self, kind: SourceKind) -> f32 {
        let place = SourceKind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
        self.0.get(place + 1).copied().unwrap_or(f32::MIN) - self.0.first().copied().unwrap_or_default()
    }
}

/// Kinds that are one for most purposes: bodies that judge, those that tell news, and others.
fn group_of(kind: SourceKind) -> u8 {
    match kind {
        SourceKind::ThinkTank | SourceKind::Pollster => 0,
        SourceKind::Media | SourceKind::Agency | SourceKind::Telegram => 1,
        SourceKind::Research | SourceKind::Analytics | SourceKind::Ngo => 2,
    }
}
