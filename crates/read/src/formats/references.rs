//! Character references of XML and HTML («&amp;», «&laquo;», «&#1084;»), read leniently: what is not one stays as it is.

/// Names that texts are full of; the rest of HTML's two thousand are left to the HTML parser.
const NAMED: [(&str, char); 31] = [
    ("amp", '&'),
    ("apos", '\''),
    ("bdquo", '„'),
    ("bull", '•'),
    ("copy", '©'),
    ("deg", '°'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("euro", '€'),
    ("gt", '>'),
    ("hellip", '…'),
    ("laquo", '«'),
    ("ldquo", '“'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("minus", '−'),
    ("nbsp", '\u{a0}'),
    ("ndash", '–'),
    ("para", '¶'),
    ("plusmn", '±'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rdquo", '”'),
    ("reg", '®'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("sect", '§'),
    ("shy", '\u{ad}'),
    ("times", '×'),
];

/// Longest reference looked for, in bytes between `&` and `;`.
const LONGEST: usize = 10;

/// The character that the reference `&name;` means.
pub(super) fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}

/// `text` with its references replaced, once: «&amp;lt;» becomes «&lt;».
pub(super) fn decode(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = String::with_capacity(text.len());
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let end = part.bytes().take(LONGEST + 1).position(|b| b == b';');
        let reference = end.and_then(|end| Some((character(part.get(..end)?)?, part.get(end + 1..)?)));
        match reference {
            Some((c, rest)) => {
                out.push(c);
                out.push_str(rest);
            }
            None => {
                out.push('&');
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{NAMED, decode};

    #[test]
    fn names_are_sorted() {
        assert!(NAMED.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn what_is_not_a_reference_stays() {
        assert_eq!(
            decode("&laquo;А&raquo; &amp;lt; &#1084;&#x43C; R&D; a & b &unknown; &"),
            "«А» &lt; мм R&D; a & b &unknown; &"
        );
    }
}
