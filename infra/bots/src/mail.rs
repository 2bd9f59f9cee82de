//! What the local stack's post office holds.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::Request;

const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS_MAX: usize = 300;

/// The texts of all mails to an address, oldest first.
///
/// # Errors
/// The stack does not answer.
pub async fn mails(port: u16, address: &str) -> anyhow::Result<Vec<String>> {
    let answer = Request::get("/_local/mail").header("accept", "application/json").send(port).await?;
    let mails = answer.body["mails"].as_array().context("no mails")?;
    let to_them = mails.iter().filter(|mail| mail["to"].as_array().is_some_and(|to| to.contains(&address.into())));
    Ok(to_them.filter_map(|mail| mail["text"].as_str().map(str::to_owned)).collect())
}

/// What the newest link to an address holds after its `#`, once there are so many mails.
///
/// # Errors
/// They do not come.
pub async fn newest_link(port: u16, address: &str, mails_awaited: usize) -> anyhow::Result<String> {
    for _ in 0..LOOKS_MAX {
        let mails = mails(port, address).await?;
        if mails.len() >= mails_awaited
            && let Some((_, link)) = mails.last().and_then(|text| text.split_once("/sign-in#"))
        {
            return link.split_whitespace().next().map(str::to_owned).context("an empty link");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    bail!("no mail came to {address}")
}

/// Asks for a link to an address, in a browser of its own, and waits for it; gives the link's token and the browser's mark.
///
/// # Errors
/// It is refused, or does not come.
pub async fn ask_for_link(port: u16, wish: &Value) -> anyhow::Result<(String, String)> {
    let address = wish["email"].as_str().context("no address")?;
    let before = mails(port, address).await?.len();
    let answer = Request::post("/api/login", wish).send(port).await?;
    let mark = answer.cookie().with_context(|| format!("not asked: {answer:?}"))?.to_owned();
    Ok((newest_link(port, address, before + 1).await?, mark))
}
