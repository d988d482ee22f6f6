//! The element that bundles other messages.

use serde_json::Value;

use crate::model::record::record;

record! {
    /// A bundle of messages. A received one mostly comes without the messages, which are downloaded by its relay keys.
    pub struct MergeElement {
        /// The title that is shown.
        title: String = "merge_elem_title",
        /// The lines that are shown below it; the service allows 5 of 100 characters.
        abstract_array: Vec<String> = "merge_elem_abstract_array",
        /// What programs show that know no bundles. Not searched.
        compatible_text: String = "merge_elem_compatible_text",
        /// The messages as they came, at most 300. They can hold bundles themselves, so they are not read before they are needed.
        message_array: Vec<Value> = "merge_elem_message_array",
        /// Whether bundles are nested more than 100 deep. Then title, lines and messages are missing.
        layer_over_limit: bool = "merge_elem_layer_over_limit",
        /// The service's key for a download by native programs.
        relay_pb_key: String = "merge_elem_relay_pb_key",
        /// The service's key for a download by web programs.
        relay_json_key: String = "merge_elem_relay_json_key",
        /// The service's own data.
        relay_buffer: String = "merge_elem_relay_buffer",
    }
}
