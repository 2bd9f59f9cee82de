//! Coming in as a guest, staying in, going out.

use domain::credential::{Profile, Refresh, RefreshFamily};
use domain::fact::{Fact, FactKind, Pseudonym};
use domain::id::{DeviceId, FamilyId, Token, UserId};
use domain::limits::{ATTEMPTS_MAX, LOGIN_WINDOW, PROFILE_RENEW_BELOW, REFRESH_LIFE};
use domain::profile::{Language, Nickname, Region, Tags};
use domain::refusal::{Code, Refusal};
use domain::row::{Change, Key, Row, Version};
use domain::time::{SpanMs, TimeMs};
use ports::{Ambient, Commit, Journal, Limit, Record, Store};

use crate::{Result, Settings, contended, load};

/// What someone who comes in says of themself; everything can be absent.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields of domain::credential::Profile")]
pub struct LoginWish {
    pub nickname: Option<Nickname>,
    pub tags: Tags,
    pub language: Option<Language>,
    pub region: Option<Region>,
    pub device: Option<DeviceId>,
}

/// Someone who came in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their new profile.
    pub profile: Profile,
    /// Keeps them in.
    pub refresh: RefreshToken,
}

/// A refresh token in clear, for the cookie alone: `<family>.<secret>`.
#[derive(Clone)]
pub struct RefreshToken {
    family: FamilyId,
    secret: Token,
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken")
    }
}

impl RefreshToken {
    /// The value of the cookie.
    #[must_use]
    pub fn cookie_value(&self) -> String {
        format!("{}.{}", self.family, self.secret.as_str())
    }
}

/// Someone who stays in.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// Who.
    pub profile: Profile,
    /// The next refresh token.
    pub refresh: RefreshToken,
}

/// Lets a new guest in. `viewer` is the address that counts.
///
/// # Errors
/// `rate_limited` over the limit of an address, or a port failed.
pub async fn sign_in<W>(world: &W, settings: &Settings, wish: LoginWish, viewer: Option<&str>) -> Result<SignedIn>
where
    W: Store + Journal + Ambient + Sync,
{
    let now = world.now();
    admit(world, settings, viewer.unwrap_or("unknown"), now).await?;
    let user: UserId = world.token().into();
    let nickname = wish.nickname.map_or_else(|| Nickname::guest(&world.token()), Ok).map_err(Refusal::from)?;
    let profile = Profile {
        user: user.clone(),
        version: Version::NEW,
        device: wish.device.unwrap_or_else(|| world.token().into()),
        nickname,
        tags: wish.tags,
        language: wish.language,
        region: wish.region,
        created_at: now,
        blocks: Vec::new(),
        banned_until: None,
        expires_at: now + REFRESH_LIFE,
    };
    let refresh = RefreshToken { family: world.token().into(), secret: world.token() };
    let family = RefreshFamily::begin(user.clone(), refresh.family.clone(), &refresh.secret, now);
    // Their ids are new: nothing can stand there.
    let changes = [Change::put(Row::Profile(profile.clone())), Change::put(Row::RefreshFamily(family))];
    if world.commit(&changes).await? == Commit::Conflict {
        return Err(contended());
    }
    let fact = Fact::new(FactKind::SignedIn { user: Pseudonym::of(&user, now), guest: true }, &[user.as_str()], now);
    let record = Record { partition_key: fact.kind.subject().to_owned(), json: protocol::event::encode(&fact) };
    // A sign-in is not refused because an analyst's record could not be written.
    drop(world.append(vec![record]).await);
    Ok(SignedIn { profile, refresh })
}

/// Keeps someone in: rotates the refresh token. The one just rotated brings the same next one for a moment, for two
/// requests at once and lost answers; an older one kills the chain, for somebody holds a copy.
///
/// # Errors
/// `unauthorized`, or a port failed.
pub async fn refresh<W: Store + Ambient + Sync>(world: &W, user: &UserId, cookie: &str) -> Result<Refreshed> {
    let refused = || Refusal::new(Code::Unauthorized, "Sign in again.");
    let (family, secret) = cookie.split_once('.').ok_or_else(refused)?;
    let family = FamilyId::parse(family).map_err(|_| refused())?;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let profile = load::profile(world, user, now).await?.ok_or_else(refused)?;
        let row = load::refresh_family(world, user, &family, now).await?.ok_or_else(refused)?;
        let given = |secret: Token| RefreshToken { family: family.clone(), secret };
        match row.present(secret, world.token(), now) {
            Refresh::Rotate(rotated, next) => {
                let mut changes = vec![Change::update(Row::RefreshFamily(rotated))];
                changes.extend(renewal(&profile, now));
                if world.commit(&changes).await? == Commit::Committed {
                    return Ok(Refreshed { profile, refresh: given(next) });
                }
            }
            Refresh::Repeat(next) => return Ok(Refreshed { profile, refresh: given(next) }),
            Refresh::Stolen => {
                let key = Key::RefreshFamily(user.clone(), family.clone());
                if world.commit(&[Change::delete_version(key, row.version)]).await? == Commit::Committed {
                    return Err(refused().into());
                }
            }
        }
    }
    Err(contended())
}

/// Ends a chain of refresh tokens, whoever presents one of it.
///
/// # Errors
/// A port failed.
pub async fn log_out<W: Store + Ambient + Sync>(world: &W, user: &UserId, cookie: &str) -> Result<()> {
    let Some(family) = cookie.split_once('.').and_then(|(family, _)| FamilyId::parse(family).ok()) else {
        return Ok(());
    };
    world.commit(&[Change::delete(Key::RefreshFamily(user.clone(), family))]).await?;
    Ok(())
}

async fn admit<W: Store + Sync>(world: &W, settings: &Settings, viewer: &str, now: TimeMs) -> Result<()> {
    let window = now.0 / LOGIN_WINDOW.0;
    let over_at = TimeMs((window + 1) * LOGIN_WINDOW.0);
    let network = Token::derived(&["login", viewer, &window.to_string()]);
    let limit = Limit {
        key: format!("login#{}", network.as_str()),
        max: settings.logins_per_minute,
        expires_at: over_at + SpanMs::seconds(60),
    };
    if world.admit(&limit).await? {
        return Ok(());
    }
    let refusal = Refusal::new(Code::RateLimited, "Too many sign-ins from here; wait a moment.");
    Err(refusal.retry_after(over_at.since(now)).into())
}

/// A guest who stays is not forgotten; the profile is not written at every refresh.
fn renewal(profile: &Profile, now: TimeMs) -> Option<Change> {
    (profile.expires_at.since(now) < PROFILE_RENEW_BELOW).then(|| {
        let version = profile.version.next();
        Change::update(Row::Profile(Profile { version, expires_at: now + REFRESH_LIFE, ..profile.clone() }))
    })
}
