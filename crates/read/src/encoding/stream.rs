//! Streams of text in any encoding as streams of UTF-8.

use super::{Charset, Reason, decode};
use std::io::{self, BufRead, Read};

/// The encoding of a stream, by its beginning.
///
/// # Errors
/// A beginning that is not text.
pub fn of_sample(head: &[u8], declared: Option<&str>) -> Result<&'static str, Reason> {
    Ok(decode(whole_characters(head), declared)?.encoding)
}

/// A sample without the character that its end may cut in two, which would count against UTF-8 and UTF-16.
fn whole_characters(head: &[u8]) -> &[u8] {
    let even = head.get(..head.len() & !1).unwrap_or(head);
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || head.contains(&0) {
        return even;
    }
    match std::str::from_utf8(head) {
        Err(e) if e.error_len().is_none() => head.get(..e.valid_up_to()).unwrap_or(head),
        _ => head,
    }
}

/// `input`, which is in the encoding of this name, as UTF-8. Input in UTF-8 is passed on as it is.
pub fn to_utf8<'r>(input: &'r mut dyn BufRead, encoding: &str) -> Box<dyn BufRead + 'r> {
    let decoder = match (Charset::named(encoding), encoding_rs::Encoding::for_label(encoding.as_bytes())) {
        (Some(charset), _) if charset == Charset::Ibm855 => Decoder::Table(charset),
        (_, Some(encoding)) if encoding != encoding_rs::UTF_8 => {
            Decoder::Stream(encoding.new_decoder_with_bom_removal())
        }
        _ => return Box::new(input),
    };
    Box::new(Transcoded { input, decoder, decoded: Vec::new(), used: 0, finished: false })
}

enum Decoder {
    Stream(encoding_rs::Decoder),
    Table(Charset),
}

/// A stream that is decoded as it is read.
struct Transcoded<'r> {
    input: &'r mut dyn BufRead,
    decoder: Decoder,
    decoded: Vec<u8>,
    /// Bytes of `decoded` that were consumed.
    used: usize,
    finished: bool,
}

impl Transcoded<'_> {
    fn refill(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.used = 0;
        while self.decoded.is_empty() && !self.finished {
            let bytes = self.input.fill_buf()?;
            self.finished = bytes.is_empty();
            match &mut self.decoder {
                Decoder::Table(charset) => self.decoded.extend_from_slice(charset.decode(bytes).as_bytes()),
                Decoder::Stream(decoder) => {
                    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
                    let mut text = String::with_capacity(room);
                    // With this capacity everything fits at once.
                    let _ = decoder.decode_to_string(bytes, &mut text, self.finished);
                    self.decoded = text.into_bytes();
                }
            }
            let taken = bytes.len();
            self.input.consume(taken);
        }
        Ok(())
    }
}

impl Read for Transcoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Transcoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used >= self.decoded.len() {
            self.refill()?;
        }
        Ok(self.decoded.get(self.used..).unwrap_or_default())
    }

    fn consume(&mut self, used: usize) {
        self.used += used;
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, of_sample, to_utf8};
    use std::io::{BufReader, Read};

    const NEWS: &str = "Правительство одобрило проект бюджета на три года. Об этом сообщает «Вестник».";

    #[test]
    fn characters_cut_by_a_block_stay_whole() {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(NEWS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in
            [NEWS.as_bytes().to_vec(), wide, Charset::Windows1251.encode(NEWS).0, Charset::Ibm855.encode(NEWS).0]
        {
            for block in [1, 2, 3, 7] {
                let encoding = of_sample(&bytes, None).unwrap();
                let mut input = BufReader::with_capacity(block, bytes.as_slice());
                let mut text = String::new();
                to_utf8(&mut input, encoding).read_to_string(&mut text).unwrap();
                assert_eq!(text, NEWS, "{encoding} {block}");
            }
        }
        assert_eq!(of_sample(&NEWS.as_bytes()[..21], None), Ok("UTF-8"));
    }
}
