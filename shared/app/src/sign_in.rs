//! Coming in as a guest, staying in, going out.

use domain::conduct::Subject;
use domain::credential::{Newcomer, Profile};
use domain::directory::relist;
use domain::fact::{DeviceMark, Fact, FactKind, Pseudonym};
use domain::id::{DeviceId, FamilyId, UserId};
use domain::limits::ATTEMPTS_MAX;
use domain::network::Network;
use domain::quota::{GUESTS, GUESTS_OF_SLOWED, LOGINS, NEW_DEVICES, NEW_DEVICES_OF_ALL};
use domain::refresh::{Proof, Refresh, RefreshFamily, Secret};
use domain::refusal::{Code, Refusal};
use domain::row::{Change, Key, Row};
use domain::standing::Barred;
use futures_util::future::try_join;
use ports::{Ambient, Commit, Journal, Record, Store};

use crate::limit::{EVERYONE, admit, pass};
use crate::{Result, Settings, contended, load};

/// Someone who came in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their profile.
    pub profile: Profile,
    /// Keeps them in.
    pub refresh: RefreshToken,
}

/// A refresh token in clear, for the cookie alone.
#[derive(Clone)]
pub struct RefreshToken {
    /// Of which chain.
    pub family: FamilyId,
    /// On which device.
    pub device: DeviceId,
    secret: Secret,
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken")
    }
}

impl RefreshToken {
    /// The value of the cookie: `<family>.<root>.<leaf>`.
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

/// Lets a new guest in, on the device that their page has kept since an earlier time, if it has.
///
/// # Errors
/// `rate_limited` over the limit of a network or a device, `banned` on a device that is, or a port failed.
pub async fn sign_in<W>(
    world: &W,
    settings: &Settings,
    newcomer: Newcomer,
    device: Option<DeviceId>,
    network: &Network,
) -> Result<SignedIn>
where
    W: Store + Journal + Ambient + Sync,
{
    let device = admitted_device(world, settings, device, network).await?;
    let now = world.now();
    let fresh = Profile::guest(world.token().into(), device.clone(), newcomer, &world.token(), now);
    let profile = fresh.map_err(Refusal::from)?;
    let (refresh, family) = begin(world, &profile, device, Proof::None);
    // Their ids are new: nothing can stand there.
    let mut changes = vec![Change::put(Row::Profile(profile.clone())), Change::put(Row::RefreshFamily(family))];
    changes.extend(relist(None, Some(&profile)));
    if world.commit(&changes).await? == Commit::Conflict {
        return Err(contended());
    }
    let signed_in = SignedIn { profile, refresh };
    record(world, &signed_in).await;
    Ok(signed_in)
}

/// Keeps someone in: rotates the refresh token. The one just rotated brings the same next one for a moment, for two
/// requests at once and lost answers; an older one kills the chain, for somebody holds a copy. What is no token of the chain
/// does nothing to it.
///
/// # Errors
/// `unauthorized`, or a port failed.
pub async fn refresh<W: Store + Journal + Ambient + Sync>(world: &W, user: &UserId, cookie: &str) -> Result<Refreshed> {
    let (family, secret) = opened(cookie).ok_or_else(refused)?;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let profile = load::profile(world, user, now).await?.ok_or_else(refused)?;
        let row = load::refresh_family(world, user, &family, now).await?.ok_or_else(refused)?;
        let given = |secret: Secret| RefreshToken { family: family.clone(), device: row.device.clone(), secret };
        match row.present(secret, world.token(), now) {
            Refresh::Rotate(rotated, next) => {
                let mut changes = vec![Change::update(Row::RefreshFamily(*rotated))];
                let renewed = profile.renewed(now);
                let is_back = renewed.is_some() && profile.is_first_seen_today(now);
                if let Some(renewed) = renewed {
                    changes.extend(relist(Some(&profile), Some(&renewed)));
                    changes.push(Change::update(Row::Profile(renewed)));
                }
                if world.commit(&changes).await? == Commit::Committed {
                    if is_back {
                        tell(world, Fact::seen(&row.device, profile.email.is_none(), now)).await;
                    }
                    return Ok(Refreshed { profile, refresh: given(next) });
                }
            }
            Refresh::Repeat(next) => return Ok(Refreshed { profile, refresh: given(next) }),
            Refresh::Unknown => return Err(refused().into()),
            // However the chain goes on meanwhile, an old token stays an old one.
            Refresh::Stolen => {
                let over = Change::delete(Key::RefreshFamily(user.clone(), family.clone()));
                if world.commit(&[over]).await? == Commit::Committed {
                    return Err(refused().into());
                }
            }
        }
    }
    Err(contended())
}

