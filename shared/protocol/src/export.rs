//! Everything that is kept of a person, as JSON for that person.
#![expect(missing_docs, reason = "the fields are those of docs/PROTOCOL.md, word for word")]

use domain::conduct::{Conduct, Count, CountState, Signal};
use domain::credential::Profile;
use domain::friend::{Bond, Friendship};
use domain::history::CallRecord;
use domain::push::Subscription;
use domain::refresh::{Proof, RefreshFamily};
use domain::report::Report;
use domain::sanction::Sanction;
use domain::speech::ChatLine;
use serde::Serialize;

use crate::moderation::{self, ConsentAnswer};
use crate::rest::{self, ProfileAnswer};

/// The document of `GET /users/me/export`. It names nobody else: of friends and partners it says that there were some, and
/// when.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    pub exported_at: u64,
    pub profile: ProfileAnswer,
    pub banned_until: Option<u64>,
    pub blocks: Vec<At>,
    pub friends: Vec<Friend>,
    pub invitations: usize,
    pub calls: Vec<Call>,
    pub messages: Vec<Message>,
    pub sign_ins: Vec<SignIn>,
    pub pushes: Vec<Push>,
    pub sanctions: Vec<Sanctioned>,
    pub reports: Vec<Reported>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conduct: Option<Noticed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentAnswer>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sanctioned {
    pub action: &'static str,
    pub reason: &'static str,
    pub created_at: u64,
    pub until: Option<u64>,
    pub appealed_at: Option<u64>,
}

/// What the person said of somebody, who is not named.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reported {
    pub session_id: String,
    pub reason: &'static str,
    pub created_at: u64,
}

/// What rules of conduct have counted of the person lately.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Noticed {
    pub slowed_until: Option<u64>,
    pub counts: Vec<Counted>,
}

/// One rule in one window. What was counted is forgotten when the rule has come true.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counted {
    pub rule: &'static str,
    pub from: u64,
    pub until: u64,
    pub came_true: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<usize>,
}

impl From<&Conduct> for Noticed {
    fn from(conduct: &Conduct) -> Self {
        // Of one or two reports one could guess who made them: they are told of when there are as many as the rule wants.
        let told = |count: &&Count| count.rule.signal != Signal::Reported || count.state == CountState::Fired;
        let counts = conduct.counts.iter().filter(told).map(Into::into).collect();
        Self { slowed_until: conduct.slowed_until.map(|until| until.0), counts }
    }
}

impl From<&Count> for Counted {
    fn from(count: &Count) -> Self {
        let counted = match &count.state {
            CountState::Counting(marks) => Some(marks.len()),
            CountState::Fired => None,
        };
        let (from, until) = (count.since.0, (count.since + count.rule.within).0);
        Self { rule: count.rule.name, from, until, came_true: counted.is_none(), counted }
    }
}

impl From<&Sanction> for Sanctioned {
    fn from(sanction: &Sanction) -> Self {
        Self {
            action: sanction.measure.as_str(),
            reason: sanction.reason.as_str(),
            created_at: sanction.at.0,
            until: sanction.measure.until().map(|until| until.0),
            appealed_at: sanction.appeal.as_ref().map(|appeal| appeal.at.0),
        }
    }
}

impl From<&Report> for Reported {
    fn from(report: &Report) -> Self {
        let (session_id, reason) = (report.session.to_string(), report.reason.as_str());
        Self { session_id, reason, created_at: report.at.0 }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct At {
    pub created_at: u64,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Friend {
    pub state: &'static str,
    pub since: u64,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    pub session_id: String,
    pub kind: &'static str,
    pub mode: &'static str,
    pub common_tags: Vec<String>,
    pub started_at: u64,
    pub duration_ms: u64,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub session_id: String,
    pub message: String,
    pub sent_at: u64,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    pub by: &'static str,
    pub began_at: u64,
    pub last_used_at: u64,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Push {
    pub service: String,
    pub last_used_at: u64,
}

/// The person themself.
#[must_use]
pub fn document(profile: &Profile, exported_at: u64) -> Document {
    Document {
        exported_at,
        profile: rest::profile(profile),
        banned_until: profile.banned_until.map(|until| until.0),
        blocks: profile.blocks.iter().map(|block| At { created_at: block.at.0 }).collect(),
        friends: Vec::new(),
        invitations: 0,
        calls: Vec::new(),
        messages: Vec::new(),
        sign_ins: Vec::new(),
        pushes: Vec::new(),
        sanctions: Vec::new(),
        reports: Vec::new(),
        conduct: None,
        consent: profile.consent.as_ref().map(moderation::consent),
    }
}

impl From<&Friendship> for Friend {
    fn from(row: &Friendship) -> Self {
        let state = match row.bond {
            Bond::Asked => "asked",
            Bond::AskedBy => "asked-by",
            Bond::Friends => "friends",
        };
        Self { state, since: row.since.0 }
    }
}

impl From<&CallRecord> for Call {
    fn from(record: &CallRecord) -> Self {
        Self {
            session_id: record.session.to_string(),
            kind: record.kind.as_str(),
            mode: record.mode.as_str(),
            common_tags: record.common_tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
            started_at: record.started_at.0,
            duration_ms: record.duration.0,
        }
    }
}

impl From<&ChatLine> for Message {
    fn from(line: &ChatLine) -> Self {
        let (session_id, message) = (line.session.to_string(), line.message.as_str().to_owned());
        Self { session_id, message, sent_at: line.sent_at.0 }
    }
}

impl From<&RefreshFamily> for SignIn {
    fn from(family: &RefreshFamily) -> Self {
        let by = match family.proof {
            Proof::None => "guest",
            Proof::Mail => "mail",
        };
        Self { by, began_at: family.began_at.0, last_used_at: family.rotated_at.0 }
    }
}

impl From<&Subscription> for Push {
    fn from(row: &Subscription) -> Self {
        Self { service: row.endpoint.origin().to_owned(), last_used_at: row.at.0 }
    }
}
