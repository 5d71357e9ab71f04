//! Encodings by the numbers that RTF writes.

use encoding_rs::Encoding;

/// The encoding of a Windows code page.
pub(super) fn by_code_page(number: i32) -> Option<&'static Encoding> {
    match number {
        866 => Some(encoding_rs::IBM866),
        10000 => Some(encoding_rs::MACINTOSH),
        10007 => Some(encoding_rs::X_MAC_CYRILLIC),
        20866 => Some(encoding_rs::KOI8_R),
        21866 => Some(encoding_rs::KOI8_U),
        28595 => Some(encoding_rs::ISO_8859_5),
        65001 => Some(encoding_rs::UTF_8),
        _ => Encoding::for_label(format!("windows-{number}").as_bytes()),
    }
}

/// The encoding of a font by its `\fcharset`; those that say nothing about letters give none.
pub(super) fn by_charset(number: i32) -> Option<&'static Encoding> {
    let code_page = match number {
        77 => 10000,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        238 => 1250,
        254 | 255 => 866,
        _ => return None,
    };
    by_code_page(code_page)
}
