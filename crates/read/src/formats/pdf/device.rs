//! The device that pages are drawn on: it notes every string with where and how large it is drawn.

use super::{document::MAX_STREAM, font::Font};
use lopdf::{
    Dictionary, Document, Object, ObjectId, Stream,
    content::{Content, Operation},
};
use rustc_hash::FxHashMap;

/// How deep drawings may be within drawings.
const MAX_DEPTH: usize = 8;

/// How many states a page may keep at once.
const MAX_STATES: usize = 256;

/// What reading a file may cost, over all its pages.
pub(super) struct Budget {
    operations: usize,
    bytes: usize,
    /// Parts of pages that could not be unpacked, or that were too large.
    pub(super) unreadable: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { operations: 20_000_000, bytes: 512 << 20, unreadable: 0 }
    }
}

impl Budget {
    pub(super) fn is_spent(&self) -> bool {
        self.operations == 0 || self.bytes == 0
    }
}

/// A string as it is drawn, in the direction that it runs in.
#[derive(Clone, Debug)]
pub(super) struct TextRun {
    pub(super) text: String,
    /// Where it begins and ends along the line.
    pub(super) from: f64,
    pub(super) to: f64,
    /// How high the line is on the page.
    pub(super) height: f64,
    pub(super) size: f64,
    /// The direction of the line in whole degrees.
    pub(super) angle: i32,
}

/// What a page draws.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) runs: Vec<TextRun>,
    /// Whether it draws a picture.
    pub(super) is_picture: bool,
}

/// Draws a page.
pub(super) fn draw(document: &Document, page: ObjectId, budget: &mut Budget) -> Drawn {
    let Ok(content) = document.get_page_content_with_limit(page, MAX_STREAM.min(budget.bytes)) else {
        budget.unreadable += 1;
        return Drawn::default();
    };
    let mut device = Device { document, budget, drawn: Drawn::default(), fonts: FxHashMap::default() };
    let (own, inherited) = document.get_page_resources(page).unwrap_or_default();
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    let resources: Vec<&Dictionary> = own.into_iter().chain(inherited).collect();
    device.play(&content, &resources, Matrix::UNIT, 0);
    device.drawn
}

/// A transformation: `[a b c d e f]` of the standard.
#[derive(Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const UNIT: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// This one first, then `after`.
    fn then(self, after: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, after.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    fn of(operands: &[Object]) -> Option<Self> {
        let mut numbers = operands.iter().filter_map(|o| o.as_float().ok()).map(f64::from);
        let mut next = || numbers.next().filter(|n| n.is_finite());
        Some(Self([next()?, next()?, next()?, next()?, next()?, next()?]))
    }

    fn moved(self, x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y]).then(self)
    }
}

