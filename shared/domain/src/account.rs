//! Accounts by e-mail, and the links that open them.

use crate::credential::{Newcomer, Profile};
use crate::directory::relist;
use crate::email::Email;
use crate::id::{AddressId, SecretHash, Token, UserId};
use crate::limits::{LINK_LIFE, LINK_TRIES_MAX};
use crate::row::{Change, Row, Version};
use crate::time::TimeMs;

/// Whose an address is; the address itself stands in the profile alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The address.
    pub address: AddressId,
    /// The fence of every change.
    pub version: Version,
    /// Whose it is.
    pub user: UserId,
}

/// Somebody asked for a link. The row waits for the errand that sends the mail; the errand's message names it by a secret
/// of which it keeps the hash, so that neither the queue nor the table tells the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRequest {
    /// The hash of the secret that the errand carries.
    pub id: SecretHash,
    /// Where the mail goes.
    pub email: Email,
    /// The hash of the nonce that the asking browser keeps as a cookie.
    pub nonce: SecretHash,
    /// With the errand's secret, makes the link's: an errand that is carried out twice sends the same link.
    pub salt: Token,
    /// What the person says of themself, for an account that is new.
    pub newcomer: Newcomer,
    /// The guest who asks, and wants to stay who they are.
    pub guest: Option<UserId>,
    /// When.
    pub asked_at: TimeMs,
}

/// The newest link for an address; the one before it is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MagicLink {
    /// For which address.
    pub address: AddressId,
    /// The fence of its one use.
    pub version: Version,
    /// Where it was sent.
    pub email: Email,
    /// The hash of the link's secret.
    pub secret: SecretHash,
    /// The hash of the code that stands for the link on the device that asked.
    pub code: SecretHash,
    /// The hash of that device's nonce.
    pub nonce: SecretHash,
    /// What the person said of themself.
    pub newcomer: Newcomer,
    /// The guest who asked.
    pub guest: Option<UserId>,
    /// When it was asked for.
    pub asked_at: TimeMs,
    /// How many wrong codes it still bears.
    pub tries_left: u8,
    /// Whether it has opened its session.
    pub used: bool,
}

/// What somebody holds out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Presented<'a> {
    /// The secret of the link.
    Secret(&'a str),
    /// The code that another device showed.
    Code(&'a str),
}

/// What it deserves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redemption {
    /// The session, once this row is written.
    Admitted(MagicLink),
    /// Nothing here: it is not the browser that asked. There, this code will do.
    Elsewhere(String),
    /// Nothing, and one try less, once this row is written.
    Wrong(MagicLink),
    /// Nothing: used, too old, or none of this link's.
    Refused,
}

impl LinkRequest {
    /// When the row may be forgotten, mail or no mail.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.asked_at + LINK_LIFE
    }

    /// The secret of the link, by that of the errand.
    #[must_use]
    pub fn secret(&self, errand: &Token) -> Token {
        Token::derived(&["link", errand.as_str(), self.salt.as_str()])
    }

    /// The change that makes this link the newest of its address. `None`: a newer one was asked for meanwhile, or the
    /// link of this very request stands there; the latter is sent again.
    #[must_use]
    pub fn issue(&self, errand: &Token, before: Option<&MagicLink>, now: TimeMs) -> Option<Change> {
        let secret = self.secret(errand);
        let link = MagicLink {
            address: self.email.id(),
            version: before.map_or(Version::made_at(now), |before| before.version.next()),
            email: self.email.clone(),
            secret: SecretHash::of(secret.as_str()),
            code: code_hash(&self.nonce, &code_of(secret.as_str())),
            nonce: self.nonce.clone(),
            newcomer: self.newcomer.clone(),
            guest: self.guest.clone(),
            asked_at: self.asked_at,
            tries_left: LINK_TRIES_MAX,
            used: false,
        };
        match before {
            None => Some(Change::create(Row::MagicLink(link), now)),
            Some(before) if before.asked_at <= self.asked_at && !self.made(errand, before) => {
                Some(Change::update(Row::MagicLink(link)))
            }
            Some(_) => None,
        }
    }

    /// Whether the newest link of the address is that of this request, and still of use.
    #[must_use]
    pub fn stands(&self, errand: &Token, newest: Option<&MagicLink>) -> bool {
        newest.is_some_and(|link| self.made(errand, link) && !link.used)
    }

    fn made(&self, errand: &Token, link: &MagicLink) -> bool {
        link.secret == SecretHash::of(self.secret(errand).as_str())
    }
}

