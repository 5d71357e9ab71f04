//! Single-byte encodings: those of encoding_rs, and others that the web never used: IBM855, and the Kazakh ones.

use encoding_rs::Encoding;

/// The upper half of IBM855.
const IBM855: &str = "ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪаАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐└┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀ЯрРсСтТуУжЖвВьЬ№\u{ad}ыЫзЗшШэЭщЩчЧ§■\u{a0}";

/// The upper half of PT154, the Asian variant of windows-1251.
const PT154: &str = "ҖҒӮғ„…ҶҮҲүҠӢҢҚҺҸҗ‘’“”•–—ҳҷҡӣңқһҹ\u{a0}ЎўЈӨҘҰ§Ё©Ә«¬ӯ®Ҝ°ұІіҙө¶·ё№ә»јҪҫҝАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя";

/// The upper half of KZ-1048, the Kazakh standard.
const KZ1048: &str = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊҚҺЏђ‘’“”•–—\u{98}™љ›њқһџ\u{a0}ҰұӘ¤Ө¦§Ё©Ғ«¬\u{ad}®Ү°±Ііөµ¶·ё№ғ»әҢңүАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя";

/// An encoding of one byte a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Charset {
    Windows1251,
    Koi8R,
    Koi8U,
    Ibm866,
    Iso5,
    MacCyrillic,
    Ibm855,
    Windows1252,
    Pt154,
    Kz1048,
}

impl Charset {
    /// All of them, the most frequent in Russian archives first.
    pub const ALL: [Self; 10] = [
        Self::Windows1251,
        Self::Koi8R,
        Self::Koi8U,
        Self::Ibm866,
        Self::Iso5,
        Self::MacCyrillic,
        Self::Ibm855,
        Self::Windows1252,
        Self::Pt154,
        Self::Kz1048,
    ];

    /// The name used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Windows1251 => "windows-1251",
            Self::Koi8R => "koi8-r",
            Self::Koi8U => "koi8-u",
            Self::Ibm866 => "ibm866",
            Self::Iso5 => "iso-8859-5",
            Self::MacCyrillic => "x-mac-cyrillic",
            Self::Ibm855 => "ibm855",
            Self::Windows1252 => "windows-1252",
            Self::Pt154 => "pt154",
            Self::Kz1048 => "kz-1048",
        }
    }

    /// The encoding that a declaration means.
    #[must_use]
    pub fn named(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        match label.as_str() {
            "ibm855" | "cp855" | "855" | "csibm855" => return Some(Self::Ibm855),
            "pt154" | "ptcp154" | "csptcp154" | "cp154" | "cyrillic-asian" => return Some(Self::Pt154),
            "kz-1048" | "kz1048" | "rk1048" | "strk1048-2002" | "cskz1048" => return Some(Self::Kz1048),
            "maccyrillic" | "mac-cyrillic" | "x-mac-ukrainian" => return Some(Self::MacCyrillic),
            "win-1251" | "win1251" | "windows1251" | "cp-1251" => return Some(Self::Windows1251),
            "koi8" | "koi-8" => return Some(Self::Koi8R),
            "dos" | "dos-866" | "cp-866" | "alt" => return Some(Self::Ibm866),
            _ => {}
        }
        let name = Encoding::for_label(label.as_bytes())?.name();
        Self::ALL.into_iter().find(|c| c.name().eq_ignore_ascii_case(name))
    }

    /// The text that `bytes` are in this encoding.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        match self.encoding() {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            None => {
                let upper: Vec<char> = self.upper_half().chars().collect();
                let letter = |byte: &u8| match byte.checked_sub(128) {
                    None => char::from(*byte),
                    Some(at) => upper.get(usize::from(at)).copied().unwrap_or('\u{fffd}'),
                };
                bytes.iter().map(letter).collect()
            }
        }
    }

    /// The bytes of `text` in this encoding, and whether every letter had one; `?` stands for those that had none.
    #[must_use]
    pub fn encode(self, text: &str) -> (Vec<u8>, bool) {
        let mut out = Vec::with_capacity(text.len());
        let mut whole = true;
        let mut buffer = [0; 4];
        for letter in text.chars() {
            let byte = match self.encoding() {
                _ if letter.is_ascii() => u8::try_from(letter).ok(),
                Some(encoding) => match *encoding.encode(letter.encode_utf8(&mut buffer)).0 {
                    [byte] => Some(byte),
                    _ => None,
                },
                None => self.upper_half().chars().position(|c| c == letter).and_then(|at| u8::try_from(at + 128).ok()),
            };
            whole &= byte.is_some();
            out.push(byte.unwrap_or(b'?'));
        }
        (out, whole)
    }

    /// Whether the Russian letters of both are the same: detectors cannot tell KOI8-R from KOI8-U, and do not
    /// know the Kazakh encodings.
    pub(super) fn sounds_like(self, other: Self) -> bool {
        let koi8 = |c| matches!(c, Self::Koi8R | Self::Koi8U);
        let windows = |c| matches!(c, Self::Windows1251 | Self::Pt154 | Self::Kz1048);
        self == other || koi8(self) && koi8(other) || windows(self) && windows(other)
    }

    fn encoding(self) -> Option<&'static Encoding> {
        match self {
            Self::Windows1251 => Some(encoding_rs::WINDOWS_1251),
            Self::Koi8R => Some(encoding_rs::KOI8_R),
            Self::Koi8U => Some(encoding_rs::KOI8_U),
            Self::Ibm866 => Some(encoding_rs::IBM866),
            Self::Iso5 => Some(encoding_rs::ISO_8859_5),
            Self::MacCyrillic => Some(encoding_rs::X_MAC_CYRILLIC),
            Self::Windows1252 => Some(encoding_rs::WINDOWS_1252),
            Self::Ibm855 | Self::Pt154 | Self::Kz1048 => None,
        }
    }

    /// The letters above ASCII of an encoding that encoding_rs does not have.
    fn upper_half(self) -> &'static str {
        match self {
            Self::Pt154 => PT154,
            Self::Kz1048 => KZ1048,
            _ => IBM855,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, IBM855, KZ1048, PT154};

    #[test]
    fn tables_are_whole() {
        for table in [IBM855, PT154, KZ1048] {
            assert_eq!(table.chars().count(), 128);
        }
        let letters: String = ('а'..='я').chain('А'..='Я').chain(['ё', 'Ё']).collect();
        for charset in Charset::ALL.into_iter().filter(|c| *c != Charset::Windows1252) {
            let (bytes, whole) = charset.encode(&letters);
            assert!(whole, "{}", charset.name());
            assert_eq!(charset.decode(&bytes), letters, "{}", charset.name());
            assert_eq!(Charset::named(charset.name()), Some(charset));
        }
    }
}