/// Begins a chain of refresh tokens for somebody who has just come in.
pub(crate) fn begin<W: Ambient>(
    world: &W,
    profile: &Profile,
    device: DeviceId,
    proof: Proof,
) -> (RefreshToken, RefreshFamily) {
    let (id, chance): (FamilyId, _) = (world.token().into(), [world.token(), world.token()]);
    let (user, now) = (profile.user.clone(), world.now());
    let (family, secret) = RefreshFamily::begin(user, id.clone(), device.clone(), proof, chance, now);
    (RefreshToken { family: id, device, secret }, family)
}

/// Tells the analysts that somebody came in. Nobody is refused because their record could not be written.
pub(crate) async fn record<W: Journal + Ambient + Sync>(world: &W, SignedIn { profile, refresh }: &SignedIn) {
    let now = world.now();
    let user = Pseudonym::of(&profile.user, &profile.device, now);
    let device = DeviceMark::of(&refresh.device, now);
    let kind = FactKind::SignedIn { user, guest: profile.email.is_none(), device };
    let fact = Fact::new(kind, &[refresh.family.as_str()], now);
    let seen = Fact::seen(&refresh.device, profile.email.is_none(), now);
    tell(world, [fact].into_iter().chain(seen)).await;
}

async fn tell<W: Journal>(world: &W, facts: impl IntoIterator<Item = Fact>) {
    let record =
        |fact: Fact| Record { partition_key: fact.kind.subject().to_owned(), json: protocol::event::encode(&fact) };
    let records: Vec<Record> = facts.into_iter().map(record).collect();
    if !records.is_empty() {
        drop(world.append(records).await);
    }
}

/// The chain and the secret that a cookie holds.
pub(crate) fn opened(cookie: &str) -> Option<(FamilyId, &str)> {
    let (family, secret) = cookie.split_once('.')?;
    Some((FamilyId::parse(family).ok()?, secret))
}

fn refused() -> Refusal {
    Refusal::new(Code::Unauthorized, "Sign in again.")
}

/// The device of a new guest: counted, not banned, and made where the page has kept none, which costs more.
async fn admitted_device<W: Store + Ambient + Sync>(
    world: &W,
    settings: &Settings,
    device: Option<DeviceId>,
    network: &Network,
) -> Result<DeviceId> {
    admit(world, &settings.chosen(LOGINS), network.as_str()).await?;
    let Some(device) = device else {
        admit(world, &settings.chosen(NEW_DEVICES), network.as_str()).await?;
        pass(world, &settings.pacer, &settings.chosen(NEW_DEVICES_OF_ALL), EVERYONE).await?;
        return Ok(DeviceId::made(&world.token(), world.now()));
    };
    admit(world, &GUESTS, device.as_str()).await?;
    let now = world.now();
    let (barred, mark) = (Barred::Device(device.clone()), Subject::Device(DeviceMark::of(&device, now)));
    let (bar, slowed) = try_join(load::bar(world, &barred, now), load::lately::conduct(world, &mark, now)).await?;
    if let Some(bar) = bar {
        bar.admit(None, now)?;
    }
    if slowed.is_some_and(|conduct| conduct.is_slowed(now)) {
        admit(world, &GUESTS_OF_SLOWED, device.as_str()).await?;
    }
    Ok(device)
}
