//! Signing in by mail: a link, good once, in the browser that asked for it.

use domain::account::{LinkRequest, MagicLink, Presented, Redemption, enter};
use domain::credential::{Newcomer, Profile};
use domain::email::Email;
use domain::id::{AddressId, DeviceId, SecretHash, Token, UserId};
use domain::limits::ATTEMPTS_MAX;
use domain::network::Network;
use domain::quota::{LINKS, MAILS_OF_ALL, REDEMPTIONS};
use domain::refresh::Proof;
use domain::refusal::{Code, Refusal};
use domain::row::{Change, Row};
use domain::time::TimeMs;
use ports::{Ambient, Commit, Errands, Journal, Store};
use protocol::errand::Errand;

use crate::limit::{EVERYONE, admit, pass};
use crate::perform::given_up;
use crate::sign_in::{SignedIn, begin, record};
use crate::{Result, Settings, contended, load};

/// Who asks for a link.
#[derive(Debug, Clone)]
pub struct LinkWish {
    /// Where the mail goes.
    pub email: Email,
    /// What the person says of themself, for an account that is new.
    pub newcomer: Newcomer,
    /// The guest who asks, and wants to stay who they are.
    pub guest: Option<UserId>,
    /// What the asking browser keeps as a cookie.
    pub nonce: Token,
}

/// What a browser holds out to come in.
#[derive(Clone, Copy)]
pub enum Ticket<'a> {
    /// `<address>.<secret>`, from the link.
    Link(&'a str),
    /// The code that another device showed for the link to this address.
    Code(&'a Email, &'a str),
}

/// What it got.
#[derive(Debug, Clone)]
pub enum Entrance {
    /// A session. The guest who has become the account, if there is one.
    SignedIn(Box<SignedIn>),
    /// Not here: this code, on the device that asked.
    Elsewhere(String),
}

/// Takes note that somebody wants a link, and sends an errand for it. Whether the address is known, banned or has had too
/// many is the errand's business: who asks always gets the same answer, after the same work.
///
/// # Errors
/// `rate_limited` over the limit of a network, or a port failed.
pub async fn ask_for_link<W>(world: &W, settings: &Settings, wish: LinkWish, network: &Network) -> Result<()>
where
    W: Store + Errands + Ambient + Sync,
{
    admit(world, &settings.chosen(LINKS), network.as_str()).await?;
    pass(world, &settings.pacer, &settings.chosen(MAILS_OF_ALL), EVERYONE).await?;
    let (errand, now) = (world.token(), world.now());
    let request = LinkRequest {
        id: SecretHash::of(errand.as_str()),
        email: wish.email,
        nonce: SecretHash::of(wish.nonce.as_str()),
        salt: world.token(),
        newcomer: wish.newcomer,
        guest: wish.guest,
        asked_at: now,
    };
    // Its key is new.
    world.commit(&[Change::put(Row::LinkRequest(request))]).await?;
    world.entrust(protocol::errand::encode(&Errand::SendLink(errand))).await?;
    Ok(())
}

