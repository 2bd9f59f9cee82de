//! SES, API version 2: one operation, `SendEmail`. Nothing leaves the machine.
//!
//! Source: "SendEmail" (Amazon SES API v2 Reference). Mails are kept in memory, shown by
//! [`Ses::page`], and written as `.eml` files under `<data>/mail`. Not imitated: templates, the
//! verification of identities, the sandbox, suppression lists and bounces: every address takes
//! every mail.

mod compose;
mod page;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use local_wire::{Call, Refusal, Reply, Service};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock;
use crate::request::{read, unknown_operation};
use crate::store::OpenError;

/// Mails kept in memory; the oldest give way.
pub const MAILS_MAX: usize = 1_000;
/// Addresses of one mail, over `To`, `Cc` and `Bcc`.
const RECIPIENTS_MAX: usize = 50;

/// SES on this machine.
pub struct Ses {
    folder: Option<PathBuf>,
    mails: Mutex<VecDeque<Mail>>,
}

/// A mail as it was sent.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// SES's message id.
    pub message_id: String,
    /// Unix milliseconds.
    pub sent_at: u64,
    /// The sender's address, empty in a raw mail that was sent without it.
    pub from: String,
    /// All recipients the call names.
    pub to: Vec<String>,
    /// The subject; of a raw mail its `Subject` header as it stands.
    pub subject: String,
    /// The text part, empty when there is none.
    pub text: String,
    /// The HTML part, empty when there is none.
    pub html: String,
    /// The whole mail (RFC 5322).
    #[serde(skip)]
    pub eml: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    #[serde(default)]
    from_email_address: String,
    #[serde(default)]
    destination: Destination,
    content: Content,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    #[serde(default)]
    to_addresses: Vec<String>,
    #[serde(default)]
    cc_addresses: Vec<String>,
    #[serde(default)]
    bcc_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Option<Simple>,
    raw: Option<Raw>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Part,
    body: Body,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Part>,
    html: Option<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

impl Ses {
    /// Opens the sink; with a data folder, mails are written to `<data>/mail` too.
    ///
    /// # Errors
    /// [`OpenError`] when the folder cannot be made.
    pub fn open(data: Option<&Path>) -> Result<Self, OpenError> {
        let folder = data.map(|data| data.join("mail"));
        if let Some(path) = &folder {
            std::fs::create_dir_all(path).map_err(|source| OpenError::Folder { path: path.clone(), source })?;
        }
        Ok(Self { folder, mails: Mutex::new(VecDeque::new()) })
    }

    /// The mails sent since the start, oldest first, at most [`MAILS_MAX`].
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.kept().iter().cloned().collect()
    }

    fn send(&self, request: &SendEmail) -> Result<Reply, Refusal> {
        let mail = mail(request)?;
        if let Some(folder) = &self.folder {
            let name = format!("{}-{}.eml", mail.sent_at, mail.message_id);
            std::fs::write(folder.join(name), &mail.eml).map_err(|error| {
                tracing::error!(%error, "the data folder takes no mail");
                Refusal::new(500, "InternalServiceErrorException", "The data folder takes no mail.")
            })?;
        }
        let message_id = mail.message_id.clone();
        let mut mails = self.kept();
        if mails.len() == MAILS_MAX {
            mails.pop_front();
        }
        mails.push_back(mail);
        Ok(Reply::json("application/json", &json!({"MessageId": message_id})))
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Mail>> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service for Ses {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move {
            if call.method == http::Method::POST && call.uri.path() == "/v2/email/outbound-emails" {
                return self.send(&read(&call)?);
            }
            Err(unknown_operation(&Call { operation: format!("{} {}", call.method, call.uri.path()), ..call }))
        })
    }
}

fn mail(request: &SendEmail) -> Result<Mail, Refusal> {
    let refused = |message: &str| Err(Refusal::new(400, "BadRequestException", message));
    let destination = &request.destination;
    let to: Vec<String> = [&destination.to_addresses, &destination.cc_addresses, &destination.bcc_addresses]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    if to.len() > RECIPIENTS_MAX {
        return refused("Recipient count exceeds 50.");
    }
    let lines_in_address = to.iter().chain([&request.from_email_address]).any(|address| address.contains(['\r', '\n']));
    if lines_in_address {
        return refused("Addresses must not contain line breaks.");
    }
    let mut mail = Mail {
        message_id: format!("0100{}-000000", uuid::Uuid::new_v4()),
        sent_at: clock::now_ms(),
        from: request.from_email_address.clone(),
        to,
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        eml: Bytes::new(),
    };
    match (&request.content.simple, &request.content.raw) {
        (Some(simple), None) => {
            if mail.to.is_empty() || mail.from.is_empty() {
                return refused("FromEmailAddress and a Destination are needed.");
            }
            mail.subject.clone_from(&simple.subject.data);
            mail.text = simple.body.text.as_ref().map(|part| part.data.clone()).unwrap_or_default();
            mail.html = simple.body.html.as_ref().map(|part| part.data.clone()).unwrap_or_default();
            mail.eml = compose::simple(&mail, destination);
        }
        (None, Some(raw)) => {
            let bytes = STANDARD
                .decode(&raw.data)
                .map_err(|_| Refusal::new(400, "SerializationException", "Raw.Data is not base64."))?;
            mail.eml = Bytes::from(bytes);
            compose::read_raw(&mut mail);
        }
        _ => return refused("Content must be Simple or Raw; the local stack does not imitate Template."),
    }
    Ok(mail)
}
