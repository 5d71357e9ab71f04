//! What archives have in common: which of their entries are read.

use super::{Place, Sink, read_stream};
use std::{io::Read, ops::ControlFlow};

/// Reads an entry of an archive; what is hidden in there or belongs to pages is passed over as it is in a folder.
pub(super) fn enter(place: &Place<'_>, name: &str, input: impl Read, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let hidden = name.split(['/', '\\']).any(|part| (part.starts_with('.') && part.len() > 2) || part == "__MACOSX");
    if hidden || crate::walk::is_no_article(name) {
        return ControlFlow::Continue(());
    }
    read_stream(&place.inside(place.origin.inside(name)), input, sink)
}
