//! The directory: people by the beginning of their nickname, for who looks for somebody.

use unicode_normalization::UnicodeNormalization;

use crate::credential::Profile;
use crate::id::UserId;
use crate::limits::{SEARCH_CHARS_MAX, SEARCH_CHARS_MIN};
use crate::profile::Nickname;
use crate::refusal::{Code, Refusal};
use crate::row::{Change, Key, Row};
use crate::time::TimeMs;

/// An entry of somebody who wants to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Who.
    pub user: UserId,
    /// The name as it is shown.
    pub nickname: Nickname,
    /// When the row may be forgotten: with the profile.
    pub expires_at: TimeMs,
}

/// A nickname, or its beginning, as names are compared: in small letters, without accents (NFKD), and without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folded(String);

impl Folded {
    /// What somebody looks for.
    ///
    /// # Errors
    /// `invalid_request` for less than two letters or more than a nickname has.
    pub fn sought(text: &str) -> Result<Self, Refusal> {
        let folded = Self(fold(text));
        let fits = (SEARCH_CHARS_MIN..=SEARCH_CHARS_MAX).contains(&folded.0.chars().count());
        let message = format!("Type {SEARCH_CHARS_MIN} to {SEARCH_CHARS_MAX} letters of a name.");
        if fits { Ok(folded) } else { Err(Refusal::new(Code::InvalidRequest, message)) }
    }

    /// A whole name.
    #[must_use]
    pub fn of(nickname: &Nickname) -> Self {
        Self(fold(nickname.as_str()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which part of the directory: all names with the same first letters.
    #[must_use]
    pub fn page(&self) -> String {
        self.0.chars().take(SEARCH_CHARS_MIN).collect()
    }
}

impl Entry {
    /// The entry of a person, if they want to be found and have chosen a name that can be.
    #[must_use]
    pub fn of(profile: &Profile) -> Option<Self> {
        let long_enough = Folded::of(&profile.nickname).0.chars().count() >= SEARCH_CHARS_MIN;
        let listed = profile.findable && long_enough && !profile.nickname.is_made_up();
        let Profile { user, nickname, expires_at, .. } = profile;
        listed.then(|| Self { user: user.clone(), nickname: nickname.clone(), expires_at: *expires_at })
    }

    /// Where it stands.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::Entry(Folded::of(&self.nickname), self.user.clone())
    }
}

/// What becomes of a person's entry by a change of their profile; it rides on the profile's own fence.
#[must_use]
pub fn relist(before: Option<&Profile>, after: Option<&Profile>) -> Vec<Change> {
    let (old, new) = (before.and_then(Entry::of), after.and_then(Entry::of));
    if old == new {
        return Vec::new();
    }
    let moved = old.filter(|old| new.as_ref().is_none_or(|new| new.key() != old.key()));
    let gone = moved.map(|old| Change::delete(old.key()));
    gone.into_iter().chain(new.map(|new| Change::put(Row::Entry(new)))).collect()
}

fn fold(text: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric();
    text.nfkd().filter(plain).flat_map(char::to_lowercase).filter(plain).collect()
}
