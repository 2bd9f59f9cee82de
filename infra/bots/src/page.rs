//! A person and their open socket.

use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::{Answer, Request, ask_for_link};

/// Nothing that is waited for takes longer, on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(60);
/// After this much silence nothing more is expected.
const SILENCE: Duration = Duration::from_millis(400);

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub struct Person {
    port: u16,
    /// Their id.
    pub user_id: String,
    /// Their access token.
    pub token: String,
    /// Their refresh cookie, `name=value`.
    pub cookie: String,
}

/// An open socket.
#[derive(Debug)]
pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    heard: Vec<Value>,
    asked: u32,
}

/// What came over a socket in a while.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// A frame, whoever said it: our server or the gateway before it.
    Frame(Value),
    /// The end.
    Closed(Closed),
    /// Nothing.
    Silence,
}

/// A socket that the server closed.
#[derive(Debug, PartialEq, Eq)]
pub struct Closed {
    /// The WebSocket close code (RFC 6455 section 7.4); 1006 when there was none.
    pub code: u16,
}

impl Person {
    /// Signs a guest in.
    ///
    /// # Errors
    /// The sign-in is refused.
    pub async fn sign_in(port: u16, nickname: &str, tags: &[&str]) -> anyhow::Result<Self> {
        let answer = Request::post("/api/login", &json!({ "nickname": nickname, "tags": tags })).send(port).await?;
        Self::welcomed(port, &answer)
    }

    /// Signs somebody in by mail, who says of themself what `/api/login` takes, an `email` among it.
    ///
    /// # Errors
    /// The sign-in is refused, or no mail comes.
    pub async fn sign_in_by_mail(port: u16, wish: &Value) -> anyhow::Result<Self> {
        let (token, mark) = ask_for_link(port, wish).await?;
        let shown = Request::post("/api/auth/magic/verify", &json!({ "token": token }));
        Self::welcomed(port, &shown.header("cookie", &mark).send(port).await?)
    }

    /// Somebody whom an answer lets in.
    ///
    /// # Errors
    /// It does not.
    pub fn welcomed(port: u16, answer: &Answer) -> anyhow::Result<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| format!("no sign-in: {answer:?}"));
        Ok(Self {
            port,
            user_id: text(&answer.body["user"]["userId"])?,
            token: text(&answer.body["accessToken"])?,
            cookie: answer.cookie().unwrap_or_default().to_owned(),
        })
    }

    /// Asks for a ticket.
    ///
    /// # Errors
    /// It is refused.
    pub async fn ticket(&self) -> anyhow::Result<String> {
        let answer = Request::post("/api/auth/ws-ticket", &json!({})).bearer(&self.token).send(self.port).await?;
        answer.body["ticket"].as_str().map(str::to_owned).ok_or_else(|| anyhow!("no ticket: {answer:?}"))
    }

    /// Opens a socket with a fresh ticket and says hello; gives the page and what `connected` said.
    ///
    /// # Errors
    /// The socket is refused, or nobody answers.
    pub async fn open(&self) -> anyhow::Result<(Page, Value)> {
        let mut page = Page::open(self.port, &self.ticket().await?).await?;
        page.say("hello", json!({})).await?;
        let connected = page.hear("connected").await?;
        Ok((page, connected))
    }
}

impl Page {
    /// Opens a socket with a ticket.
    ///
    /// # Errors
    /// The upgrade is refused; the error names the HTTP status.
    pub async fn open(port: u16, ticket: &str) -> anyhow::Result<Self> {
        let protocols = format!("speedconnect.v1, ticket.{ticket}");
        Self::open_with(
            port,
            &[("sec-websocket-protocol", &protocols), ("origin", &format!("http://localhost:{port}"))],
        )
        .await
    }

    /// Opens a socket with any headers.
    ///
    /// # Errors
    /// The upgrade is refused; the error names the HTTP status.
    pub async fn open_with(port: u16, headers: &[(&'static str, &str)]) -> anyhow::Result<Self> {
        let mut request = format!("ws://127.0.0.1:{port}/ws").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse()?);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket, heard: Vec::new(), asked: 0 }),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                bail!("refused with {}", response.status().as_u16())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Says something.
    ///
    /// # Errors
    /// The socket is closed.
    pub async fn say(&mut self, action: &str, data: Value) -> anyhow::Result<()> {
        self.say_raw(json!({ "action": action, "data": data }).to_string()).await
    }

