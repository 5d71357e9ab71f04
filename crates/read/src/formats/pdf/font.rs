//! Fonts: which letters a string draws and how wide they are.
//!
//! The map to Unicode comes first, then the names of the glyphs, then the encoding; a font that has none of them draws
//! letters that nobody can name.

use super::cmap::CMap;
use lopdf::{Dictionary, Document, Encoding, Object, dictionary};
use rustc_hash::FxHashMap;

/// What a font's map to Unicode may unpack to.
const MAX_MAP: usize = 4 << 20;

/// The width of a letter of which nothing is known, in the size of the font.
const USUAL_WIDTH: f64 = 0.5;

/// A font with what is needed to read its strings.
pub(super) struct Font {
    is_composite: bool,
    /// The letters of each code of a simple font.
    simple: Vec<String>,
    /// The map of a composite font.
    map: Option<CMap>,
    /// Widths by code, in the size of the font.
    widths: FxHashMap<u16, f64>,
    default_width: f64,
}

/// One drawn letter.
pub(super) struct Glyph {
    pub(super) letters: String,
    /// How far it moves the pen, in the size of the font.
    pub(super) width: f64,
    /// Whether it is the code of the blank, which the space between words is added to.
    pub(super) is_blank: bool,
}

impl Font {
    /// Understands a font.
    pub(super) fn new(document: &Document, font: &Dictionary) -> Self {
        let subtype = font.get_deref(b"Subtype", document).and_then(Object::as_name).unwrap_or(b"");
        let map = map_to_unicode(document, font);
        if subtype == b"Type0" {
            let (widths, default_width) = composite_widths(document, font);
            return Self { is_composite: true, simple: Vec::new(), map, widths, default_width };
        }
        let scale = match font.get_deref(b"FontMatrix", document).and_then(Object::as_array) {
            Ok(matrix) if subtype == b"Type3" => matrix.first().and_then(number).map_or(0.001, f64::abs),
            _ => 0.001,
        };
        let (widths, default_width) = simple_widths(document, font, scale);
        let simple = simple_letters(document, font, map.as_ref());
        Self { is_composite: false, simple, map: None, widths, default_width }
    }

    /// The letters of a string.
    pub(super) fn glyphs(&self, string: &[u8]) -> Vec<Glyph> {
        if !self.is_composite {
            return string.iter().map(|code| self.simple_glyph(*code)).collect();
        }
        string.chunks(2).map(|pair| self.composite_glyph(pair)).collect()
    }

    fn simple_glyph(&self, code: u8) -> Glyph {
        let letters = self.simple.get(usize::from(code)).cloned().unwrap_or_default();
        let width = self.widths.get(&u16::from(code)).copied().unwrap_or(self.default_width);
        Glyph { letters, width, is_blank: code == b' ' }
    }

    fn composite_glyph(&self, pair: &[u8]) -> Glyph {
        let code = pair.iter().fold(0u16, |code, byte| code << 8 | u16::from(*byte));
        let width = self.widths.get(&code).copied().unwrap_or(self.default_width);
        let letters = self.map.as_ref().and_then(|map| map.get(u32::from(code)));
        let letters = letters.unwrap_or_else(|| char::REPLACEMENT_CHARACTER.to_string());
        Glyph { letters, width, is_blank: false }
    }
}

fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from).filter(|n| n.is_finite())
}

fn map_to_unicode(document: &Document, font: &Dictionary) -> Option<CMap> {
    let stream = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok()?;
    stream.get_plain_content_with_limit(MAX_MAP).ok().map(|map| CMap::parse(&map))
}

/// The letters of all 256 codes of a simple font.
fn simple_letters(document: &Document, font: &Dictionary, map: Option<&CMap>) -> Vec<String> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let base = match encoding {
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Dictionary(encoding)) => {
            encoding.get_deref(b"BaseEncoding", document).and_then(Object::as_name).ok()
        }
        _ => None,
    };
    let base =
        dictionary! { "Type" => "Font", "Encoding" => Object::Name(base.unwrap_or(b"StandardEncoding").to_vec()) };
    let base = base.get_font_encoding_with_limit(document, MAX_MAP).ok();
    let mut letters: Vec<String> = (0..=u8::MAX)
        .map(|code| base.as_ref().and_then(|base| base.bytes_to_string(&[code]).ok()).unwrap_or_default())
        .collect();
    if let Some(Object::Dictionary(encoding)) = encoding
        && let Ok(differences) = encoding.get_deref(b"Differences", document).and_then(Object::as_array)
    {
        apply_differences(document, differences, &mut letters);
    }
    if let Some(map) = map {
        for (code, known) in (0..=u8::MAX).zip(&mut letters) {
            if let Some(mapped) = map.get(u32::from(code)) {
                *known = mapped;
            }
        }
    }
    letters
}

