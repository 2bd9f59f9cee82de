//! Errands as messages on their queue: they name rows by secrets and hold nothing of a person.

use domain::id::{CallId, NotAnId, SanctionId, Token, UserId};
use serde::{Deserialize, Serialize};

/// Something to send out to people apart from any request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Mail the link that was asked for in the row of this secret's hash.
    SendLink(Token),
    /// Invite the address in the row of this secret's hash.
    Invite(Token),
    /// Erase what is left of somebody who is gone.
    Erase(UserId),
    /// Hand the invitations to their address to somebody who has just signed in by it.
    Welcome(UserId),
    /// Hand what a guest knows of others over to the account that they have signed in to.
    HandOver {
        /// Who was a guest.
        guest: UserId,
        /// Whose account it is.
        heir: UserId,
    },
    /// Wake the browsers of who is rung for what this call has come to.
    Wake(CallId),
    /// Tell somebody's open pages that a rule has warned them.
    Warn(UserId, SanctionId),
}

/// A message on the errands' queue that is none.
#[derive(Debug, thiserror::Error)]
pub enum BadErrand {
    /// Not JSON of the right shape.
    #[error("not an errand: {0}")]
    Shape(#[from] serde_json::Error),
    /// An id that cannot be one.
    #[error("not an errand: {0}")]
    Id(#[from] NotAnId),
}

/// Writes an errand.
#[must_use]
pub fn encode(errand: &Errand) -> String {
    let message = match errand {
        Errand::SendLink(secret) => Message::SendLink { secret: secret.as_str().to_owned() },
        Errand::Invite(secret) => Message::Invite { secret: secret.as_str().to_owned() },
        Errand::Erase(user) => Message::Erase { user: user.to_string() },
        Errand::HandOver { guest, heir } => Message::HandOver { guest: guest.to_string(), heir: heir.to_string() },
        Errand::Wake(call) => Message::Wake { call: call.to_string() },
        Errand::Warn(user, sanction) => Message::Warn { user: user.to_string(), sanction: sanction.to_string() },
        Errand::Welcome(user) => Message::Welcome { user: user.to_string() },
    };
    serde_json::to_string(&message).unwrap_or_default()
}

/// Reads an errand.
///
/// # Errors
/// [`BadErrand`] for anything that [`encode`] does not write.
pub fn decode(text: &str) -> Result<Errand, BadErrand> {
    Ok(match serde_json::from_str(text)? {
        Message::SendLink { secret } => Errand::SendLink(Token::parse(&secret)?),
        Message::Invite { secret } => Errand::Invite(Token::parse(&secret)?),
        Message::Erase { user } => Errand::Erase(UserId::parse(&user)?),
        Message::HandOver { guest, heir } => {
            Errand::HandOver { guest: UserId::parse(&guest)?, heir: UserId::parse(&heir)? }
        }
        Message::Wake { call } => Errand::Wake(CallId::parse(&call)?),
        Message::Warn { user, sanction } => Errand::Warn(UserId::parse(&user)?, SanctionId::parse(&sanction)?),
        Message::Welcome { user } => Errand::Welcome(UserId::parse(&user)?),
    })
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
enum Message {
    SendLink { secret: String },
    Invite { secret: String },
    Erase { user: String },
    Welcome { user: String },
    HandOver { guest: String, heir: String },
    Wake { call: String },
    Warn { user: String, sanction: String },
}
