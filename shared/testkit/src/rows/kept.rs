//! Rows of what people keep beyond a visit.

use domain::account::{Account, LinkRequest, MagicLink};
use domain::call::{Call, CallEnd, CallPhase, Party};
use domain::credential::Newcomer;
use domain::directory::Entry;
use domain::email::Email;
use domain::friend::{Bond, Friendship, Invitation, InvitationSide, InviteRequest, KnownAs};
use domain::history::{CallKind, CallRecord};
use domain::id::SecretHash;
use domain::profile::{Language, Mode, Nickname, ProfileError, Tags};
use domain::push::{BrowserKeys, Endpoint, Subscription};
use domain::refusal::Refusal;
use domain::row::{Row, Version};
use domain::standing::BlockedBy;
use domain::time::{SpanMs, TimeMs};

use super::Rows;

impl Rows {
    /// Of what people keep beyond a visit.
    pub(super) fn every_kind_of_account(&self) -> Result<Vec<Row>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(vec![
            Row::RefreshFamily(self.family()),
            Row::Account(Account {
                address: self.token("address").into(),
                version: Version::NEW,
                user: self.token("user").into(),
            }),
            Row::LinkRequest(self.link_request()?),
            Row::MagicLink(self.magic_link()?),
            Row::Friendship(self.friendship("friend", Bond::AskedBy)?),
            Row::Invitation(self.invitation(InvitationSide::Sent)?),
            Row::Invitation(self.invitation(InvitationSide::Received)?),
            Row::InviteRequest(InviteRequest {
                id: SecretHash::of(&self.seed),
                from: self.token("user").into(),
                email: self.email()?,
                asked_at: self.now,
            }),
            Row::Entry(self.entry("Ada")?),
            Row::CallRecord(self.record(self.now)?),
            Row::BlockedBy(BlockedBy { user: self.token("user").into(), owner: self.token("owner").into() }),
            Row::Call(self.call()?),
            Row::Subscription(self.subscription()?),
        ])
    }

    /// What the user knows of somebody.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn friendship(&self, other: &str, bond: Bond) -> Result<Friendship, ProfileError> {
        Ok(Friendship {
            owner: self.token("user").into(),
            other: self.token(other).into(),
            version: Version::NEW,
            bond,
            known_as: KnownAs::Nickname(Nickname::parse("Bob")?),
            since: self.now,
        })
    }

    /// An invitation to an address of the seed's own.
    ///
    /// # Errors
    /// None in practice: the address is good.
    pub fn invitation(&self, side: InvitationSide) -> Result<Invitation, Refusal> {
        Ok(Invitation { from: self.token("user").into(), email: self.email()?, side, at: self.now })
    }

    /// An entry of the directory, under a name that begins like no other seed's.
    ///
    /// # Errors
    /// None in practice: the name is good.
    pub fn entry(&self, name: &str) -> Result<Entry, ProfileError> {
        let nickname = Nickname::parse(&format!("{}{name}", &self.seed[..20]))?;
        Ok(Entry { user: self.token(name).into(), nickname, expires_at: self.now + SpanMs::seconds(60) })
    }

    /// A call that the user remembers.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn record(&self, started_at: TimeMs) -> Result<CallRecord, ProfileError> {
        Ok(CallRecord {
            owner: self.token("user").into(),
            session: self.token("session").into(),
            peer: self.token("peer").into(),
            nickname: Nickname::parse("Bob")?,
            common_tags: Tags::parse(&["chess"])?,
            mode: Mode::Audio,
            kind: CallKind::Missed,
            started_at,
            duration: SpanMs(1_234),
        })
    }

    fn call(&self) -> Result<Call, ProfileError> {
        let party = |name: &str| {
            Ok::<_, ProfileError>(Party { user: self.token(name).into(), nickname: Nickname::parse(name)? })
        };
        Ok(Call {
            id: self.token("call").into(),
            version: Version::NEW,
            caller: party("Ada")?,
            callee: party("Bob")?,
            mode: Mode::Video,
            common_tags: Tags::parse(&["chess"])?,
            began_at: self.now,
            phase: CallPhase::Over(CallEnd::TimedOut),
        })
    }

    fn subscription(&self) -> Result<Subscription, Refusal> {
        Ok(Subscription {
            owner: self.token("user").into(),
            family: self.token("family").into(),
            endpoint: Endpoint::parse(&format!("https://fcm.googleapis.com/fcm/send/{}", self.seed))?,
            keys: BrowserKeys::parse(&"B".repeat(87), &"a".repeat(22))?,
            at: self.now,
        })
    }

    fn email(&self) -> Result<Email, Refusal> {
        Email::parse(&format!("{}@example.org", self.seed))
    }

    pub(super) fn newcomer() -> Result<Newcomer, ProfileError> {
        let (nickname, tags) = (Some(Nickname::parse("Ada")?), Tags::parse(&["chess"])?);
        Ok(Newcomer { nickname, tags, language: Some(Language::parse("en")?), region: None })
    }

    fn link_request(&self) -> Result<LinkRequest, Box<dyn std::error::Error + Send + Sync>> {
        Ok(LinkRequest {
            id: SecretHash::of(&self.seed),
            email: Email::parse("ada+link@example.org")?,
            nonce: SecretHash::of("nonce"),
            salt: self.token("salt"),
            newcomer: Self::newcomer()?,
            guest: Some(self.token("user").into()),
            asked_at: self.now,
        })
    }

    fn magic_link(&self) -> Result<MagicLink, Box<dyn std::error::Error + Send + Sync>> {
        Ok(MagicLink {
            address: self.token("address").into(),
            version: Version::NEW,
            email: Email::parse("ada+link@example.org")?,
            secret: SecretHash::of("secret"),
            code: SecretHash::of("code"),
            nonce: SecretHash::of("nonce"),
            newcomer: Self::newcomer()?,
            guest: None,
            asked_at: self.now,
            tries_left: 4,
            used: true,
        })
    }
}
