//! A mail as text (RFC 5322, MIME), and back as far as the page needs it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::{Destination, Mail};
use crate::clock;

/// Base64 letters of one line (RFC 2045, section 6.8).
const LINE_LETTERS: usize = 76;

/// The mail that SES makes of subject, text and HTML. `Bcc` stays out of it.
pub(super) fn simple(mail: &Mail, destination: &Destination) -> Bytes {
    let mut headers = format!("From: {}\r\nTo: {}\r\n", mail.from, destination.to_addresses.join(", "));
    if !destination.cc_addresses.is_empty() {
        headers.push_str(&format!("Cc: {}\r\n", destination.cc_addresses.join(", ")));
    }
    headers.push_str(&format!(
        "Subject: {}\r\nDate: {}\r\nMessage-ID: <{}@email.amazonses.com>\r\nMIME-Version: 1.0\r\n",
        header_word(&mail.subject),
        clock::mail_date(mail.sent_at),
        mail.message_id,
    ));
    let body = match (mail.text.is_empty(), mail.html.is_empty()) {
        (_, true) => part("plain", &mail.text),
        (true, false) => part("html", &mail.html),
        (false, false) => {
            // A message id is in no base64 text.
            let boundary = format!("=_{}", mail.message_id);
            format!(
                "Content-Type: multipart/alternative; boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{}--{boundary}\r\n{}--{boundary}--\r\n",
                part("plain", &mail.text),
                part("html", &mail.html),
            )
        }
    };
    Bytes::from(headers + &body)
}

/// Fills in what a raw mail says of itself: subject, sender when the call named none, and its text
/// as it stands.
pub(super) fn read_raw(mail: &mut Mail) {
    let text = String::from_utf8_lossy(&mail.eml).replace("\r\n", "\n");
    let (headers, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    // A line that begins with a blank goes on with the header before.
    let headers = headers.replace("\n ", " ").replace("\n\t", " ");
    let header = |wanted: &str| {
        let named = |line: &&str| line.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        headers.lines().find(named).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
    };
    mail.subject = header("Subject").unwrap_or_default();
    if mail.from.is_empty() {
        mail.from = header("From").unwrap_or_default();
    }
    if mail.to.is_empty() {
        mail.to = header("To").into_iter().collect();
    }
    mail.text = body.to_owned();
}

fn part(subtype: &str, text: &str) -> String {
    let encoded = STANDARD.encode(text);
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(LINE_LETTERS).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    format!(
        "Content-Type: text/{subtype}; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        lines.join("\r\n")
    )
}

/// Words beyond ASCII, and line breaks, only in encoded form (RFC 2047).
fn header_word(text: &str) -> String {
    if text.chars().all(|letter| letter.is_ascii() && !letter.is_ascii_control()) {
        return text.to_owned();
    }
    // An encoded word has at most 75 characters: 12 frame it, 63 leave room for 45 bytes.
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(45);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        words.push(format!("=?UTF-8?B?{}?=", STANDARD.encode(&rest[..end])));
        rest = &rest[end..];
    }
    words.join("\r\n ")
}
