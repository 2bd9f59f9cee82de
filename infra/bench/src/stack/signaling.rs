//! An offer, its answer and candidates over a KVS channel.

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use scale::session::CANDIDATE_MESSAGES;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// What stands for a payload: its size is not billed.
const PAYLOAD: &str = "e30=";

/// Two open a channel by their addresses and say there what two pages say.
pub async fn negotiate(urls: &[&String]) -> anyhow::Result<()> {
    let is_viewer = |url: &&&String| url.contains("X-Amz-ClientId=");
    let viewer_url = urls.iter().find(is_viewer).context("nobody is the viewer of a channel")?;
    let master_url = urls.iter().find(|url| !is_viewer(url)).context("nobody is the master of a channel")?;
    let (mut master, _) = connect_async(master_url.as_str()).await.context("a channel refuses its master")?;
    let (mut viewer, _) = connect_async(viewer_url.as_str()).await.context("a channel refuses its viewer")?;
    let id = viewer_url.split("X-Amz-ClientId=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default();
    let to_viewer = format!(r#","recipientClientId":"{id}""#);
    pass(&mut viewer, &mut master, "SDP_OFFER", "").await?;
    pass(&mut master, &mut viewer, "SDP_ANSWER", &to_viewer).await?;
    for _ in 0..CANDIDATE_MESSAGES {
        pass(&mut viewer, &mut master, "ICE_CANDIDATE", "").await?;
        pass(&mut master, &mut viewer, "ICE_CANDIDATE", &to_viewer).await?;
    }
    Ok(())
}

async fn pass(from: &mut Socket, to: &mut Socket, action: &str, recipient: &str) -> anyhow::Result<()> {
    from.send(Message::text(format!(r#"{{"action":"{action}","messagePayload":"{PAYLOAD}"{recipient}}}"#))).await?;
    let heard = to.next().await.context("a channel was closed")??;
    ensure!(heard.to_text()?.contains(action), "instead of {action} came {heard}");
    Ok(())
}
