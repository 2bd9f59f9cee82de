//! One row of every kind, with every optional field filled or not.

mod kept;
mod room;
mod said;

use domain::call::Ring;
use domain::channel::{Channel, ChannelLease, Endpoints};
use domain::consent::Consent;
use domain::credential::{Card, Connection, Profile, WsTicket};
use domain::email::Email;
use domain::id::{NotAnId, SecretHash, Token};
use domain::profile::{Language, Mode, Nickname, ProfileError, Region, Tags, Wish};
use domain::queue::{Bucket, Hint};
use domain::refresh::{Proof, RefreshFamily};
use domain::refusal::Refusal;
use domain::row::{Row, Version};
use domain::session::{Between, EndReason, Extension, Phase, Role, Session, Side, Transport};
use domain::speech::{ChatLine, Message};
use domain::standing::{Barred, Block, Standing};
use domain::tally::{EventMark, Gauge, Happening, Sequence, Slot, Stay, Tally, Timing};
use domain::time::{SpanMs, TimeMs};
use domain::user::{Met, User, UserState, Waiting};
use domain::waits::Waits;

/// Makes rows whose ids are all derived from one seed.
#[derive(Debug, Clone)]
pub struct Rows {
    seed: String,
    now: TimeMs,
}

impl Rows {
    /// Rows that no other seed makes.
    #[must_use]
    pub fn of(seed: &Token, now: TimeMs) -> Self {
        Self { seed: seed.as_str().to_owned(), now }
    }

    /// A token that is the same for the same name.
    #[must_use]
    pub fn token(&self, name: &str) -> Token {
        Token::derived(&[&self.seed, name])
    }

