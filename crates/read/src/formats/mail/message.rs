//! One message: which of its parts is the article, and what its headers say about it.

use super::{
    super::{Hints, Piece, RecordParser},
    FieldMap, Reason, Record, RefusalKind, header, html,
};
use mail_parser::{Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// How deep messages may be attached to messages.
const MAX_DEPTH: usize = 3;

/// The article that a message is.
///
/// # Errors
/// That it holds no text, or is no message.
pub(super) fn parse(bytes: &[u8], piece: &Piece, fields: &FieldMap, depth: usize) -> Result<Record, Reason> {
    let parsed = MessageParser::default().parse(bytes);
    let message = parsed.ok_or_else(|| RefusalKind::Damaged.because("not a mail message: it has no headers"))?;
    let headers = Headers { message: &message };
    if let Some(saved) = saved_page(&message, &headers) {
        return saved.read(&headers, piece, fields);
    }
    let mut record = match text_part(&message) {
        Some(part) => part.record(piece)?,
        None => return attached(&message, piece, fields, depth),
    };
    let (name, address) = headers.sender();
    record.title = headers.text("Subject").or(record.title);
    record.date = headers.date();
    record.outlet = name.or(address);
    record.from_page = true;
    Ok(record)
}

/// The first message attached to one that has no text itself.
fn attached(message: &Message<'_>, piece: &Piece, fields: &FieldMap, depth: usize) -> Result<Record, Reason> {
    let inner = message.parts.iter().find(|part| matches!(part.body, PartType::Message(_)));
    match inner {
        Some(part) if depth < MAX_DEPTH => parse(&raw(message, part), piece, fields, depth + 1),
        _ => Err(RefusalKind::NoText.because("mail message without text: attachments are not read")),
    }
}

/// The headers of a message.
struct Headers<'a> {
    message: &'a Message<'a>,
}

impl Headers<'_> {
    /// The raw value of the first header with this name.
    fn raw(&self, name: &str) -> Option<&[u8]> {
        let header = self.message.headers().iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name))?;
        self.message.raw_message.get(header.offset_start as usize..header.offset_end as usize)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(header::text_of(self.raw(name)?)).filter(|text| !text.is_empty())
    }

    /// When it was sent, as RFC 3339; in the words of the header, when those are unusual.
    fn date(&self) -> Option<String> {
        let understood = self.message.date().filter(|date| date.is_valid()).map(mail_parser::DateTime::to_rfc3339);
        understood.or_else(|| self.text("Date"))
    }

    /// The name of the sender and the domain of their address.
    fn sender(&self) -> (Option<String>, Option<String>) {
        let from = self.text("From").or_else(|| self.text("Sender")).unwrap_or_default();
        let (name, address) = match from.rsplit_once('<') {
            Some((name, address)) => (name, address.trim_end_matches('>')),
            None if from.contains('@') => ("", from.as_str()),
            None => (from.as_str(), ""),
        };
        let name = name.trim().trim_matches(['"', '\'']).replace("\\\"", "\"");
        let domain = address.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase());
        (Some(name).filter(|name| !name.is_empty() && !name.contains('@')), domain.filter(|domain| !domain.is_empty()))
    }
}

/// A part with text, decoded from how it was sent.
struct TextPart {
    bytes: Vec<u8>,
    charset: Option<String>,
    is_html: bool,
    address: Option<String>,
}

impl TextPart {
    fn of(message: &Message<'_>, part: &MessagePart<'_>) -> Self {
        let content_type = part.content_type();
        Self {
            bytes: raw(message, part),
            charset: content_type.and_then(|kind| kind.attribute("charset")).map(str::to_owned),
            is_html: matches!(part.body, PartType::Html(_)),
            address: part.content_location().map(str::to_owned).filter(|address| address.starts_with("http")),
        }
    }

    /// The text as an article: all of it, because newsletters have no menus.
    fn record(self, piece: &Piece) -> Result<Record, Reason> {
        let declared = self.charset.or_else(|| html::declared_charset(&self.bytes).filter(|_| self.is_html));
        let part =
            Piece { bytes: self.bytes, origin: piece.origin.clone(), parser: piece.parser, hints: Hints::default() };
        let decoded = part.decode(declared.as_deref())?;
        let text = if self.is_html { html::whole_text(&decoded.text) } else { decoded.text };
        Ok(Record { text, encoding: decoded.encoding, ..Record::default() })
    }
}

/// The part that a reader would be shown: HTML before plain text.
fn text_part(message: &Message<'_>) -> Option<TextPart> {
    let by_number = |number: &u32| message.parts.get(*number as usize);
    let is_html = |part: &&MessagePart<'_>| matches!(part.body, PartType::Html(_));
    let is_plain = |part: &&MessagePart<'_>| matches!(part.body, PartType::Text(_));
    let part = message.html_body.iter().filter_map(by_number).find(is_html);
    let part = part.or_else(|| message.text_body.iter().filter_map(by_number).find(is_plain));
    let part = part.map(|part| TextPart::of(message, part))?;
    part.bytes.iter().any(|b| !b.is_ascii_whitespace()).then_some(part)
}

/// The bytes of a part as they were before it was sent.
fn raw(message: &Message<'_>, part: &MessagePart<'_>) -> Vec<u8> {
    let bytes = message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    match part.encoding {
        Encoding::None => bytes.to_vec(),
        Encoding::QuotedPrintable => header::from_quoted(bytes, false),
        Encoding::Base64 => header::from_base64(bytes),
    }
}

/// A page that a browser saved together with its pictures.
struct SavedPage {
    part: TextPart,
}

/// The page in a message that a browser wrote, if it did: those name themselves the sender, or say from where.
fn saved_page(message: &Message<'_>, headers: &Headers<'_>) -> Option<SavedPage> {
    let saved_from = headers.text("Snapshot-Content-Location").or_else(|| headers.text("Content-Location"));
    let sender = headers.text("From").unwrap_or_default().to_lowercase();
    let no_sender = sender.is_empty() && message.header(HeaderName::To).is_none();
    if !(sender.contains("saved by") || sender.contains("сохранено") || saved_from.is_some() || no_sender) {
        return None;
    }
    let pages: Vec<TextPart> = {
        let is_html = |part: &&MessagePart<'_>| matches!(part.body, PartType::Html(_));
        message.parts.iter().filter(is_html).map(|part| TextPart::of(message, part)).collect()
    };
    let same = |part: &TextPart| saved_from.is_some() && part.address == saved_from;
    let at = pages.iter().position(same).unwrap_or(0);
    let mut part = pages.into_iter().nth(at)?;
    part.address = part.address.or_else(|| saved_from.filter(|address| address.starts_with("http")));
    Some(SavedPage { part })
}

impl SavedPage {
    /// The page as any other; the date of the message is when it was saved, which says nothing about the article.
    fn read(self, headers: &Headers<'_>, piece: &Piece, fields: &FieldMap) -> Result<Record, Reason> {
        let hints = Hints { charset: self.part.charset, url: self.part.address, ..Hints::default() };
        let page = Piece { bytes: self.part.bytes, origin: piece.origin.clone(), parser: &html::Html, hints };
        let records = html::Html.parse(&page, fields)?;
        let record = records.into_iter().find_map(Result::ok);
        let mut record = record.ok_or_else(|| RefusalKind::NoText.because("page without text"))?;
        record.title = record.title.or_else(|| headers.text("Subject"));
        record.url = record.url.or(page.hints.url);
        Ok(record)
    }
}
