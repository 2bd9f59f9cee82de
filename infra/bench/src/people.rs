//! Whom the core is measured with: wishes as a large service might see them.

use domain::credential::Card;
use domain::id::{DeviceId, UserId};
use domain::profile::{Language, Mode, Nickname, ProfileError, Region, Tags, Wish};
use domain::standing::Standing;
use domain::time::TimeMs;
use domain::user::User;
use fastrand::Rng;

/// So many tags are known; the k-th is chosen 1/k times as often as the first (Zipf's law).
pub const TAGS: usize = 1_000;
/// Shares of people with 0, 1, 2, 3, 4 and 5 tags, in percent.
const TAG_COUNTS: [u32; 6] = [25, 25, 20, 15, 10, 5];
/// Languages and their shares in percent; the rest names none.
const LANGUAGES: [(&str, u32); 4] = [("en", 50), ("es", 20), ("de", 10), ("pt", 10)];
/// Regions and their shares in percent; the rest names none.
const REGIONS: [(&str, u32); 4] = [("eu", 25), ("us", 25), ("sa", 15), ("in", 5)];
/// Shares of the modes in percent.
const MODES: [(Mode, u32); 3] = [(Mode::Video, 80), (Mode::Audio, 10), (Mode::Text, 10)];

/// People, the same ones for the same seed.
#[derive(Debug)]
pub struct People {
    chance: Rng,
    /// How often the first k tags are chosen together, in 1/k.
    weights: Vec<f64>,
}

impl People {
    /// People of one seed.
    pub fn of(seed: u64) -> Self {
        let weights = (1..=TAGS).scan(0.0, |sum, k| {
            *sum += 1.0 / f64::from(u32::try_from(k).unwrap_or(u32::MAX));
            Some(*sum)
        });
        Self { chance: Rng::with_seed(seed), weights: weights.collect() }
    }

    /// The chance they are made of.
    pub fn chance(&mut self) -> &mut Rng {
        &mut self.chance
    }

    /// What one of them looks for.
    ///
    /// # Errors
    /// None in practice: every word is a lawful one.
    pub fn wish(&mut self) -> Result<Wish, ProfileError> {
        let mode = self.share(&MODES).unwrap_or_default();
        self.wish_in(mode)
    }

    /// What one of them looks for who wants to talk in this way.
    ///
    /// # Errors
    /// None in practice: every word is a lawful one.
    pub fn wish_in(&mut self, mode: Mode) -> Result<Wish, ProfileError> {
        let counts: Vec<(usize, u32)> = TAG_COUNTS.iter().copied().enumerate().collect();
        let count = self.share(&counts).unwrap_or_default();
        let tags: Vec<String> = (0..count).map(|_| format!("tag{}", self.popular_tag())).collect();
        Ok(Wish {
            tags: Tags::parse(&tags)?,
            language: self.share(&LANGUAGES).map(Language::parse).transpose()?,
            second_language: self.share(&LANGUAGES).map(Language::parse).transpose()?,
            region: self.share(&REGIONS).map(Region::parse).transpose()?,
            mode,
        })
    }

    /// Somebody who has just come online.
    ///
    /// # Errors
    /// None in practice: every word is a lawful one.
    pub fn user(number: usize, wish: &Wish, now: TimeMs) -> anyhow::Result<User> {
        let card = Card {
            nickname: Nickname::parse("Ada")?,
            tags: wish.tags.clone(),
            language: wish.second_language.clone(),
            hide_ip: false,
            agreed: None,
            standing: Standing::default(),
        };
        let device = DeviceId::parse(&format!("d{number}"))?;
        Ok(User::arriving(UserId::parse(&format!("u{number}"))?, card, device, now))
    }

    fn popular_tag(&mut self) -> usize {
        let aim = self.chance.f64() * self.weights.last().copied().unwrap_or_default();
        self.weights.partition_point(|sum| *sum < aim)
    }

    fn share<T: Copy>(&mut self, shares: &[(T, u32)]) -> Option<T> {
        let mut aim = self.chance.u32(0..100);
        shares.iter().find_map(|(what, share)| {
            let chosen = aim < *share;
            aim = aim.saturating_sub(*share);
            chosen.then_some(*what)
        })
    }
}
