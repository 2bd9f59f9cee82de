//! TURN and STUN, spoken to by the client of the crate `turn` and by coturn's `turnutils_uclient`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use domain::id::SessionId;
use domain::limits::TURN_NAME_LIFE;
use domain::session::Role;
use domain::time::{SpanMs, TimeMs};
use domain::turn::TurnName;
use local_kvs::{Limits, Relay, Turn, TurnOptions};
use protocol::turn::TurnSecret;
use tokio::net::UdpSocket;
use tokio::time::timeout;
use turn::client::{Client, ClientConfig};
use webrtc_util::Conn;

use crate::common::skipped;

const ARN: &str = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/pool-1/1700000000000";

#[tokio::test]
async fn a_stun_binding_tells_the_clients_own_address() {
    let turn = start(Limits::local()).await;
    let (client, local) = client(&turn, ("", "")).await;
    let mapped = client.send_binding_request().await.unwrap();
    assert_eq!(mapped, local);
}

#[tokio::test]
async fn datagrams_are_relayed_in_both_directions() {
    let turn = start(Limits::local()).await;
    let (username, password) = turn.relay().credentials(ARN, now_s() + 300);
    let (client, _) = client(&turn, (&username, &password)).await;
    let relayed = client.allocate().await.unwrap();
    let address = relayed.local_addr().unwrap();
    assert_eq!(address.ip(), Ipv4Addr::LOCALHOST);
    let peer = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    relayed.send_to(b"to the peer", peer.local_addr().unwrap()).await.unwrap();
    let mut buffer = [0; 100];
    let (count, from) = timeout(PATIENCE, peer.recv_from(&mut buffer)).await.unwrap().unwrap();
    assert_eq!((&buffer[..count], from), (b"to the peer".as_slice(), address));
    peer.send_to(b"and back", address).await.unwrap();
    let (count, from) = timeout(PATIENCE, relayed.recv_from(&mut buffer)).await.unwrap().unwrap();
    assert_eq!((&buffer[..count], from), (b"and back".as_slice(), peer.local_addr().unwrap()));
    let usage = turn.usage();
    assert_eq!((usage.allocations, usage.relayed_bytes), (1, 19));

    relayed.close().await.unwrap();
    for _ in 0..100 {
        if turn.usage().allocations == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let usage = turn.usage();
    assert_eq!(usage.allocations, 0);
    assert!(usage.ended > Duration::ZERO);
}

#[tokio::test]
async fn wrong_and_expired_credentials_get_no_allocation() {
    let turn = start(Limits::local()).await;
    let (username, password) = turn.relay().credentials(ARN, now_s() + 300);
    let (old, old_password) = turn.relay().credentials(ARN, now_s() - 1);
    let forged = Relay { urls: vec![], secret: "another".to_owned() }.credentials(ARN, now_s() + 300);
    for (username, password) in
        [(username.as_str(), "wrong"), (&old, &old_password), (&forged.0, &forged.1), ("1900000000", &password)]
    {
        let (client, _) = client(&turn, (username, password)).await;
        assert!(client.allocate().await.is_err(), "{username}");
    }
    assert_eq!(turn.usage().allocations, 0);
}

#[tokio::test]
async fn credentials_end_while_an_allocation_lives() {
    let turn = start(Limits::local()).await;
    let (username, password) = turn.relay().credentials(ARN, now_s() + 6);
    let (client, _) = client(&turn, (&username, &password)).await;
    let relayed = client.allocate().await.unwrap();
    let peer = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    relayed.send_to(b"first", peer(50_000)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(6_100)).await;
    // A new peer address needs a new permission, which needs valid credentials.
    let next = SocketAddr::from(([127, 0, 0, 2], 50_000));
    assert!(relayed.send_to(b"second", next).await.is_err());
}

#[tokio::test]
async fn a_channel_has_a_number_of_allocations() {
    let turn = start(Limits { allocations_max: 2, ..Limits::local() }).await;
    let mut kept = vec![];
    for attempt in 0..3 {
        let (username, password) = turn.relay().credentials(ARN, now_s() + 300);
        let (client, _) = client(&turn, (&username, &password)).await;
        let outcome = client.allocate().await;
        assert_eq!(outcome.is_ok(), attempt < 2, "attempt {attempt}");
        kept.push((client, outcome.ok()));
    }
    let (username, password) = turn.relay().credentials(&ARN.replace("pool-1", "pool-2"), now_s() + 300);
    let (client, _) = client(&turn, (&username, &password)).await;
    assert!(client.allocate().await.is_ok(), "another channel has its own");
}

/// As a deployment's own TURN server: its functions make names that are no channel's (infra/coturn).
#[tokio::test]
async fn a_name_that_is_no_channels_holds_four_allocations() {
    let secret = "0123456789abcdef0123456789abcdef".to_owned();
    let options = TurnOptions { port: 0, secret: Some(secret.clone()), limits: Limits::local() };
    let turn = Turn::start(options).await.unwrap();
    let name = |session: &str, at| {
        let session = SessionId::parse(session).unwrap();
        TurnSecret::new(&secret).unwrap().credentials(&TurnName::in_session(&session, Role::Offerer, at))
    };
    let now = TimeMs(now_s() * 1000);
    let mut kept = vec![];
    for attempt in 0..6 {
        let (username, password) = name("one", now - SpanMs::seconds(attempt));
        let (client, _) = client(&turn, (&username, &password)).await;
        let outcome = client.allocate().await;
        assert_eq!(outcome.is_ok(), attempt < 4, "attempt {attempt}");
        kept.push((client, outcome.ok()));
    }
    for (session, at, is_let_in) in [("two", now, true), ("three", now - TURN_NAME_LIFE - SpanMs::seconds(1), false)] {
        let (username, password) = name(session, at);
        let (client, _) = client(&turn, (&username, &password)).await;
        assert_eq!(client.allocate().await.is_ok(), is_let_in, "{session}");
    }
}

#[tokio::test]
async fn nothing_reaches_this_machines_other_addresses() {
    let Some(own) = own_address().await else {
        skipped("this machine has no address but loopback, so there is no outside peer to deny");
        return;
    };
    let turn = start(Limits::local()).await;
    let (username, password) = turn.relay().credentials(ARN, now_s() + 300);
    let (client, _) = client(&turn, (&username, &password)).await;
    let relayed = client.allocate().await.unwrap();
    let outside = UdpSocket::bind((own, 0)).await.unwrap();
    let inside = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    relayed.send_to(b"x", outside.local_addr().unwrap()).await.unwrap();
    relayed.send_to(b"y", inside.local_addr().unwrap()).await.unwrap();
    let mut buffer = [0; 10];
    timeout(PATIENCE, inside.recv_from(&mut buffer)).await.unwrap().unwrap();
    let leaked = timeout(Duration::from_millis(300), outside.recv_from(&mut buffer)).await;
    assert!(leaked.is_err(), "a datagram left loopback");
}

#[tokio::test]
async fn a_port_in_use_is_one_clear_line() {
    let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Turn::start(TurnOptions { port, secret: None, limits: Limits::local() }).await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(&format!("UDP port {port} of 127.0.0.1 cannot be used for TURN: ")), "{text}");
    assert!(!text.contains('\n'));
}

