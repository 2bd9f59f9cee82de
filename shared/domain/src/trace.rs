//! One id for all that a tab does: in its own words to people, in logs, on the stream. It is made by the page, means nothing
//! elsewhere, and ends with the tab.

use crate::id::NotAnId;

/// The id of a tab: 80 bits of chance, spelled so that it can be read out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace(String);

impl Trace {
    /// So many characters, no more and no fewer.
    pub const LETTERS: usize = 16;

    /// Takes one from outside; whatever else somebody may have put there goes nowhere.
    ///
    /// # Errors
    /// [`NotAnId`] unless it is 16 of Crockford's digits and small letters.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let spelled = |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_lowercase() && !b"ilou".contains(&byte));
        let fits = text.len() == Self::LETTERS && text.bytes().all(spelled);
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAnId) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
