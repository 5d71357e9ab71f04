//! Office documents and books: zip archives with members that make one document.
//!
//! A document is recognised by the names in the archive's directory, whatever the order of its members. A text or book
//! is one article; in a spreadsheet each row is one.

mod docx;
mod epub;
mod odt;
mod package;
mod sheet;
#[cfg(test)]
#[cfg(feature = "web-formats")]
mod tests;
#[cfg(feature = "web-formats")]
mod xlsx;

use super::{Place, Reason, RecordParser, RefusalKind, Sink, io_reason};
pub(super) use docx::Docx;
pub(super) use epub::Epub;
pub(super) use odt::Odt;
use package::Package;
pub(super) use package::document_title;
use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
};
use zip::ZipArchive;

/// The largest document, in bytes as packed: a report with its pictures, not an album.
const MAX_DOCUMENT: u64 = 64 << 20;

/// What a zip archive is that makes up one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfficeFormat {
    /// Word.
    Docx,
    /// OpenDocument text.
    Odt,
    /// A book.
    Epub,
    /// An Excel spreadsheet.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A document that is not read, and what to do about it.
    NotRead(&'static str),
}

/// What the archive is, if it is a document and not a folder of files.
pub(super) fn kind_of(archive: &mut ZipArchive<impl Read + Seek>) -> Option<OfficeFormat> {
    let stated = archive.by_name("mimetype").ok().and_then(|member| {
        let mut text = String::new();
        member.take(200).read_to_string(&mut text).ok()?;
        Some(text.trim().to_ascii_lowercase())
    });
    if let Some(kind) = stated.as_deref().and_then(by_mimetype) {
        return Some(kind);
    }
    let names = package::names_of(archive);
    let has = |name: &str| names.iter().any(|member| member == name);
    let within = |folder: &str| names.iter().any(|member| member.starts_with(folder));
    match () {
        () if has("META-INF/container.xml") => Some(OfficeFormat::Epub),
        () if within("Index/") && names.iter().any(|member| member.ends_with(".iwa")) => {
            Some(OfficeFormat::NotRead("Apple Pages, Numbers or Keynote document: not read; export it as PDF or Word"))
        }
        () if !has("[Content_Types].xml") => None,
        () if has("xl/workbook.bin") => {
            Some(OfficeFormat::NotRead("binary Excel workbook (xlsb): not read; save it as xlsx or CSV"))
        }
        () if within("word/") => Some(OfficeFormat::Docx),
        () if within("xl/") => Some(OfficeFormat::Xlsx),
        () if within("ppt/") => {
            Some(OfficeFormat::NotRead("PowerPoint presentation: not read; export it as PDF or text"))
        }
        () => Some(OfficeFormat::NotRead("office document of an unknown kind: not read; save it as text, HTML or PDF")),
    }
}

fn by_mimetype(stated: &str) -> Option<OfficeFormat> {
    if stated.starts_with("application/epub") {
        return Some(OfficeFormat::Epub);
    }
    let open = stated.strip_prefix("application/vnd.oasis.opendocument.")?;
    Some(match open {
        _ if open.starts_with("text") => OfficeFormat::Odt,
        _ if open.starts_with("spreadsheet") => OfficeFormat::Ods,
        _ if open.starts_with("presentation") => {
            OfficeFormat::NotRead("OpenDocument presentation: not read; export it as PDF or text")
        }
        _ => OfficeFormat::NotRead("OpenDocument drawing or other document: not read; export it as PDF or text"),
    })
}

/// Reads an archive that is a document.
pub(super) fn split(
    kind: OfficeFormat,
    archive: ZipArchive<impl Read + Seek>,
    place: &Place<'_>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let parser: &'static dyn RecordParser = match kind {
        OfficeFormat::Docx => &docx::Docx,
        OfficeFormat::Odt => &odt::Odt,
        OfficeFormat::Epub => &epub::Epub,
        #[cfg(feature = "web-formats")]
        OfficeFormat::Xlsx => return xlsx::split(archive, place, sink),
        #[cfg(not(feature = "web-formats"))]
        OfficeFormat::Xlsx => return place.refuse(sink, super::not_built("Excel workbook")),
        OfficeFormat::Ods => return sheet::split_ods(archive, place, sink),
        OfficeFormat::NotRead(reason) => return place.refuse(sink, RefusalKind::Unsupported.because(reason)),
    };
    match whole(archive.into_inner()) {
        Ok(bytes) => place.piece(sink, bytes, parser),
        Err(reason) => place.refuse(sink, reason),
    }
}

/// The whole file again, from its beginning.
fn whole(mut file: impl Read + Seek) -> Result<Vec<u8>, Reason> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(MAX_DOCUMENT + 1).read_to_end(&mut bytes))
        .map_err(|e| io_reason(&e))?;
    if bytes.len() as u64 > MAX_DOCUMENT {
        let details = format!("document longer than {} MiB: not read; save it without pictures", MAX_DOCUMENT >> 20);
        return Err(RefusalKind::TooLong.because(details));
    }
    Ok(bytes)
}
