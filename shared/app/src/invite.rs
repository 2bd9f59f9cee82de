//! Asking an address to be friends, whoever it is.

use domain::credential::Profile;
use domain::decide;
use domain::email::Email;
use domain::friend::{Invitation, InvitationSide, InviteRequest, KnownAs};
use domain::id::{SecretHash, Token, UserId};
use domain::limits::FRIENDS_MAX;
use domain::quota::{INVITATIONS, INVITED, INVITED_BY, MAILS_OF_ALL};
use domain::refusal::{Code, Refusal};
use domain::row::{Change, Key, Row};
use ports::{Ambient, Errands, Mail, Store, World};
use protocol::errand::Errand;
use protocol::mail;

use crate::friends::settle;
use crate::limit::{EVERYONE, admit, pass, remaining};
use crate::{Error, Result, Settings, load};

/// Takes note that somebody wants to be friends with an address, and sends an errand for it: who asks gets the same answer,
/// after the same work, whether the address is known or not.
///
/// # Errors
/// `rate_limited`, or a port failed.
pub async fn invite_friend<W>(world: &W, settings: &Settings, me: &Profile, email: Email) -> Result<()>
where
    W: Store + Errands + Ambient + Sync,
{
    if me.email.as_ref() == Some(&email) {
        return Err(Refusal::new(Code::InvalidRequest, "That is your own address.").into());
    }
    admit(world, &INVITATIONS, me.user.as_str()).await?;
    pass(world, &settings.pacer, &settings.chosen(MAILS_OF_ALL), EVERYONE).await?;
    let (errand, now) = (world.token(), world.now());
    let id = SecretHash::of(errand.as_str());
    let request = InviteRequest { id, from: me.user.clone(), email, asked_at: now };
    // Its key is new.
    world.commit(&[Change::create(Row::InviteRequest(request), now)]).await?;
    world.entrust(protocol::errand::encode(&Errand::Invite(errand))).await?;
    Ok(())
}

/// Carries an invitation out: a request to whoever has the address, or one that waits for whoever comes; and a mail.
///
/// # Errors
/// A port failed; the errand comes again.
pub(crate) async fn carry<W: World + Mail>(world: &W, settings: &Settings, errand: &Token) -> Result<()> {
    let now = world.now();
    let Some(request) = load::invite_request(world, &SecretHash::of(errand.as_str()), now).await? else {
        return Ok(());
    };
    let Some(inviter) = load::profile(world, &request.from, now).await? else { return Ok(()) };
    let address = request.email.id();
    let owner = match load::account(world, &address, now).await? {
        Some(account) => load::profile(world, &account.user, now).await?,
        None => None,
    };
    match owner {
        Some(owner) => ask(world, settings, &request.from, &owner.user, &request.email).await?,
        None => {
            for side in [InvitationSide::Sent, InvitationSide::Received] {
                let from = request.from.clone();
                let invitation = Invitation { from, email: request.email.clone(), side, at: request.asked_at };
                world.commit(&[Change::put(Row::Invitation(invitation))]).await?;
            }
        }
    }
    // A mailbox is not a target: one letter of this kind from one person, and few in all.
    let pair = format!("{}.{}", request.from, address);
    if remaining(world, &INVITED_BY, &pair).await?.is_none()
        && remaining(world, &INVITED, address.as_str()).await?.is_none()
    {
        world.deliver(&request.email, &mail::invitation(settings.home(), &inviter.nickname)).await?;
    }
    world.commit(&[Change::delete(Key::InviteRequest(request.id))]).await?;
    Ok(())
}

/// Hands the invitations that wait for an address to whoever has just signed in by it.
///
/// # Errors
/// A port failed; the errand comes again.
pub(crate) async fn welcome<W: World>(world: &W, settings: &Settings, user: &UserId) -> Result<()> {
    let now = world.now();
    let Some(email) = load::profile(world, user, now).await?.and_then(|profile| profile.email) else { return Ok(()) };
    for invitation in world.invited(&email.id(), FRIENDS_MAX).await? {
        if invitation.from != *user && !invitation.expires_at().is_over(now) {
            ask(world, settings, &invitation.from, user, &email).await?;
        }
        for side in [InvitationSide::Sent, InvitationSide::Received] {
            let row = Row::Invitation(Invitation { side, ..invitation.clone() });
            world.commit(&[Change::delete(row.key())]).await?;
        }
    }
    Ok(())
}

/// Asks in somebody's name; what is refused (a block, a person who is gone) is over.
async fn ask<W: World>(world: &W, settings: &Settings, from: &UserId, to: &UserId, email: &Email) -> Result<()> {
    let known_as = KnownAs::Email(email.clone());
    let asked = settle(world, settings, from, to, |pair, now| decide::befriend(pair, known_as.clone(), now)).await;
    match asked {
        Err(Error::Refused(refusal)) if refusal.code != Code::Conflict => Ok(()),
        asked => asked,
    }
}
