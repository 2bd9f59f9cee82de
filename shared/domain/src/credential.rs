//! Rows that prove who someone is, or that they may come in.

use crate::consent::Consent;
use crate::email::Email;
use crate::id::{ConnectionId, DeviceId, FamilyId, SecretHash, Token, UserId};
use crate::limits::{
    ACCOUNT_LIFE, CONNECTION_DRAINS_AFTER, CONNECTION_LIFE, GUEST_LIFE, MODERATOR_SIGN_IN, PROFILE_RENEWED_EVERY,
    SESSION_LOG_LIFE, WS_TICKET_LIFE,
};
use crate::profile::{Language, Nickname, ProfileError, Region, Tags};
use crate::refresh::{Proof, RefreshFamily};
use crate::refusal::{Code, Refusal};
use crate::row::Version;
use crate::standing::{Bar, Block, Standing};
use crate::time::{SpanMs, TimeMs};

/// A person's profile; what must not be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Who.
    pub user: UserId,
    /// The fence of every change.
    pub version: Version,
    /// The device that signed in first.
    pub device: DeviceId,
    /// The name that partners see.
    pub nickname: Nickname,
    /// The tags used last.
    pub tags: Tags,
    /// The language spoken.
    pub language: Option<Language>,
    /// The region lived in.
    pub region: Option<Region>,
    /// When the person first came.
    pub created_at: TimeMs,
    /// Whom the person never wants to meet again, oldest first.
    pub blocks: Vec<Block>,
    /// Until when a ban holds.
    pub banned_until: Option<TimeMs>,
    /// When the person last signed out everywhere.
    pub signed_out_at: Option<TimeMs>,
    /// Whether people find the person by name.
    pub findable: bool,
    /// Whether calls must not show the person's network address.
    pub hide_ip: bool,
    /// What the person has agreed to.
    pub consent: Option<Consent>,
    /// Whether the person is one of the moderators.
    pub moderates: bool,
    /// The address by which the person signs in; a guest has none.
    pub email: Option<Email>,
    /// Since when the person has an account.
    pub account_since: Option<TimeMs>,
    /// Who a guest has become who signed in to an account that there was: what is said of the guest is said of them.
    pub heir: Option<UserId>,
    /// When the row may be forgotten; moves on with every refresh.
    pub expires_at: TimeMs,
}

/// What someone who comes says of themself; everything can be absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the fields of Profile")]
pub struct Newcomer {
    pub nickname: Option<Nickname>,
    pub tags: Tags,
    pub language: Option<Language>,
    pub region: Option<Region>,
}

/// What the live side knows of a profile, so that it need not read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The name that partners see.
    pub nickname: Nickname,
    /// The tags for who joins the queue without naming any.
    pub tags: Tags,
    /// A language that is good enough after a while.
    pub language: Option<Language>,
    /// Whether calls must not show the network address.
    pub hide_ip: bool,
    /// Which version of the terms they have agreed to.
    pub agreed: Option<u32>,
    /// Blocks and bans, for who has no live row yet. A block that is made meanwhile makes that row, which then counts;
    /// it lives longer than any ticket and connection.
    pub standing: Standing,
}

/// A ticket that opens one WebSocket connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WsTicket {
    /// The hash of the ticket; the ticket itself is kept nowhere.
    pub hash: SecretHash,
    /// The fence of its one use.
    pub version: Version,
    /// Whom it lets in.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// By which sign-in; logged out, its connections are closed.
    pub family: FamilyId,
    /// What the connection will know of the profile.
    pub card: Card,
    /// Since when.
    pub issued_at: TimeMs,
    /// Which connection it opened.
    pub used_by: Option<ConnectionId>,
}

/// An open WebSocket connection; says who speaks on it, for as long as it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// Who speaks.
    pub user: UserId,
    /// On which device.
    pub device: DeviceId,
    /// By which sign-in.
    pub family: FamilyId,
    /// What it knows of the profile.
    pub card: Card,
    /// When its ticket was issued.
    pub issued_at: TimeMs,
    /// Since when.
    pub opened_at: TimeMs,
}

