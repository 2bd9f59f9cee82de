//! `cargo xtask admin`: who moderates, and whether what they did is written down as they did it.

use anyhow::bail;
use app::Book;
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
    /// Reads the moderators' book from its first line on, and says whether somebody has changed it
    Audit(Where),
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
/// Nobody has that address, the book is broken, or the deployment does not answer.
pub async fn run(what: &What) -> anyhow::Result<()> {
    let (whom, moderates) = match what {
        What::Grant(whom) => (whom, true),
        What::Revoke(whom) => (whom, false),
        What::Audit(place) => return audit(place).await,
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

async fn audit(place: &Where) -> anyhow::Result<()> {
    match app::check_book(&place.world()?).await? {
        Book::Unbroken { lines, last } => {
            println!("{lines} lines, unbroken");
            if let Some(hash) = last {
                println!("the last one's hash is {}: note it elsewhere, to find it again later", hash.as_str());
            }
            Ok(())
        }
        Book::Broken { line, why } => bail!("the book breaks at line {line}: {why}"),
    }
}
