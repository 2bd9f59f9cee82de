//! The MD5 sums by which clients check what a queue took and gave.
//!
//! Source: "Calculating the MD5 message digest for message attributes" (SQS developer guide).

use std::collections::BTreeMap;

use super::message::Attribute;

pub(super) fn of_body(body: &str) -> String {
    format!("{:x}", md5::compute(body))
}

/// Of all attributes in the order of their names; none when there are none.
pub(crate) fn of_attributes(attributes: &BTreeMap<String, Attribute>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut text = Vec::new();
    for (name, attribute) in attributes {
        push(&mut text, name.as_bytes());
        push(&mut text, attribute.data_type.as_bytes());
        text.push(if attribute.string_value.is_some() { 1 } else { 2 });
        push(&mut text, &attribute.value());
    }
    Some(format!("{:x}", md5::compute(text)))
}

fn push(text: &mut Vec<u8>, part: &[u8]) {
    let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
    text.extend(length.to_be_bytes());
    text.extend(part);
}
