//! Asks a TURN server for things, and hears whether it gives them (RFC 8656).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use stun::agent::TransactionId;
use stun::attributes::{ATTR_NONCE, ATTR_REALM, ATTR_USERNAME};
use stun::error_code::ErrorCodeAttribute;
use stun::integrity::MessageIntegrity;
use stun::message::{
    CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter, METHOD_ALLOCATE, METHOD_BINDING, METHOD_CHANNEL_BIND,
    METHOD_CREATE_PERMISSION, METHOD_REFRESH, Message, MessageType, Method, Setter,
};
use stun::textattrs::TextAttribute;
use tokio::net::UdpSocket;
use tokio::time::{sleep, timeout};
use turn::proto::channum::ChannelNumber;
use turn::proto::lifetime::{DEFAULT_LIFETIME, Lifetime};
use turn::proto::peeraddr::PeerAddress;
use turn::proto::reqfamily::{REQUESTED_FAMILY_IPV4, REQUESTED_FAMILY_IPV6};
use turn::proto::reqtrans::RequestedTransport;
use turn::proto::{PROTO_TCP, PROTO_UDP};

/// A request is said again after this much silence,
const SILENCE: Duration = Duration::from_millis(500);
/// so many times.
const TRIES: usize = 20;
/// A busy server may forget a nonce, but not for ever.
const NONCES: usize = 8;
/// Where peers would listen.
const PEER_PORT: u16 = 80;

/// What the server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It does as asked.
    Granted,
    /// It does not, for a reason of RFC 8656 section 19.
    Refused(u16),
}

/// Which addresses an allocation has, and may talk to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// One client on a socket of its own: one allocation at most.
pub struct Probe {
    socket: UdpSocket,
    username: String,
    password: String,
    challenge: Option<Challenge>,
}

/// What the server wants to see again in each request.
struct Challenge {
    realm: String,
    nonce: String,
}