#[tokio::test]
async fn a_stopped_server_frees_its_port() {
    let turn = start(Limits::local()).await;
    let port = turn.address().port();
    turn.stop().await;
    UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
}

/// Another maker's client. Two of its clients talk to each other through two allocations.
#[tokio::test(flavor = "multi_thread")]
async fn coturns_client_loses_nothing() {
    let Some(coturn) = std::env::var_os("SPEED_CONNECT_COTURN").map(PathBuf::from) else {
        skipped("SPEED_CONNECT_COTURN names no folder with Debian's coturn in it; `cargo xtask test` unpacks one");
        return;
    };
    let turn = start(Limits { relay_bits_per_second: 100_000_000, ..Limits::local() }).await;
    let (username, password) = turn.relay().credentials(ARN, now_s() + 300);
    let port = turn.address().port().to_string();
    let run = |password: String| {
        let (coturn, port, username) = (coturn.clone(), port.clone(), username.clone());
        tokio::task::spawn_blocking(move || -> Output {
            Command::new(coturn.join("usr/bin/turnutils_uclient"))
                .env("LD_LIBRARY_PATH", libraries(&coturn))
                .args(["-y", "-c", "-n", "20", "-u", &username, "-w", &password, "-p", &port, "127.0.0.1"])
                .output()
                .unwrap()
        })
    };
    let output = timeout(Duration::from_secs(60), run(password)).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    assert!(text.contains("Total lost packets 0 (0.000000%)"), "{text}");
    assert!(turn.usage().relayed_bytes > 0);
}

const PATIENCE: Duration = Duration::from_secs(10);

async fn start(limits: Limits) -> Turn {
    Turn::start(TurnOptions { port: 0, secret: None, limits }).await.unwrap()
}

/// A listening client, and its own address.
async fn client(turn: &Turn, (username, password): (&str, &str)) -> (Client, SocketAddr) {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let local = socket.local_addr().unwrap();
    let client = Client::new(ClientConfig {
        stun_serv_addr: turn.address().to_string(),
        turn_serv_addr: turn.address().to_string(),
        username: username.to_owned(),
        password: password.to_owned(),
        realm: String::new(),
        software: String::new(),
        rto_in_ms: 0,
        conn: Arc::new(socket),
        vnet: None,
    })
    .await
    .unwrap();
    client.listen().await.unwrap();
    (client, local)
}

/// Where Debian puts the libraries of this architecture.
fn libraries(root: &Path) -> PathBuf {
    let entries = std::fs::read_dir(root.join("usr/lib")).unwrap().map(|entry| entry.unwrap().path());
    let mut entries = entries.filter(|path| path.to_string_lossy().ends_with("-linux-gnu"));
    entries.next().unwrap_or_else(|| root.join("usr/lib"))
}

/// An IPv4 address of this machine that is not loopback: the one a route to a documentation
/// address (RFC 5737) would be taken from. Nothing is sent.
async fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await.ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).await.ok()?;
    match socket.local_addr().ok()? {
        SocketAddr::V4(address) if !address.ip().is_loopback() => Some(*address.ip()),
        SocketAddr::V4(_) | SocketAddr::V6(_) => None,
    }
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}
