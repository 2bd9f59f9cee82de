//! The terms, the privacy notice and the age that people agree to before their first call.

use crate::refusal::{Code, Refusal};
use crate::time::TimeMs;

/// What somebody has agreed to: that they are of age, and to the terms and the privacy notice of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    /// Which version: 1, 2, 3, ...
    pub version: u32,
    /// When.
    pub at: TimeMs,
}

/// Lets those into calls who have agreed to the required version or a later one; version 0 asks nobody.
///
/// # Errors
/// `forbidden`.
pub fn admit(agreed: Option<u32>, required: u32) -> Result<(), Refusal> {
    if agreed.unwrap_or_default() >= required {
        return Ok(());
    }
    let message = "Agree to the terms and the privacy notice first, and confirm that you are 18 or older.";
    Err(Refusal::new(Code::Forbidden, message))
}