impl Profile {
    /// Somebody new, a guest. `chance` names who gives no name.
    ///
    /// # Errors
    /// None in practice, see [`Nickname::guest`].
    pub fn guest(
        user: UserId,
        device: DeviceId,
        newcomer: Newcomer,
        chance: &Token,
        now: TimeMs,
    ) -> Result<Self, ProfileError> {
        let Newcomer { nickname, tags, language, region } = newcomer;
        Ok(Self {
            user,
            version: Version::NEW,
            device,
            nickname: nickname.map_or_else(|| Nickname::guest(chance), Ok)?,
            tags,
            language,
            region,
            created_at: now,
            blocks: Vec::new(),
            banned_until: None,
            signed_out_at: None,
            findable: true,
            hide_ip: false,
            consent: None,
            moderates: false,
            email: None,
            account_since: None,
            heir: None,
            expires_at: now + GUEST_LIFE,
        })
    }

    /// Whether the person moderates, by a sign-in that is new enough.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn may_moderate(&self, family: &RefreshFamily, now: TimeMs) -> Result<(), Refusal> {
        if !self.moderates {
            return Err(Refusal::new(Code::Forbidden, "This is for moderators."));
        }
        if family.proof == Proof::None || now.since(family.began_at) > MODERATOR_SIGN_IN {
            let message = "Moderating needs a sign-in of today: ask for a new link by mail.";
            return Err(Refusal::new(Code::Forbidden, message));
        }
        Ok(())
    }

    /// How long the profile is kept after its last use.
    const fn life(&self) -> SpanMs {
        if self.email.is_some() { ACCOUNT_LIFE } else { GUEST_LIFE }
    }

    /// Whether the person is here for the first time today (UTC), by when the profile was last renewed.
    #[must_use]
    pub fn is_first_seen_today(&self, now: TimeMs) -> bool {
        (self.expires_at - self.life()).days() < now.days()
    }

    /// The next version of one that would be forgotten too early for somebody who is here now; it is not written at every
    /// refresh.
    #[must_use]
    pub fn renewed(&self, now: TimeMs) -> Option<Self> {
        let expires_at = now + self.life();
        let is_due = expires_at.since(self.expires_at) > PROFILE_RENEWED_EVERY;
        is_due.then(|| Self { version: self.version.next(), expires_at, ..self.clone() })
    }

    /// The next version, of somebody who signs in by this address from now on.
    #[must_use]
    pub fn owning(&self, email: Email, now: TimeMs) -> Self {
        Self {
            version: self.version.next(),
            email: Some(email),
            account_since: Some(now),
            expires_at: now + ACCOUNT_LIFE,
            ..self.clone()
        }
    }

    /// A guest who is somebody else from now on: signed out, held by no ban of their own, and known for as long as a partner
    /// can report them.
    #[must_use]
    pub fn becoming(&self, heir: UserId, now: TimeMs) -> Self {
        let expires_at = self.expires_at.max(now + SESSION_LOG_LIFE);
        Self { heir: Some(heir), banned_until: None, signed_out_at: Some(now), expires_at, ..self.clone() }
    }

    /// Lets pass whom a bar on their device or address does not hold.
    ///
    /// # Errors
    /// `banned`, with the time that is left.
    pub fn pass(&self, bar: &Bar, now: TimeMs) -> Result<(), Refusal> {
        bar.admit(self.account_since, now)
    }

    /// What the live side must know of blocks and bans.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let blocked = self.blocks.iter().map(|block| block.user.clone()).collect();
        Standing { blocked, banned_until: self.banned_until, signed_out_at: self.signed_out_at }
    }

    /// What the live side knows of this profile.
    #[must_use]
    pub fn card(&self) -> Card {
        Card {
            nickname: self.nickname.clone(),
            tags: self.tags.clone(),
            language: self.language.clone(),
            hide_ip: self.hide_ip,
            agreed: self.consent.map(|consent| consent.version),
            standing: self.standing(),
        }
    }
}

impl WsTicket {
    /// Until when it opens a connection.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.issued_at + WS_TICKET_LIFE
    }

    /// The ticket after it opened `connection`, if it may: in time and once.
    #[must_use]
    pub fn used(&self, connection: &ConnectionId, now: TimeMs) -> Option<Self> {
        let may = self.expires_at() > now && self.used_by.is_none();
        may.then(|| Self { version: self.version.next(), used_by: Some(connection.clone()), ..self.clone() })
    }
}

impl Connection {
    /// Whether it is so old that a new one should take its place.
    #[must_use]
    pub fn drains(&self, now: TimeMs) -> bool {
        now.since(self.opened_at) >= CONNECTION_DRAINS_AFTER
    }

    /// When the row may be forgotten.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.opened_at + CONNECTION_LIFE
    }
}
