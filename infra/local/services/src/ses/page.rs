//! The list of mails for people and programs.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};

use super::{Mail, Ses};
use crate::clock;

impl Ses {
    /// The answer to `GET /_local/mail`: JSON (`{"mails":[...]}`, oldest first) when the request
    /// accepts that, else a page, newest first.
    pub fn page(self: Arc<Self>, headers: &HeaderMap) -> Response {
        let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mails = self.mails();
        if accepts.contains("application/json") {
            return Json(serde_json::json!({"mails": mails})).into_response();
        }
        let policy = [(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'")];
        (policy, Html(html(&mails))).into_response()
    }
}

fn html(mails: &[Mail]) -> String {
    let list: String = mails.iter().rev().map(one).collect();
    let list = if list.is_empty() { "<p>No mail has been sent yet.</p>".to_owned() } else { list };
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mail</title><style>{STYLE}</style>\
         <h1>Mail sent on this machine</h1>{list}</html>"
    )
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;\
                     padding:0 1rem}article{border:1px solid #8886;border-radius:.5rem;padding:0 1rem;margin:1rem 0}\
                     pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}small{opacity:.75}";

fn one(mail: &Mail) -> String {
    let text = if mail.text.is_empty() { &mail.html } else { &mail.text };
    format!(
        "<article><h2>{}</h2><small>{} &rarr; {} &middot; {}</small><pre>{}</pre></article>",
        escaped(&mail.subject),
        escaped(&mail.from),
        escaped(&mail.to.join(", ")),
        clock::iso8601_seconds(mail.sent_at),
        linked(text),
    )
}

/// Escaped text in which addresses of pages can be clicked.
fn linked(text: &str) -> String {
    let word = |word: &str| {
        let escaped = escaped(word);
        if word.starts_with("http://") || word.starts_with("https://") {
            return format!("<a href=\"{escaped}\">{escaped}</a>");
        }
        escaped
    };
    text.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let bare = piece.trim_end();
            format!("{}{}", word(bare), &piece[bare.len()..])
        })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
