//! `cargo xtask admin`: who moderates.

use clap::{Args, Subcommand};
use domain::email::Email;

use crate::place::Where;

/// What is done about moderators.
#[derive(Subcommand)]
pub enum What {
    /// Makes whoever signs in by this address a moderator
    Grant(Whom),
    /// Lets them be none any more, at once
    Revoke(Whom),
}

/// Whom it is about.
#[derive(Args)]
pub struct Whom {
    /// The e-mail address of their account
    email: String,
    #[command(flatten)]
    place: Where,
}

/// Does it; what was so already stays so.
///
/// # Errors
/// Nobody has that address, or the deployment does not answer.
pub async fn run(what: &What) -> anyhow::Result<()> {
    let (whom, moderates) = match what {
        What::Grant(whom) => (whom, true),
        What::Revoke(whom) => (whom, false),
    };
    let email = Email::parse(&whom.email)?;
    app::appoint(&whom.place.world()?, &email, moderates).await?;
    if moderates {
        println!(
            "{} moderates from now on: the page has a way to /moderation, after a sign-in by mail",
            email.as_str()
        );
    } else {
        println!("{} does not moderate any more", email.as_str());
    }
    Ok(())
}
