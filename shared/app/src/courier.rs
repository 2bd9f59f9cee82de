//! Errands: what is sent out to people apart from any request, at least once.

use domain::account::LinkRequest;
use domain::id::{SecretHash, Token};
use domain::limits::ATTEMPTS_MAX;
use domain::quota::{LINKS_SENT, LINKS_SENT_A_DAY};
use domain::row::{Change, Key};
use ports::{Ambient, Commit, Mail, Push, Store, World};
use protocol::errand::Errand;
use protocol::mail;

use crate::by_mail::link_token;
use crate::limit::remaining;
use crate::{Result, Settings, conduct, contended, erase, hand_over, invite, load, push};

/// Carries out an errand. One that comes late or again does no more than it would have done in time and once, but for a
/// mail that may come twice, with the same link.
///
/// # Errors
/// A port failed; the errand comes again.
pub async fn carry_out<W, P>(world: &W, browsers: &P, settings: &Settings, errand: &Errand) -> Result<()>
where
    W: World + Mail,
    P: Push + Sync,
{
    match errand {
        Errand::SendLink(secret) => send_link(world, settings, secret).await,
        Errand::Invite(secret) => invite::carry(world, settings, secret).await,
        Errand::Erase(user) => erase::sweep(world, settings, user).await,
        Errand::HandOver { guest, heir } => hand_over::hand_over(world, settings, guest, heir).await,
        Errand::Wake(call) => push::wake(world, browsers, call).await,
        Errand::Warn(user, sanction) => conduct::warn(world, settings, user, sanction).await,
        Errand::Welcome(user) => invite::welcome(world, settings, user).await,
    }
}

/// Makes the link that somebody asked for the newest of its address and mails it; nothing where the address has had its
/// share, or the request is over.
async fn send_link<W: Store + Mail + Ambient + Sync>(world: &W, settings: &Settings, errand: &Token) -> Result<()> {
    let id = SecretHash::of(errand.as_str());
    let Some(request) = load::link_request(world, &id, world.now()).await? else { return Ok(()) };
    let mut counted = false;
    for _ in 0..ATTEMPTS_MAX {
        let now = world.now();
        let newest = load::magic_link(world, &request.email.id(), now).await?;
        if request.stands(errand, newest.as_ref()) {
            return mail_link(world, settings, &request, errand).await;
        }
        let Some(change) = request.issue(errand, newest.as_ref(), now) else { return Ok(()) };
        if !counted && !has_share(world, &request).await? {
            return Ok(());
        }
        counted = true;
        if world.commit(&[change]).await? == Commit::Committed {
            return mail_link(world, settings, &request, errand).await;
        }
    }
    Err(contended())
}

async fn has_share<W: Store + Ambient + Sync>(world: &W, request: &LinkRequest) -> Result<bool> {
    let address = request.email.id();
    for quota in [LINKS_SENT, LINKS_SENT_A_DAY] {
        if remaining(world, &quota, address.as_str()).await?.is_some() {
            tracing::info!("an address has had its share of links");
            return Ok(false);
        }
    }
    Ok(true)
}

async fn mail_link<W: Store + Mail + Sync>(
    world: &W,
    settings: &Settings,
    request: &LinkRequest,
    errand: &Token,
) -> Result<()> {
    let token = link_token(&request.email, &request.secret(errand));
    let letter = mail::sign_in(settings.home(), &token);
    world.deliver(&request.email, &letter).await?;
    // It has done its work; the address is not kept longer than it is needed.
    world.commit(&[Change::delete(Key::LinkRequest(request.id.clone()))]).await?;
    Ok(())
}
