//! The environment that the template declares, read once at start.

use std::str::FromStr;

use anyhow::{Context, anyhow};
use domain::notice::IceServer;
use domain::pool::PoolSizes;

/// What a function finds in its environment. A function asks only for what its paragraph of the template gives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Environment;

impl Environment {
    /// A variable that must be there.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn text(self, name: &str) -> anyhow::Result<String> {
        self.optional(name)
            .ok_or_else(|| anyhow!("the environment lacks {name}: the template must give it to this function"))
    }

    /// A variable that may be absent; an empty one counts as absent.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "here the settings are read")]
    pub fn optional(self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// A number that must be there.
    ///
    /// # Errors
    /// Names the variable that is missing or no number.
    pub fn number<T: FromStr>(self, name: &str) -> anyhow::Result<T> {
        let text = self.text(name)?;
        text.parse().map_err(|_| anyhow!("{name} must be a number, not {text:?}"))
    }

    /// A list separated by commas; absent is empty.
    #[must_use]
    pub fn list(self, name: &str) -> Vec<String> {
        let text = self.optional(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }

    /// ICE servers as JSON, in the shape of W3C `RTCIceServer`; absent is none.
    ///
    /// # Errors
    /// Names the variable when it is not such a list.
    pub fn ice_servers(self, name: &str) -> anyhow::Result<Vec<IceServer>> {
        let Some(text) = self.optional(name) else { return Ok(Vec::new()) };
        let servers: Vec<serde_json::Value> =
            serde_json::from_str(&text).with_context(|| format!("{name} must be a JSON list of ICE servers"))?;
        servers
            .iter()
            .map(|server| ice_server(server).ok_or_else(|| anyhow!("{name}: an ICE server needs `urls`")))
            .collect()
    }

    /// How many channels the pool holds: `CHANNEL_POOL_SIZE` are kept ready, `CHANNEL_POOL_LIMIT` at most.
    ///
    /// # Errors
    /// Names the variable that is missing or no number.
    pub fn pool(self) -> anyhow::Result<PoolSizes> {
        Ok(PoolSizes::new(self.number("CHANNEL_POOL_SIZE")?, self.number("CHANNEL_POOL_LIMIT")?))
    }
}

fn ice_server(server: &serde_json::Value) -> Option<IceServer> {
    let text = |name: &str| server.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    let urls = server.get("urls")?;
    let urls = match urls.as_str() {
        Some(url) => vec![url.to_owned()],
        None => urls.as_array()?.iter().map(|url| url.as_str().map(str::to_owned)).collect::<Option<_>>()?,
    };
    Some(IceServer { urls, username: text("username"), credential: text("credential") })
}
