//! Elements that carry their whole content in the message: text, data of the app's own, stickers, places.

use crate::model::record::record;

record! {
    /// Plain text.
    pub struct TextElement {
        /// The text, UTF-8; see [`limits::TEXT_LENGTH`](crate::model::limits::TEXT_LENGTH).
        content: String = "text_elem_content",
    }
}

record! {
    /// Data that only the app understands.
    pub struct CustomElement {
        /// The data, passed through. Not searched.
        data: String = "custom_elem_data",
        /// What the data are, in words. This is what search looks at.
        desc: String = "custom_elem_desc",
        /// Data for an app that is opened by an offline push.
        ext: String = "custom_elem_ext",
        /// Name of the sound of an offline push.
        sound: String = "custom_elem_sound",
    }
}

record! {
    /// A sticker of the app's own set.
    pub struct FaceElement {
        /// Number in the app's set.
        index: i64 = "face_elem_index",
        /// Data of the app's own, passed through.
        buf: String = "face_elem_buf",
    }
}

record! {
    /// A place on earth.
    pub struct LocationElement {
        /// What is there, in words.
        desc: String = "location_elem_desc",
        /// Degrees, east positive.
        longitude: f64 = "location_elem_longitude",
        /// Degrees, north positive.
        latitude: f64 = "location_elem_latitude",
    }
}
