//! Refusals: a stable code for programs, a sentence for people.

use crate::quota::Scope;
use crate::time::SpanMs;

/// The stable codes of the wire contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The request does not follow the contract.
    InvalidRequest,
    /// No or no longer valid credentials.
    Unauthorized,
    /// Not for this person or this origin.
    Forbidden,
    /// No such thing.
    NotFound,
    /// Somebody else changed it at the same time; try again.
    Conflict,
    /// It existed and is over.
    Gone,
    /// Over a size limit.
    TooLarge,
    /// Too often.
    RateLimited,
    /// A sanction forbids it.
    Banned,
    /// Only possible in a call.
    NotInSession,
    /// The person already waits or is in a call.
    AlreadyInQueue,
    /// A part that is needed does not answer.
    Unavailable,
    /// Our fault.
    Internal,
}

impl Code {
    /// The code as the wire spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::Banned => "banned",
            Self::NotInSession => "not_in_session",
            Self::AlreadyInQueue => "already_in_queue",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// A refusal that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// For programs.
    pub code: Code,
    /// For people: what is wrong and what to do next.
    pub message: String,
    /// How long to wait before another try, when waiting helps.
    pub retry_after: Option<SpanMs>,
    /// Who was counted together, when it was too often.
    pub scope: Option<Scope>,
}

impl Refusal {
    /// A refusal with a code and a sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None, scope: None }
    }

    /// The same refusal, naming how long to wait.
    #[must_use]
    pub fn retry_after(mut self, span: SpanMs) -> Self {
        self.retry_after = Some(span);
        self
    }

    /// The same refusal, naming who was counted together.
    #[must_use]
    pub const fn counted_by(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }
}

impl From<crate::profile::ProfileError> for Refusal {
    fn from(error: crate::profile::ProfileError) -> Self {
        Self::new(Code::InvalidRequest, error.to_string())
    }
}
