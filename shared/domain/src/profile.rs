//! What a person says about themself, made canonical at the door.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::id::Token;
use crate::limits::{NICKNAME_CHARS_MAX, ROOM_NAME_CHARS_MAX, TAG_CHARS_MAX, TAGS_MAX};

/// Why a profile field is refused; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Nickname empty or too long.
    #[error("A nickname has 1 to {NICKNAME_CHARS_MAX} characters.")]
    Nickname,
    /// A tag is empty or too long.
    #[error("A tag has 1 to {TAG_CHARS_MAX} characters.")]
    Tag,
    /// Too many tags.
    #[error("Choose at most {TAGS_MAX} tags.")]
    TooManyTags,
    /// Not a language tag.
    #[error("A language is a tag such as `en` or `pt-br`.")]
    Language,
    /// A room's name empty or too long.
    #[error("A room's name has 1 to {ROOM_NAME_CHARS_MAX} characters.")]
    RoomName,
    /// Not a region.
    #[error("A region has 1 to 32 letters, digits or hyphens.")]
    Region,
}

/// A name shown to the partner: NFKC, trimmed, inner white space folded, no control characters, 1 to 40 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nickname(String);

impl Nickname {
    /// # Errors
    /// [`ProfileError::Nickname`] when nothing is left of it or it is over 40 characters.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let name = canonical(text);
        if name.chars().any(is_seen) && name.chars().count() <= NICKNAME_CHARS_MAX {
            Ok(Self(name))
        } else {
            Err(ProfileError::Nickname)
        }
    }

    /// A name for someone who gives none.
    ///
    /// # Errors
    /// None in practice; the type says that every name has been checked.
    pub fn guest(chance: &Token) -> Result<Self, ProfileError> {
        let digits: String = chance.as_str().chars().rev().take(4).collect();
        Self::parse(&format!("Guest {digits}"))
    }

    /// What stands in the place of somebody who is erased.
    ///
    /// # Errors
    /// None in practice, see [`Nickname::guest`].
    pub fn nobody() -> Result<Self, ProfileError> {
        Self::parse("Somebody who left")
    }

    /// Whether it is one that [`Nickname::guest`] makes.
    #[must_use]
    pub fn is_made_up(&self) -> bool {
        let digits = self.0.strip_prefix("Guest ").unwrap_or_default();
        digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a room, made canonical as nicknames are: 1 to 60 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomName(String);

impl RoomName {
    /// # Errors
    /// [`ProfileError::RoomName`] when nothing is left of it or it is over 60 characters.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let name = canonical(text);
        if name.chars().any(is_seen) && name.chars().count() <= ROOM_NAME_CHARS_MAX {
            Ok(Self(name))
        } else {
            Err(ProfileError::RoomName)
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One interest: NFKC, trimmed, lower case, 1 to 30 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(String);

impl Tag {
    /// # Errors
    /// [`ProfileError::Tag`] when nothing is left of it or it is over 30 characters.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let tag = lower(text);
        if tag.chars().any(is_seen) && tag.chars().count() <= TAG_CHARS_MAX {
            Ok(Self(tag))
        } else {
            Err(ProfileError::Tag)
        }
    }

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// At most ten tags, each once, in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags(BTreeSet<Tag>);

impl Tags {
    /// # Errors
    /// [`ProfileError::Tag`] for a bad tag, [`ProfileError::TooManyTags`] for more than ten different ones.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, ProfileError> {
        let tags = texts.iter().map(|text| Tag::parse(text.as_ref())).collect::<Result<BTreeSet<_>, _>>()?;
        if tags.len() <= TAGS_MAX { Ok(Self(tags)) } else { Err(ProfileError::TooManyTags) }
    }

    /// The tags in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tags that both have.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// How many tags both have.
    #[must_use]
    pub fn common_count(&self, other: &Self) -> usize {
        self.0.intersection(&other.0).count()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// A language tag (RFC 5646 in spirit: letters, digits and hyphens, at most 35), lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(String);

impl Language {
    /// # Errors
    /// [`ProfileError::Language`] when it is not a language tag.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        plain_word(text, 2..=35).map(Self).ok_or(ProfileError::Language)
    }

    /// The tag as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A region by a name that the deployment's people use, lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region(String);

impl Region {
    /// # Errors
    /// [`ProfileError::Region`] when it is not 1 to 32 letters, digits or hyphens.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        plain_word(text, 1..=32).map(Self).ok_or(ProfileError::Region)
    }

    /// The region as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How two people want to talk; both must want the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Mode {
    /// Camera and microphone.
    #[default]
    Video,
    /// Microphone only.
    Audio,
    /// Chat only.
    Text,
}

impl Mode {
    /// The mode as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Text => "text",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Video, Self::Audio, Self::Text].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// Whom someone who joins the queue would like to meet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wish {
    /// Interests; at least one in common to meet at once.
    pub tags: Tags,
    /// The language of the talk; absent matches any.
    pub language: Option<Language>,
    /// A further language from the profile, good enough after a while.
    pub second_language: Option<Language>,
    /// The region; absent matches any.
    pub region: Option<Region>,
    /// Video, audio or text; never relaxed.
    pub mode: Mode,
}

fn canonical(text: &str) -> String {
    let shown = |c: &char| (!c.is_control() || c.is_whitespace()) && !overrides_direction(*c);
    let composed: String = text.nfkc().filter(shown).collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character alone leaves something to see: no space, no mark on another one, no filler of no width.
fn is_seen(c: char) -> bool {
    let filler = matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}');
    !c.is_whitespace() && !filler && !is_combining_mark(c)
}

/// Characters that turn the direction of what follows, with which a name could reach beyond its place (UAX #9).
const fn overrides_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Lower case can decompose (`İ`), so compose once more: canonical text is a fixed point.
fn lower(text: &str) -> String {
    canonical(&canonical(text).to_lowercase())
}

fn plain_word(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<String> {
    let word = text.trim().to_ascii_lowercase();
    let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (plain && lengths.contains(&word.len())).then_some(word)
}
