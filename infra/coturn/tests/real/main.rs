//! The configuration that we ship, and the real coturn of Debian's packages: whom it reaches, whom it lets in, how much they
//! may hold. Where an answer depends on coturn's version, README.md says what was seen.
#![cfg(test)]

mod addresses;
mod server;

use std::net::IpAddr;

use coturn::{Answer, CONFIGURATION, Family};
use domain::id::{DeviceId, SessionId, Token};
use domain::limits::TURN_NAME_LIFE;
use domain::session::Role;
use domain::time::{SpanMs, TimeMs};
use domain::turn::TurnName;
use futures_util::future::join_all;
use server::{Coturn, credentials, has_ipv6, now, skipped};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// RFC 8656 section 19, and RFC 8489 section 14.8.
const UNAUTHENTICATED: Answer = Answer::Refused(401);
const FORBIDDEN: Answer = Answer::Refused(403);
const UNSUPPORTED_TRANSPORT: Answer = Answer::Refused(442);
const QUOTA_REACHED: Answer = Answer::Refused(486);
/// What `user-quota` says.
const QUOTA: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn no_special_purpose_address_is_a_peer_and_a_public_one_is() {
    let Some(coturn) = Coturn::start(CONFIGURATION).await else { return };
    let denied = addresses::denied();
    assert!(denied.len() >= 150, "{}", denied.len());
    for family in families() {
        let of_family: Vec<IpAddr> =
            denied.iter().copied().filter(|ip| ip.is_ipv4() == (family == Family::V4)).collect();
        let permitted = permitted(&coturn, family, &of_family).await;
        assert_eq!(permitted, Vec::<IpAddr>::new(), "of {} that must be denied", of_family.len());
    }
    let public: Vec<IpAddr> = addresses::PUBLIC.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(permitted(&coturn, Family::V4, &public).await, public, "the probe can see a yes");
}