    /// A user who waits, or is idle without ever having wished for anything.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn user(&self, waits: bool) -> Result<User, ProfileError> {
        let card = Card {
            nickname: Nickname::parse("Ada ✓")?,
            tags: Tags::parse(&["chess"])?,
            language: if waits { Some(Language::parse("en")?) } else { None },
            hide_ip: waits,
            agreed: waits.then_some(2),
            standing: self.standing(),
        };
        let idle = User::arriving(self.token("user").into(), card, self.token("device").into(), self.now);
        if !waits {
            let [device, address] = [self.token("device"), self.token("address")];
            let reach = vec![Barred::Device(device.into()), Barred::Address(address.into())];
            return Ok(User { reach, ..idle });
        }
        Ok(User {
            connection: Some(self.token("connection").into()),
            ring: Some(Ring { call: self.token("call").into(), until: self.now }),
            again: Some(self.token("over").into()),
            elsewhere: vec![self.token("tablet").into()],
            state: UserState::Waiting(Waiting {
                ticket: self.token("ticket").into(),
                since: self.now,
                look_at: self.now + SpanMs(3),
            }),
            last_ticket: Some(self.token("ticket").into()),
            wish: Some(self.wish()?),
            met: vec![Met { user: self.token("other").into(), at: self.now, skipped: true }],
            reported: vec![self.token("other").into()],
            slowed_until: Some(self.now),
            ..idle
        })
    }

    /// A user who is in the session.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn talking(&self) -> Result<User, ProfileError> {
        Ok(User { state: UserState::InSession(self.token("session").into()), ..self.user(true)? })
    }

    /// A wish with everything in it.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn wish(&self) -> Result<Wish, ProfileError> {
        Ok(Wish {
            tags: Tags::parse(&["chess", "straße #1"])?,
            language: Some(Language::parse("en")?),
            second_language: Some(Language::parse("pt-br")?),
            region: Some(Region::parse("eu-1")?),
            mode: Mode::Audio,
        })
    }

    /// A session over KVS that lost a side, or an ended one over relay.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn session(&self, ended: bool) -> Result<Session, ProfileError> {
        let side = |name: &str, lost: bool| {
            Ok::<_, ProfileError>(Side {
                user: self.token(name).into(),
                peer: self.token(&format!("{name} alias")).into(),
                nickname: Nickname::parse(name)?,
                connection: self.token(&format!("{name} connection")).into(),
                lost_at: lost.then_some(self.now),
                received: !lost,
                waited_since: lost.then_some(self.now),
                next_at: self.now,
            })
        };
        let lease = ChannelLease {
            channel: self.token("channel").into(),
            fence: Version(3),
            endpoints: self.endpoints(),
            viewer_client: self.token("viewer").into(),
        };
        Ok(Session {
            id: self.token("session").into(),
            version: Version::NEW,
            phase: if ended { Phase::Ended { at: self.now, reason: EndReason::Skipped } } else { Phase::Active },
            between: if ended { Between::Friends } else { Between::Strangers },
            sides: [side("offerer", !ended)?, side("answerer", false)?],
            mode: Mode::Video,
            common_tags: Tags::parse(&["chess"])?,
            started_at: self.now,
            ends_at: self.now + SpanMs::seconds(300),
            extension: Extension { granted: 1, asked_by: (!ended).then_some(Role::Answerer) },
            epoch: 2,
            transport: if ended { Transport::Relay } else { Transport::Kvs },
            relay_only: ended,
            lease: (!ended).then_some(lease),
        })
    }

    /// A user who is in the room.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn seated(&self) -> Result<User, ProfileError> {
        Ok(User { state: UserState::InRoom(self.token("room").into()), ..self.user(true)? })
    }

    /// A channel of the pool, free at `free_at`.
    #[must_use]
    pub fn channel(&self, name: &str, free_at: TimeMs) -> Channel {
        let endpoints = self.endpoints();
        Channel { id: self.token(name).into(), version: Version::NEW, endpoints, free_at, leased_to: None }
    }

    /// A hint of a ticket that waits since `since` in a bucket of the seed's own.
    ///
    /// # Errors
    /// None in practice: the names are good.
    pub fn hint(&self, name: &str, since: TimeMs) -> Result<Hint, ProfileError> {
        Ok(Hint {
            bucket: self.bucket()?,
            since,
            ticket: self.token(name).into(),
            user: self.token(name).into(),
            wish: self.wish()?,
            put_at: self.now,
        })
    }

    /// A bucket that nobody else uses.
    ///
    /// # Errors
    /// None in practice: the tag is good.
    pub fn bucket(&self) -> Result<Bucket, ProfileError> {
        Ok(Bucket::Tag(Mode::Video, domain::profile::Tag::parse(&self.seed)?))
    }

    /// A line of chat.
    ///
    /// # Errors
    /// None in practice: the message is good.
    pub fn line(&self, from: Role, n: u32) -> Result<ChatLine, Refusal> {
        let message = Message::parse(format!("line {n} <b>&amp;</b> 👋"))?;
        Ok(ChatLine { session: self.token("session").into(), from, n, message, sent_at: self.now + SpanMs(n.into()) })
    }

    /// One row of every kind.
    ///
    /// # Errors
    /// None in practice: names and numbers are good.
    pub fn every_kind(&self) -> Result<Vec<Row>, Box<dyn std::error::Error + Send + Sync>> {
        let card = Card {
            nickname: Nickname::parse("Ada")?,
            tags: Tags::parse(&["a"])?,
            language: Some(Language::parse("en")?),
            hide_ip: true,
            agreed: Some(1),
            standing: self.standing(),
        };
        let profile = Profile {
            user: self.token("user").into(),
            version: Version::NEW,
            device: self.token("device").into(),
            nickname: Nickname::parse("Ada")?,
            tags: Tags::default(),
            language: None,
            region: Some(Region::parse("eu")?),
            created_at: self.now,
            blocks: vec![Block { user: self.token("blocked").into(), nickname: Nickname::parse("Bob")?, at: self.now }],
            banned_until: Some(self.now),
            signed_out_at: Some(self.now),
            findable: false,
            hide_ip: true,
            consent: Some(Consent { version: 1, at: self.now }),
            moderates: true,
            email: Some(Email::parse("ada@example.org")?),
            account_since: Some(self.now),
            heir: Some(self.token("heir").into()),
            expires_at: self.now + SpanMs::seconds(60),
        };
        let ticket = WsTicket {
            hash: SecretHash::of(&self.seed),
            version: Version::NEW,
            user: self.token("user").into(),
            device: self.token("device").into(),
            family: self.token("family").into(),
            card: card.clone(),
            issued_at: self.now,
            used_by: Some(self.token("connection").into()),
        };
        let connection = Connection {
            id: self.token("connection").into(),
            user: self.token("user").into(),
            device: self.token("device").into(),
            family: self.token("family").into(),
            card,
            issued_at: self.now,
            opened_at: self.now,
        };
        let mut rows = vec![
            Row::User(self.user(true)?),
            Row::Session(self.session(false)?),
            Row::Hint(self.hint("ticket", self.now)?),
            Row::Waits(Waits { bucket: self.bucket()?, mean: SpanMs(1), samples: 7, measured_at: self.now }),
            Row::Channel(self.channel("channel", self.now)),
            Row::ChatLine(self.line(Role::Answerer, 1)?),
            Row::Connection(connection),
            Row::WsTicket(ticket),
            Row::Profile(profile),
            Row::Tally(self.tally()?),
        ];
        rows.push(Row::Room(self.room(true)?));
        rows.extend(self.every_kind_of_account()?);
        rows.extend(self.every_kind_of_report()?);
        Ok(rows)
    }

    fn tally(&self) -> Result<Tally, NotAnId> {
        let counted_to = Sequence::parse("49650000000000000000000000000000000000000000000000000001").ok_or(NotAnId)?;
        let happening = Happening {
            mark: EventMark::of(&self.token("event")),
            kind: "session.ended",
            label: Some("timeout".into()),
            timings: vec![(Timing::Match, SpanMs(7))],
            stays: vec![
                Stay::begins(Gauge::Queue, Slot::of(self.now)),
                Stay::ends(Gauge::Connections, Slot::of(self.now)),
            ],
            voices: Some(["one", "other"].map(|voice| EventMark::of(&self.token(voice)))),
            said_by: None,
        };
        let empty = Tally { version: Version(0), ..Tally::empty(self.seed.clone()) };
        empty.count(&[(counted_to, happening)]).map(|(tally, _)| tally).ok_or(NotAnId)
    }

    fn family(&self) -> RefreshFamily {
        let chance = [self.token("root"), self.token("leaf")];
        let (user, family) = (self.token("user").into(), self.token("family").into());
        let (chain, _) = RefreshFamily::begin(user, family, self.token("device").into(), Proof::Mail, chance, self.now);
        RefreshFamily { previous: Some(SecretHash::of("previous")), ..chain }
    }

    fn standing(&self) -> Standing {
        Standing {
            blocked: vec![self.token("blocked").into()],
            banned_until: Some(self.now),
            signed_out_at: Some(self.now),
        }
    }

    fn endpoints(&self) -> Endpoints {
        Endpoints {
            arn: format!("arn:aws:kinesisvideo:us-east-1:000000000000:channel/{}/1", self.seed),
            region: "us-east-1".into(),
            master_wss: "wss://m-1".into(),
            viewer_wss: "wss://v-1".into(),
            https: "https://r-1".into(),
        }
    }
}