    /// Says anything at all.
    ///
    /// # Errors
    /// The socket is closed.
    pub async fn say_raw(&mut self, text: String) -> anyhow::Result<()> {
        Ok(self.socket.send(Message::text(text)).await?)
    }

    /// Asks for something and waits until it is done; what else is heard meanwhile is kept for later.
    ///
    /// # Errors
    /// It is refused, nobody answers, or the socket is closed.
    pub async fn ask(&mut self, action: &str, data: Value) -> anyhow::Result<()> {
        self.asked += 1;
        let id = format!("asked-{}", self.asked);
        self.say_raw(json!({ "action": action, "id": id, "data": data }).to_string()).await?;
        let answered = async {
            loop {
                let frame = self.next().await?.map_err(|closed| anyhow!("closed: {closed:?}"))?;
                if frame["id"] == id {
                    ensure!(frame["event"] == "ack", "{action}: {frame}");
                    return Ok(());
                }
                self.heard.push(frame);
            }
        };
        tokio::time::timeout(PATIENCE, answered).await.with_context(|| format!("{action} is not answered"))?
    }

    /// Waits for an event and gives its data; what else is heard meanwhile is kept for later.
    ///
    /// # Errors
    /// It does not come, or the socket is closed.
    pub async fn hear(&mut self, event: &str) -> anyhow::Result<Value> {
        if let Some(index) = self.heard.iter().position(|frame| frame["event"] == event) {
            return Ok(self.heard.remove(index)["data"].take());
        }
        let listening = async {
            loop {
                let mut frame = self.next().await?.map_err(|closed| anyhow!("closed: {closed:?}"))?;
                if frame["event"] == event {
                    return Ok(frame["data"].take());
                }
                self.heard.push(frame);
            }
        };
        match tokio::time::timeout(PATIENCE, listening).await {
            Ok(result) => result,
            Err(_) => bail!(
                "no {event:?} came; heard {:?}",
                self.heard.iter().map(|frame| &frame["event"]).collect::<Vec<_>>()
            ),
        }
    }

    /// Listens to whatever comes next, for a while.
    ///
    /// # Errors
    /// It is no JSON.
    pub async fn listen(&mut self, within: Duration) -> anyhow::Result<Heard> {
        if !self.heard.is_empty() {
            return Ok(Heard::Frame(self.heard.remove(0)));
        }
        Ok(match tokio::time::timeout(within, self.next()).await {
            Ok(heard) => heard?.map_or_else(Heard::Closed, Heard::Frame),
            Err(_) => Heard::Silence,
        })
    }

    /// Everything heard until it is silent for a moment.
    ///
    /// # Errors
    /// The socket is closed.
    pub async fn hear_all(&mut self) -> anyhow::Result<Vec<Value>> {
        let mut all = std::mem::take(&mut self.heard);
        while let Ok(frame) = tokio::time::timeout(SILENCE, self.next()).await {
            all.push(frame?.map_err(|closed| anyhow!("closed: {closed:?}"))?);
        }
        Ok(all)
    }

    /// Waits until the server closes the socket.
    ///
    /// # Errors
    /// It does not.
    pub async fn until_closed(&mut self) -> anyhow::Result<Closed> {
        let listening = async {
            loop {
                if let Err(closed) = self.next().await? {
                    return Ok(closed);
                }
            }
        };
        tokio::time::timeout(PATIENCE, listening).await.context("the socket stays open")?
    }

    /// Closes the socket as a browser does when its tab is closed.
    ///
    /// # Errors
    /// It is closed already.
    pub async fn close(mut self) -> anyhow::Result<()> {
        Ok(self.socket.close(None).await?)
    }

    async fn next(&mut self) -> anyhow::Result<Result<Value, Closed>> {
        loop {
            return match self.socket.next().await {
                Some(Ok(Message::Text(text))) => Ok(Ok(serde_json::from_str(&text)?)),
                Some(Ok(Message::Close(frame))) => {
                    Ok(Err(Closed { code: frame.map_or(1005, |frame| frame.code.into()) }))
                }
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Ok(Err(Closed { code: 1006 })),
            };
        }
    }
}