/// Lets somebody in by a link, once, and only in the browser that asked for it: link, account, profile and chain of
/// refresh tokens are one transaction. `nonce` is that browser's cookie.
///
/// # Errors
/// `gone` for a link that was used, is too old, was replaced or never was; `unauthorized` for a wrong code;
/// `rate_limited`, or a port failed.
pub async fn redeem<W>(
    world: &W,
    settings: &Settings,
    ticket: Ticket<'_>,
    nonce: Option<&str>,
    device: Option<DeviceId>,
    network: &Network,
) -> Result<Entrance>
where
    W: Store + Errands + Journal + Ambient + Sync,
{
    admit(world, &settings.chosen(REDEMPTIONS), network.as_str()).await?;
    let (address, presented) = read(ticket)?;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let link = load::magic_link(world, &address, now).await?.ok_or_else(|| refusal(ticket))?;
        match link.present(presented, nonce, now) {
            Redemption::Refused => return Err(refusal(ticket).into()),
            Redemption::Elsewhere(code) => return Ok(Entrance::Elsewhere(code)),
            Redemption::Wrong(counted) => {
                if world.commit(&[Change::update(Row::MagicLink(counted))]).await? == Commit::Committed {
                    return Err(refusal(ticket).into());
                }
            }
            Redemption::Admitted(used) => {
                let guest = used.guest.clone();
                if let Some(signed_in) = admit_by(world, used, device.clone(), now).await? {
                    record(world, &signed_in).await;
                    let heir = signed_in.profile.user.clone();
                    if let Some(guest) = guest.filter(|guest| *guest != heir) {
                        // Lost, it comes with the next sign-in of that tab.
                        let errand = Errand::HandOver { guest, heir };
                        given_up("nothing was handed over", world.entrust(protocol::errand::encode(&errand)).await);
                    }
                    // Lost, it comes with the next sign-in: nobody is kept out for it.
                    let welcome = Errand::Welcome(signed_in.profile.user.clone());
                    given_up("no welcome was entrusted", world.entrust(protocol::errand::encode(&welcome)).await);
                    return Ok(Entrance::SignedIn(Box::new(signed_in)));
                }
            }
        }
    }
    Err(contended())
}

/// Uses a link up and lets its owner in, all or nothing; `None` when somebody else was at the same rows.
async fn admit_by<W: Store + Ambient + Sync>(
    world: &W,
    used: MagicLink,
    device: Option<DeviceId>,
    now: TimeMs,
) -> Result<Option<SignedIn>> {
    let account = load::account(world, &used.address, now).await?;
    let owner = match &account {
        Some(account) => load::profile(world, &account.user, now).await?,
        None => None,
    };
    let guest = match &used.guest {
        Some(guest) if owner.is_none() => load::profile(world, guest, now).await?,
        Some(_) | None => None,
    };
    let device = device.unwrap_or_else(|| DeviceId::made(&world.token(), now));
    let fresh = Profile::guest(world.token().into(), device.clone(), used.newcomer.clone(), &world.token(), now);
    let fresh = fresh.map_err(Refusal::from)?;
    let (profile, mut changes) = enter(&used, account.as_ref(), owner.as_ref(), guest.as_ref(), fresh, now);
    let (refresh, family) = begin(world, &profile, device, Proof::Mail);
    changes.push(Change::update(Row::MagicLink(used)));
    // Its id is new: nothing can stand there.
    changes.push(Change::put(Row::RefreshFamily(family)));
    let committed = world.commit(&changes).await? == Commit::Committed;
    Ok(committed.then_some(SignedIn { profile, refresh }))
}

/// What a link holds after its `#`.
#[must_use]
pub(crate) fn link_token(email: &Email, secret: &Token) -> String {
    format!("{}.{}", email.id(), secret.as_str())
}

fn read<'a>(ticket: Ticket<'a>) -> Result<(AddressId, Presented<'a>)> {
    match ticket {
        Ticket::Code(email, code) => Ok((email.id(), Presented::Code(code))),
        Ticket::Link(token) => {
            let (address, secret) = token.split_once('.').ok_or_else(|| refusal(ticket))?;
            let address = AddressId::parse(address).map_err(|_| refusal(ticket))?;
            Ok((address, Presented::Secret(secret)))
        }
    }
}

/// One answer for all that is wrong with a link, and one for all that is wrong with a code.
fn refusal(ticket: Ticket<'_>) -> Refusal {
    match ticket {
        Ticket::Link(_) => {
            Refusal::new(Code::Gone, "This link was used, is over, or a newer one was sent. Ask for a new one.")
        }
        Ticket::Code(..) => {
            Refusal::new(Code::Unauthorized, "That code does not fit. Look again, or ask for a new link.")
        }
    }
}