/// What the standard calls the graphics and text state.
#[derive(Clone)]
struct GraphicsState {
    page: Matrix,
    font: Option<FontKey>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// A font is known by where its dictionary is.
type FontKey = usize;

struct Device<'d, 'b> {
    document: &'d Document,
    budget: &'b mut Budget,
    drawn: Drawn,
    fonts: FxHashMap<FontKey, Font>,
}

impl<'d> Device<'d, '_> {
    fn play(&mut self, content: &[u8], resources: &[&'d Dictionary], page: Matrix, depth: usize) {
        self.budget.bytes = self.budget.bytes.saturating_sub(content.len());
        let mut player = Player {
            resources,
            state: GraphicsState {
                page,
                font: None,
                size: 0.0,
                letter_space: 0.0,
                word_space: 0.0,
                stretch: 1.0,
                leading: 0.0,
                rise: 0.0,
            },
            saved: Vec::new(),
            text: Matrix::UNIT,
            line: Matrix::UNIT,
            depth,
        };
        for operation in Content::decode_iter(content) {
            if self.budget.operations == 0 {
                return;
            }
            self.budget.operations -= 1;
            match operation {
                Ok(operation) => player.execute(&operation, self),
                Err(_) => {
                    self.budget.unreadable += 1;
                    return;
                }
            }
        }
    }

    fn font(&mut self, resources: &[&'d Dictionary], name: &[u8]) -> Option<FontKey> {
        let dictionary = resource(self.document, resources, b"Font", name)?.as_dict().ok()?;
        let key = std::ptr::from_ref(dictionary) as usize;
        self.fonts.entry(key).or_insert_with(|| Font::new(self.document, dictionary));
        Some(key)
    }
}

/// A resource by its name.
fn resource<'d>(document: &'d Document, resources: &[&'d Dictionary], kind: &[u8], name: &[u8]) -> Option<&'d Object> {
    resources.iter().find_map(|resources| {
        let of_kind = resources.get_deref(kind, document).ok()?.as_dict().ok()?;
        of_kind.get_deref(name, document).ok()
    })
}

/// The drawing of one content stream.
struct Player<'r, 'd> {
    resources: &'r [&'d Dictionary],
    state: GraphicsState,
    saved: Vec<GraphicsState>,
    text: Matrix,
    line: Matrix,
    depth: usize,
}

impl<'d> Player<'_, 'd> {
    fn execute(&mut self, operation: &Operation, device: &mut Device<'d, '_>) {
        let operands = &operation.operands;
        let number = |at: usize| operands.get(at).and_then(|o| o.as_float().ok()).map_or(0.0, f64::from);
        match operation.operator.as_str() {
            "q" if self.saved.len() < MAX_STATES => self.saved.push(self.state.clone()),
            "Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            "cm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    self.state.page = matrix.then(self.state.page);
                }
            }
            "BT" => (self.text, self.line) = (Matrix::UNIT, Matrix::UNIT),
            "Tf" => {
                self.state.font =
                    operands.first().and_then(|o| o.as_name().ok()).and_then(|name| device.font(self.resources, name));
                self.state.size = number(1);
            }
            "Tc" => self.state.letter_space = number(0),
            "Tw" => self.state.word_space = number(0),
            "Tz" => self.state.stretch = number(0) / 100.0,
            "TL" => self.state.leading = number(0),
            "Ts" => self.state.rise = number(0),
            "Td" => self.next_line(number(0), number(1)),
            "TD" => {
                self.state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            "Tm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    (self.text, self.line) = (matrix, matrix);
                }
            }
            "T*" => self.next_line(0.0, -self.state.leading),
            "Tj" => self.show(operands, device),
            "TJ" => {
                if let Some(Object::Array(parts)) = operands.first() {
                    self.show(parts, device);
                }
            }
            "'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands, device);
            }
            "\"" => {
                (self.state.word_space, self.state.letter_space) = (number(0), number(1));
                self.next_line(0.0, -self.state.leading);
                self.show(operands.get(2..).unwrap_or_default(), device);
            }
            "BI" => device.drawn.is_picture = true,
            "Do" => {
                if let Some(Ok(name)) = operands.first().map(Object::as_name) {
                    self.draw_inside(name, device);
                }
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.moved(x, y);
        self.text = self.line;
    }

    /// A drawing within the drawing, or a picture.
    fn draw_inside(&self, name: &[u8], device: &mut Device<'d, '_>) {
        let document = device.document;
        let Some(stream) = resource(document, self.resources, b"XObject", name).and_then(|o| o.as_stream().ok()) else {
            return;
        };
        match stream.dict.get_deref(b"Subtype", document).and_then(Object::as_name) {
            Ok(b"Image") => device.drawn.is_picture = true,
            Ok(b"Form") if self.depth < MAX_DEPTH => self.draw_form(stream, device),
            _ => {}
        }
    }

    fn draw_form(&self, form: &'d Stream, device: &mut Device<'d, '_>) {
        let document = device.document;
        let limit = MAX_STREAM.min(device.budget.bytes);
        let Ok(content) = form.get_plain_content_with_limit(limit) else {
            device.budget.unreadable += 1;
            return;
        };
        let matrix = form.dict.get_deref(b"Matrix", document).and_then(Object::as_array).ok();
        let matrix = matrix.and_then(|matrix| Matrix::of(matrix)).unwrap_or(Matrix::UNIT);
        let own = form.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        let resources: Vec<&'d Dictionary> =
            own.into_iter().chain(self.resources.iter().copied()).take(MAX_DEPTH).collect();
        device.play(&content, &resources, matrix.then(self.state.page), self.depth + 1);
    }

    /// Draws strings; the numbers between them move the pen back, in thousandths of the size of the font.
    fn show(&mut self, parts: &[Object], device: &mut Device<'d, '_>) {
        let Some(key) = self.state.font else { return };
        let GraphicsState { size, letter_space, word_space, stretch, rise, .. } = self.state;
        for part in parts {
            let Ok(string) = part.as_str() else {
                let back = part.as_float().map_or(0.0, f64::from);
                self.text = self.text.moved(-back / 1000.0 * size * stretch, 0.0);
                continue;
            };
            let Some(font) = device.fonts.get(&key) else { return };
            let begin = self.text;
            let mut text = String::new();
            let mut advance = 0.0;
            for glyph in font.glyphs(string) {
                text.push_str(&glyph.letters);
                let space = if glyph.is_blank { word_space } else { 0.0 };
                advance += (glyph.width * size + letter_space + space) * stretch;
            }
            self.text = self.text.moved(advance, 0.0);
            if !text.is_empty() {
                device.drawn.runs.extend(run(text, begin.moved(0.0, rise).then(self.state.page), advance, size));
            }
        }
    }
}

/// A string at the place that `matrix` puts it to.
fn run(text: String, matrix: Matrix, advance: f64, size: f64) -> Option<TextRun> {
    let [a, b, c, d, x, y] = matrix.0;
    let (along, across) = (a.hypot(b), c.hypot(d));
    if !(along > 0.0 && across > 0.0 && x.is_finite() && y.is_finite() && along.is_finite() && across.is_finite()) {
        return None;
    }
    let (cos, sin) = (a / along, b / along);
    let (from, height) = (x * cos + y * sin, y * cos - x * sin);
    let length = advance * along;
    #[allow(clippy::cast_possible_truncation, reason = "between -180 and 180")]
    let angle = sin.atan2(cos).to_degrees().round() as i32;
    Some(TextRun { text, from, to: from + length, height, size: (size * across).abs(), angle })
}
