//! Who moderates: the operator of the deployment says.

use domain::decide;
use domain::email::Email;
use domain::limits::BOOK_ATTEMPTS_MAX;
use domain::refusal::{Code, Refusal};
use ports::{Ambient, Commit, Store};

use crate::book::{busy, last_line};
use crate::{Result, load};

/// Makes whoever has an account under this address a moderator, or lets them be none.
///
/// # Errors
/// `not_found` for an address that is nobody's, `unavailable` where many write in the book, or a port failed.
pub async fn appoint<W: Store + Ambient + Sync>(world: &W, email: &Email, moderates: bool) -> Result<()> {
    for _ in 0..BOOK_ATTEMPTS_MAX {
        let now = world.now();
        let unknown = || {
            let message = "Nobody has signed in by this address; they sign in once, then you can appoint them.";
            Refusal::new(Code::NotFound, message)
        };
        let account = load::account(world, &email.id(), now).await?.ok_or_else(unknown)?;
        let profile = load::profile(world, &account.user, now).await?.ok_or_else(unknown)?;
        let last = last_line(world).await?;
        let decision = decide::appoint(&profile, moderates, last.as_ref(), now);
        if decision.is_nothing() || world.commit(&decision.changes).await? == Commit::Committed {
            return Ok(());
        }
    }
    Err(busy())
}