/// Without its own lines an address is permitted: it is they who deny, not something else.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_the_configuration_that_denies() {
    let without = |what: &str| -> String {
        let stays = |line: &&str| !line.starts_with("denied-peer-ip=") || !line.contains(what);
        CONFIGURATION.lines().filter(stays).flat_map(|line| [line, "\n"]).collect()
    };
    let Some(coturn) = Coturn::start(&without("")).await else { return };
    let v4: Vec<IpAddr> = addresses::denied().into_iter().filter(IpAddr::is_ipv4).collect();
    let open = permitted(&coturn, Family::V4, &v4).await;
    assert!(open.len() > v4.len() / 2, "only {open:?}");
    if !has_ipv6() {
        return skipped("this machine has no IPv6: IPv6 peers were not tried");
    }
    // IPv4 denied, IPv6 not: what a configuration is that forgets it.
    let Some(coturn) = Coturn::start(&without("::")).await else { return };
    let public: IpAddr = addresses::PUBLIC_V6.parse().unwrap();
    assert_eq!(permitted(&coturn, Family::V6, &[public]).await, [public]);
    let v6: Vec<IpAddr> = addresses::denied().into_iter().filter(IpAddr::is_ipv6).collect();
    let open = permitted(&coturn, Family::V6, &v6).await;
    println!("with denials of IPv4 alone this coturn permits {} of {}: {open:?}", open.len(), v6.len());
    assert!(!open.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_relayed_by_tcp() {
    let Some(coturn) = Coturn::start(CONFIGURATION).await else { return };
    let mut probe = coturn.probe(credentials(&name("tcp", now()))).await;
    assert_eq!(probe.allocate_tcp().await.unwrap(), UNSUPPORTED_TRANSPORT);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_a_name_that_has_not_ended_is_let_in() {
    let Some(coturn) = Coturn::start(CONFIGURATION).await else { return };
    let good = credentials(&name("one", now()));
    let over = credentials(&name("one", now() - TURN_NAME_LIFE - SpanMs::seconds(2)));
    let later = good.0.replacen('1', "2", 1);
    let refused = [
        (good.0.clone(), "wrong".to_owned()),
        (good.0.clone(), over.1.clone()),
        (later, good.1.clone()),
        over,
        ("endless".to_owned(), good.1.clone()),
        (String::new(), String::new()),
    ];
    for credentials in refused {
        let shown = format!("{credentials:?}");
        let answer = coturn.probe(credentials).await.allocate(Family::V4).await.unwrap();
        assert_eq!(answer, UNAUTHENTICATED, "{shown}");
    }
    let mut probe = coturn.probe(good).await;
    assert_eq!(probe.allocate(Family::V4).await.unwrap(), Answer::Granted);
    assert_eq!(probe.refresh().await.unwrap(), Answer::Granted);
    let outside = TurnName::outside(&DeviceId::parse("ada").unwrap(), now());
    assert_eq!(coturn.probe(credentials(&outside)).await.allocate(Family::V4).await.unwrap(), Answer::Granted);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_side_of_a_call_holds_four_allocations_and_no_more_by_asking_again() {
    let Some(coturn) = Coturn::start(CONFIGURATION).await else { return };
    let mut probes = Vec::new();
    for _ in 0..100 {
        probes.push(coturn.probe(credentials(&name("burst", now()))).await);
    }
    let answers = join_all(probes.iter_mut().map(|probe| probe.allocate(Family::V4))).await;
    let answers: Vec<Answer> = answers.into_iter().map(Result::unwrap).collect();
    let count = |answer| answers.iter().filter(|one| **one == answer).count();
    assert_eq!((count(Answer::Granted), count(QUOTA_REACHED)), (QUOTA, 100 - QUOTA), "{answers:?}");

    let renewed = credentials(&name("burst", now() - SpanMs::seconds(240)));
    assert_eq!(coturn.probe(renewed).await.allocate(Family::V4).await.unwrap(), QUOTA_REACHED);
    let partner = TurnName::in_session(&SessionId::parse("burst").unwrap(), Role::Answerer, now());
    let partners = coturn.probe(credentials(&partner)).await.allocate(Family::V4).await;
    assert_eq!(partners.unwrap(), Answer::Granted, "the partner has their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_begins_at_1_2_and_nothing_tells_its_version() {
    let Some(coturn) = Coturn::start(CONFIGURATION).await else { return };
    const ALERT: u8 = 21;
    const HANDSHAKE: u8 = 22;
    for (minor, wanted) in [(1, ALERT), (2, ALERT), (3, HANDSHAKE)] {
        let mut socket = tokio::net::TcpStream::connect(coturn.tls).await.unwrap();
        socket.write_all(&client_hello(minor)).await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), socket.read_buf(&mut answer)).await;
        assert_eq!(answer.first(), Some(&wanted), "TLS 1.{} is answered by {answer:02x?}", minor - 1);
    }
    let said = coturn.said();
    assert!(!said.contains("ad config"), "it understands every line: {said}");
}

/// On one allocation, those peers to whom it may talk by a permission or a channel.
async fn permitted(coturn: &Coturn, family: Family, peers: &[IpAddr]) -> Vec<IpAddr> {
    let chance = Token::derived(&[&format!("{family:?} {}", peers.len())]);
    let mut probe = coturn.probe(credentials(&name(chance.as_str(), now()))).await;
    assert_eq!(probe.allocate(family).await.unwrap(), Answer::Granted, "{}", coturn.said());
    let mut permitted = Vec::new();
    for (peer, number) in peers.iter().zip(0x4000..) {
        let answers = [probe.permit(*peer).await.unwrap(), probe.bind(*peer, number).await.unwrap()];
        assert!(answers.iter().all(|answer| [Answer::Granted, FORBIDDEN].contains(answer)), "{peer}: {answers:?}");
        if answers.contains(&Answer::Granted) {
            permitted.push(*peer);
        }
    }
    permitted
}

fn families() -> Vec<Family> {
    if has_ipv6() {
        return vec![Family::V4, Family::V6];
    }
    skipped("this machine has no IPv6: IPv6 peers were not tried");
    vec![Family::V4]
}

fn name(session: &str, at: TimeMs) -> TurnName {
    TurnName::in_session(&SessionId::parse(session).unwrap(), Role::Offerer, at)
}

/// RFC 5246 section 7.4.1.2: a version, and suites of every age.
fn client_hello(minor: u8) -> Vec<u8> {
    // ECDHE with AES-GCM and ChaCha20 (1.2 alone), ECDHE with AES-CBC, AES-CBC (any).
    const SUITES: [u8; 16] =
        [0xc0, 0x2b, 0xc0, 0x2c, 0xc0, 0x2f, 0xcc, 0xa9, 0xc0, 0x09, 0xc0, 0x0a, 0xc0, 0x13, 0x00, 0x2f];
    // P-256, uncompressed points, ECDSA and RSA with SHA-256 or SHA-1.
    const EXTENSIONS: [u8; 30] =
        [0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 10, 0, 8, 4, 3, 4, 1, 2, 3, 2, 1, 0, 23];
    let mut body = vec![3, minor];
    body.extend([7; 32]);
    body.push(0);
    body.extend([0, SUITES.len() as u8]);
    body.extend(SUITES);
    body.extend([1, 0]);
    body.extend([0, EXTENSIONS.len() as u8 + 2]);
    body.extend(EXTENSIONS);
    body.extend([0, 0]);
    let mut handshake = vec![1, 0, 0, body.len() as u8];
    handshake.extend(body);
    let mut record = vec![22, 3, 1, 0, handshake.len() as u8];
    record.extend(handshake);
    record
}
