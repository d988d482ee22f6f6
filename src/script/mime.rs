//! Which MIME type a file of a message has, by what the message says of it. No content is looked at.

use crate::model::{Element, media_type};

/// The type of the element's file; `None` for an element without one.
pub(super) fn of_element(element: &Element) -> Option<&'static str> {
    element.media_type()
}

/// The type of a file of this name; `application/octet-stream` where nothing is known.
pub(super) fn of_name(name: &str) -> &'static str {
    media_type(name)
}