impl MagicLink {
    /// When the link is over.
    #[must_use]
    pub fn expires_at(&self) -> TimeMs {
        self.asked_at + LINK_LIFE
    }

    /// Judges what somebody holds out, with the nonce of their browser. A browser that did not ask learns a code at most,
    /// and changes nothing, whatever it clicks.
    #[must_use]
    pub fn present(&self, presented: Presented<'_>, nonce: Option<&str>, now: TimeMs) -> Redemption {
        let asked_here = nonce.is_some_and(|nonce| SecretHash::of(nonce) == self.nonce);
        if self.used || self.expires_at() <= now {
            return Redemption::Refused;
        }
        match (presented, asked_here) {
            (Presented::Secret(secret), _) if SecretHash::of(secret) != self.secret => Redemption::Refused,
            (Presented::Secret(_), true) => Redemption::Admitted(self.redeemed()),
            (Presented::Secret(secret), false) => Redemption::Elsewhere(code_of(secret)),
            (Presented::Code(_), false) => Redemption::Refused,
            (Presented::Code(_), true) if self.tries_left == 0 => Redemption::Refused,
            (Presented::Code(code), true) if code_hash(&self.nonce, &canonical_code(code)) == self.code => {
                Redemption::Admitted(self.redeemed())
            }
            (Presented::Code(_), true) => {
                let tries_left = self.tries_left - 1;
                Redemption::Wrong(Self { version: self.version.next(), tries_left, ..self.clone() })
            }
        }
    }

    fn redeemed(&self) -> Self {
        Self { version: self.version.next(), used: true, ..self.clone() }
    }
}

/// Who comes in by a link: the owner of the account, the guest who asked and owns it from now on, or somebody new.
///
/// `account` and `owner` are as stored; an account whose owner is gone goes to whoever reads its mail.
#[must_use]
pub fn enter(
    link: &MagicLink,
    account: Option<&Account>,
    owner: Option<&Profile>,
    guest: Option<&Profile>,
    fresh: Profile,
    now: TimeMs,
) -> (Profile, Vec<Change>) {
    if let Some(owner) = owner {
        let stays = owner.renewed(now);
        let mut changes: Vec<Change> =
            stays.iter().map(|profile| Change::update(Row::Profile(profile.clone()))).collect();
        let now_is = stays.unwrap_or_else(|| owner.clone());
        changes.extend(relist(Some(owner), Some(&now_is)));
        return (now_is, changes);
    }
    let guest = guest.filter(|guest| guest.email.is_none());
    let (profile, change) = match guest {
        Some(guest) => {
            let profile = guest.owning(link.email.clone(), now);
            (profile.clone(), Change::update(Row::Profile(profile)))
        }
        None => {
            let profile = fresh.owning(link.email.clone(), now);
            let profile = Profile { version: Version::NEW, ..profile };
            // Their id is new: nothing can stand there.
            (profile.clone(), Change::put(Row::Profile(profile)))
        }
    };
    let version = account.map_or(Version::NEW, |account| account.version.next());
    let owned = Account { address: link.address.clone(), version, user: profile.user.clone() };
    let owns = match account {
        None => Change::create(Row::Account(owned), now),
        Some(_) => Change::update(Row::Account(owned)),
    };
    let changes = [change, owns].into_iter().chain(relist(guest, Some(&profile))).collect();
    (profile, changes)
}

/// Eight characters of Crockford's base 32, by which a person carries a link to the device that asked: 40 bits, of use
/// only there.
fn code_of(secret: &str) -> String {
    Token::derived(&["code", secret]).as_str().chars().rev().take(8).collect()
}

/// As people type it: in small letters, with spaces and hyphens, O for 0, I and L for 1 (Crockford's base 32).
fn canonical_code(typed: &str) -> String {
    let meant = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').take(9).map(meant).collect()
}

fn code_hash(nonce: &SecretHash, code: &str) -> SecretHash {
    SecretHash::of(&format!("{}.{code}", nonce.as_str()))
}
