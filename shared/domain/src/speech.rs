//! What one person may say to the other in a session.

use unicode_segmentation::UnicodeSegmentation;

use crate::id::SessionId;
use crate::limits::{MESSAGE_CHARS_MAX, SESSION_LOG_LIFE};
use crate::refusal::{Code, Refusal};
use crate::session::Role;
use crate::time::TimeMs;

/// A chat message of 1 to 2,000 characters, kept as it was typed: the page shows it as text, never as markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message(String);

impl Message {
    /// # Errors
    /// `invalid_request` when it is blank, `too_large` when it is over 2,000 characters.
    pub fn parse(text: String) -> Result<Self, Refusal> {
        if text.trim().is_empty() {
            return Err(Refusal::new(Code::InvalidRequest, "Write something before you send it."));
        }
        if text.chars().count() > MESSAGE_CHARS_MAX {
            let message = format!("A message has at most {MESSAGE_CHARS_MAX} characters; send it in parts.");
            return Err(Refusal::new(Code::TooLarge, message));
        }
        Ok(Self(text))
    }

    /// The message as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many links it has: words that begin as an address of the web does, or are a name under one of the domains that
    /// links mostly go to. A full stop without a blank makes none.
    #[must_use]
    pub fn links(&self) -> u32 {
        let words = self.0.split(|c: char| c.is_whitespace() || "()<>[]\"',;".contains(c));
        u32::try_from(words.filter(|word| is_link(word)).count()).unwrap_or(u32::MAX)
    }
}

/// Domains that links without `https://` mostly go to.
const LINKED_DOMAINS: [&str; 16] = [
    "com", "net", "org", "info", "io", "me", "gg", "xyz", "top", "site", "online", "shop", "link", "click", "app", "ru",
];

fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    let (name, is_said) = match word.split_once("://") {
        Some(("http" | "https", rest)) => (rest, true),
        Some(_) => return false,
        None => (word.as_str(), word.starts_with("www.")),
    };
    let host = name.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_end_matches('.');
    let plain = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let Some((rest, last)) = host.rsplit_once('.') else { return false };
    rest.split('.').all(plain) && plain(last) && (is_said || LINKED_DOMAINS.contains(&last))
}

/// One emoji: a single grapheme of at most 32 bytes that is not a plain letter, digit or punctuation mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emoji(String);

impl Emoji {
    /// # Errors
    /// `invalid_request` when it is not one emoji.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let single = text.graphemes(true).count() == 1 && text.len() <= 32;
        // Keycap emoji (`1️⃣`) begin with ASCII, so only a lone ASCII grapheme is refused.
        if single && !text.is_ascii() && !text.chars().all(char::is_alphanumeric) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::new(Code::InvalidRequest, "A reaction is one emoji."))
    }

    /// The emoji as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A line of the session's short log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatLine {
    /// In which session.
    pub session: SessionId,
    /// Who said it.
    pub from: Role,
    /// The sender's own count, from 1; a line sent twice is one line.
    pub n: u32,
    /// What was said.
    pub message: Message,
    /// When the server heard it.
    pub sent_at: TimeMs,
}

impl ChatLine {
    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.sent_at + SESSION_LOG_LIFE
    }
}

/// The last `max` lines of each side, of lines that stand in the order in which they were said: who says much after what
/// they said, or numbers it as they like, hides nothing.
#[must_use]
pub fn last_of_each(mut lines: Vec<ChatLine>, max: usize) -> Vec<ChatLine> {
    let mut kept = [0_usize; 2];
    lines.reverse();
    lines.retain(|line| {
        let of_side = &mut kept[usize::from(line.from == Role::Answerer)];
        *of_side += 1;
        *of_side <= max
    });
    lines.reverse();
    lines
}

/// The newest lines, oldest first, that fit into `bytes_max` bytes of JSON.
#[must_use]
pub fn newest_within(lines: Vec<ChatLine>, bytes_max: usize) -> Vec<ChatLine> {
    let mut left = bytes_max;
    let fits = |line: &&ChatLine| match left.checked_sub(json_bytes(line)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let newest = lines.iter().rev().take_while(fits).count();
    let skipped = lines.len() - newest;
    lines.into_iter().skip(skipped).collect()
}

/// What a line costs in JSON at most: the words around it, and a message whose control characters become `\u0000`.
fn json_bytes(line: &ChatLine) -> usize {
    const AROUND: usize = 160;
    let escaped = |c: char| match c {
        '"' | '\\' => 2,
        c if c.is_control() => 6,
        c => c.len_utf8(),
    };
    AROUND + line.message.as_str().chars().map(escaped).sum::<usize>()
}