fn apply_differences(document: &Document, differences: &[Object], letters: &mut [String]) {
    let mut code = 0usize;
    for object in differences.iter().take(2 * letters.len()) {
        match object {
            Object::Integer(number) => code = usize::try_from(*number).unwrap_or(usize::MAX),
            Object::Name(name) => {
                if let Some(known) = letters.get_mut(code) {
                    *known = glyph_letters(document, name).unwrap_or_default();
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// The letters that the name of a glyph means, by the rules of the Adobe Glyph List.
fn glyph_letters(document: &Document, name: &[u8]) -> Option<String> {
    let plain = std::str::from_utf8(name).ok()?.split('.').next()?;
    let code = plain.strip_prefix("uni").or_else(|| plain.strip_prefix('u')).filter(|hex| (4..=6).contains(&hex.len()));
    if let Some(letter) = code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
        return Some(letter.to_string());
    }
    // The library knows the list, but only as part of an encoding.
    let differences = Object::Array(vec![Object::Integer(1), Object::Name(plain.as_bytes().to_vec())]);
    let encoding = dictionary! { "Type" => "Encoding", "Differences" => differences };
    let font = dictionary! { "Type" => "Font", "Encoding" => Object::Dictionary(encoding) };
    match font.get_font_encoding_with_limit(document, MAX_MAP).ok()? {
        Encoding::Differences(known) => {
            Encoding::Differences(known).bytes_to_string(&[1]).ok().filter(|letters| !letters.is_empty())
        }
        _ => None,
    }
}

fn simple_widths(document: &Document, font: &Dictionary, scale: f64) -> (FxHashMap<u16, f64>, f64) {
    let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0).clamp(0, 255);
    let descriptor = font.get_deref(b"FontDescriptor", document).and_then(Object::as_dict).ok();
    let missing = descriptor.and_then(|d| d.get_deref(b"MissingWidth", document).ok()).and_then(number);
    let missing = missing.filter(|width| *width > 0.0).map_or(USUAL_WIDTH, |width| width * scale);
    let Ok(list) = font.get_deref(b"Widths", document).and_then(Object::as_array) else {
        return (FxHashMap::default(), missing);
    };
    let widths = list.iter().take(256).zip(first..).filter_map(|(width, code)| {
        let width = document.dereference(width).ok().and_then(|(_, width)| number(width))?;
        Some((u16::try_from(code).ok()?, width * scale))
    });
    (widths.collect(), missing)
}

/// The widths of a composite font: `[code [w w w] first last w …]`.
fn composite_widths(document: &Document, font: &Dictionary) -> (FxHashMap<u16, f64>, f64) {
    const SCALE: f64 = 0.001;
    let descendants = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok();
    let inner = descendants.and_then(|list| list.first()).and_then(|inner| document.dereference(inner).ok());
    let Some(inner) = inner.and_then(|(_, inner)| inner.as_dict().ok()) else {
        return (FxHashMap::default(), USUAL_WIDTH);
    };
    let default = inner.get_deref(b"DW", document).ok().and_then(number).map_or(1.0, |width| width * SCALE);
    let mut widths = FxHashMap::default();
    let Ok(list) = inner.get_deref(b"W", document).and_then(Object::as_array) else { return (widths, default) };
    let mut rest = list.iter().filter_map(|object| document.dereference(object).ok().map(|(_, object)| object));
    while let (Some(first), Some(second)) = (rest.next(), rest.next()) {
        let Some(first) = first.as_i64().ok().and_then(|first| u16::try_from(first).ok()) else { break };
        if let Ok(each) = second.as_array() {
            for (width, code) in each.iter().zip(first..=u16::MAX) {
                widths.extend(number(width).map(|width| (code, width * SCALE)));
            }
        } else {
            let last = second.as_i64().ok().and_then(|last| u16::try_from(last).ok());
            let (Some(last), Some(width)) = (last, rest.next().and_then(number)) else { break };
            widths.extend((first..=last).map(|code| (code, width * SCALE)));
        }
    }
    (widths, default)
}
