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

/// Lets somebody agree to a version that the deployment has shown them: the required one, or an earlier one. One that asks
/// nobody has shown the first, for our page asks all the same.
///
/// # Errors
/// `invalid_request`.
pub fn may_agree(version: u32, required: u32) -> Result<(), Refusal> {
    if (1..=required.max(1)).contains(&version) {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidRequest, "There is no such version of the terms; load the page again."))
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