impl Probe {
    /// A client of the server under a name; nothing is sent yet.
    ///
    /// # Errors
    /// There is no socket to be had.
    pub async fn towards(server: SocketAddr, (username, password): (String, String)) -> anyhow::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        socket.connect(server).await?;
        Ok(Self { socket, username, password, challenge: None })
    }

    /// Whether the server is there (STUN).
    ///
    /// # Errors
    /// It does not answer.
    pub async fn knock(&mut self) -> anyhow::Result<Answer> {
        self.once(METHOD_BINDING, Vec::new()).await
    }

    /// Asks for a relayed address that speaks UDP.
    ///
    /// # Errors
    /// The server does not answer, or not as the RFC says.
    pub async fn allocate(&mut self, family: Family) -> anyhow::Result<Answer> {
        let asked = || -> Vec<Box<dyn Setter>> {
            let udp = Box::new(RequestedTransport { protocol: PROTO_UDP });
            let family = match family {
                Family::V4 => REQUESTED_FAMILY_IPV4,
                Family::V6 => REQUESTED_FAMILY_IPV6,
            };
            vec![udp, Box::new(family)]
        };
        self.ask(METHOD_ALLOCATE, asked).await
    }

    /// Asks for one that speaks TCP (RFC 6062).
    ///
    /// # Errors
    /// As [`Self::allocate`].
    pub async fn allocate_tcp(&mut self) -> anyhow::Result<Answer> {
        self.ask(METHOD_ALLOCATE, || vec![Box::new(RequestedTransport { protocol: PROTO_TCP })]).await
    }

    /// Asks to keep the allocation.
    ///
    /// # Errors
    /// As [`Self::allocate`].
    pub async fn refresh(&mut self) -> anyhow::Result<Answer> {
        self.ask(METHOD_REFRESH, || vec![Box::new(Lifetime(DEFAULT_LIFETIME))]).await
    }

    /// Asks to exchange datagrams with a peer. Nothing is sent to it.
    ///
    /// # Errors
    /// As [`Self::allocate`].
    pub async fn permit(&mut self, ip: IpAddr) -> anyhow::Result<Answer> {
        self.ask(METHOD_CREATE_PERMISSION, || vec![Box::new(PeerAddress { ip, port: PEER_PORT })]).await
    }

    /// Asks for a channel to a peer. Nothing is sent to it.
    ///
    /// # Errors
    /// As [`Self::allocate`].
    pub async fn bind(&mut self, ip: IpAddr, number: u16) -> anyhow::Result<Answer> {
        let asked = || -> Vec<Box<dyn Setter>> {
            vec![Box::new(ChannelNumber(number)), Box::new(PeerAddress { ip, port: PEER_PORT })]
        };
        self.ask(METHOD_CHANNEL_BIND, asked).await
    }

    /// Asks, and again while the server has another nonce to see.
    async fn ask(&mut self, method: Method, asked: impl Fn() -> Vec<Box<dyn Setter>>) -> anyhow::Result<Answer> {
        for _ in 0..NONCES {
            let before = self.challenge.as_ref().map(|challenge| challenge.nonce.clone());
            let answer = self.once(method, asked()).await?;
            let after = self.challenge.as_ref().map(|challenge| challenge.nonce.clone());
            if !matches!(answer, Answer::Refused(401 | 438)) || before == after {
                return Ok(answer);
            }
        }
        bail!("the server has one nonce after the other")
    }

    async fn once(&mut self, method: Method, asked: Vec<Box<dyn Setter>>) -> anyhow::Result<Answer> {
        let request = self.request(method, asked)?;
        let mut buffer = [0; 2048];
        for _ in 0..TRIES {
            // A port at which nobody listens yet may say so here, of the time before, or when an answer is waited for.
            if self.socket.send(&request.raw).await.is_err() {
                sleep(SILENCE).await;
                continue;
            }
            while let Ok(received) = timeout(SILENCE, self.socket.recv(&mut buffer)).await {
                let Ok(count) = received else {
                    sleep(SILENCE).await;
                    break;
                };
                let mut answer = Message::new();
                answer.unmarshal_binary(&buffer[..count])?;
                if answer.transaction_id == request.transaction_id {
                    return self.hear(&answer);
                }
            }
        }
        bail!("the server does not answer")
    }

    fn request(&self, method: Method, asked: Vec<Box<dyn Setter>>) -> anyhow::Result<Message> {
        let mut parts: Vec<Box<dyn Setter>> =
            vec![Box::new(TransactionId::new()), Box::new(MessageType::new(method, CLASS_REQUEST))];
        parts.extend(asked);
        if let Some(Challenge { realm, nonce }) = &self.challenge {
            let (username, password) = (self.username.clone(), self.password.clone());
            parts.push(Box::new(TextAttribute::new(ATTR_USERNAME, username.clone())));
            parts.push(Box::new(TextAttribute::new(ATTR_REALM, realm.clone())));
            parts.push(Box::new(TextAttribute::new(ATTR_NONCE, nonce.clone())));
            parts.push(Box::new(MessageIntegrity::new_long_term_integrity(username, realm.clone(), password)));
        }
        let mut request = Message::new();
        request.build(&parts)?;
        Ok(request)
    }

    fn hear(&mut self, answer: &Message) -> anyhow::Result<Answer> {
        if answer.typ.class == CLASS_SUCCESS_RESPONSE {
            return Ok(Answer::Granted);
        }
        let text = |attribute| TextAttribute::get_from_as(answer, attribute).map(|attribute| attribute.text);
        if let (Ok(realm), Ok(nonce)) = (text(ATTR_REALM), text(ATTR_NONCE)) {
            self.challenge = Some(Challenge { realm, nonce });
        }
        let mut error = ErrorCodeAttribute::default();
        error.get_from(answer).context("a refusal without a reason")?;
        Ok(Answer::Refused(error.code.0))
    }
}
