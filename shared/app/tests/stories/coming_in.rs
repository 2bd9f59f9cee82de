//! How people come in, stay in and go out.

use crate::town::Town;
use app::{Entrance, LinkWish, SignedIn, Ticket};
use domain::credential::Newcomer;
use domain::email::Email;
use domain::id::{Token, UserId};
use domain::limits::{LINK_LIFE, LINK_TRIES_MAX};
use domain::network::Network;
use domain::profile::Nickname;
use domain::refusal::Code;
use domain::row::{Belonging, Key, Row};
use domain::time::SpanMs;
use domain::time::TimeMs;
use ports::{Ambient, Store};
use protocol::token::Access;
use serde_json::json;

#[tokio::test]
async fn a_lost_answer_to_a_refresh_costs_nothing_and_a_copy_ends_the_chain() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let signed_in =
        app::sign_in(&town.world, &town.settings, Newcomer::default(), None, &Network::of(None)).await.unwrap();
    let user = signed_in.profile.user.clone();
    let first = signed_in.refresh.cookie_value();
    let refresh =
        async |cookie: &str| app::refresh(&town.world, &user, cookie).await.map(|it| it.refresh.cookie_value());
    let second = refresh(&first).await.unwrap();
    assert_eq!(refresh(&first).await.unwrap(), second, "the same next token");
    assert_eq!(refresh(&second).await.unwrap(), second, "not twice within the grace");
    town.world.pass(SpanMs::seconds(11));
    let third = refresh(&second).await.unwrap();
    assert_ne!(third, second);
    town.world.pass(SpanMs::seconds(11));
    assert!(refresh(&second).await.is_err(), "after the grace time");
    assert!(refresh(&third).await.is_err(), "the chain is dead");
    assert!(app::refresh(&town.world, &ada.user, &third).await.is_err(), "and nobody else's");
}

#[tokio::test]
async fn sign_ins_of_one_address_are_counted_per_minute() {
    let mut town = Town::with_channels(0).await;
    town.settings.logins_per_minute = 2;
    let sign_in = async |viewer: &str| {
        let network = Network::of(Some(viewer));
        let signed_in = app::sign_in(&town.world, &town.settings, Newcomer::default(), None, &network).await;
        signed_in.map(|_| ()).map_err(|e| e.refusal())
    };
    assert!(sign_in("192.0.2.1").await.is_ok() && sign_in("192.0.2.1").await.is_ok());
    let refusal = sign_in("192.0.2.1").await.unwrap_err();
    assert_eq!((refusal.code, refusal.retry_after), (Code::RateLimited, Some(SpanMs(60_000))));
    assert!(sign_in("192.0.2.2").await.is_ok(), "another address");
    town.world.pass(SpanMs::seconds(60));
    assert!(sign_in("192.0.2.1").await.is_ok(), "another minute");
}

/// A browser that asks for links.
struct Browser<'t> {
    town: &'t Town,
    nonce: Token,
}

impl<'t> Browser<'t> {
    fn of(town: &'t Town) -> Self {
        Self { town, nonce: town.world.token() }
    }

    async fn asks(&self, email: &str, guest: Option<&UserId>) {
        self.wishes(email, guest).await;
        self.town.run_errands().await;
    }

    async fn wishes(&self, email: &str, guest: Option<&UserId>) {
        let newcomer = Newcomer { nickname: Nickname::parse("Ada").ok(), ..Newcomer::default() };
        let email = Email::parse(email).unwrap();
        let wish = LinkWish { email, newcomer, guest: guest.cloned(), nonce: self.nonce.clone() };
        app::ask_for_link(&self.town.world, &self.town.settings, wish, &network()).await.unwrap();
    }

    async fn opens(&self, token: &str) -> Result<Entrance, Code> {
        self.shows(Ticket::Link(token)).await
    }

    async fn types(&self, email: &str, code: &str) -> Result<Entrance, Code> {
        self.shows(Ticket::Code(&Email::parse(email).unwrap(), code)).await
    }

    async fn shows(&self, ticket: Ticket<'_>) -> Result<Entrance, Code> {
        let (world, settings) = (&self.town.world, &self.town.settings);
        let entrance = app::redeem(world, settings, ticket, Some(self.nonce.as_str()), None, &network()).await;
        entrance.map_err(|error| error.refusal().code)
    }
}

fn network() -> Network {
    Network::of(Some("192.0.2.7"))
}

/// The token of the link in the newest mail.
fn newest_link(town: &Town) -> String {
    let inner = town.world.inner();
    let (_, letter) = inner.letters.last().expect("a mail");
    let (_, rest) = letter.text.split_once("/sign-in#").expect("a link");
    rest.split_whitespace().next().unwrap().to_owned()
}

fn signed_in(entrance: Result<Entrance, Code>) -> SignedIn {
    match entrance {
        Ok(Entrance::SignedIn(signed_in)) => *signed_in,
        other => panic!("not signed in: {other:?}"),
    }
}

#[tokio::test]
async fn a_link_opens_one_session_in_the_browser_that_asked() {
    let town = Town::with_channels(0).await;
    let browser = Browser::of(&town);
    browser.asks("Ada@Example.org", None).await;
    let link = newest_link(&town);
    let first = signed_in(browser.opens(&link).await);
    assert_eq!(first.profile.nickname.as_str(), "Ada");
    assert_eq!(browser.opens(&link).await.unwrap_err(), Code::Gone);

    browser.asks("ada@example.org ", None).await;
    let second = signed_in(browser.opens(&newest_link(&town)).await);
    assert_eq!(second.profile.user, first.profile.user, "the same address is the same person");
    assert_eq!(second.profile.created_at, first.profile.created_at);
}

#[tokio::test]
async fn another_browser_learns_a_code_and_consumes_nothing() {
    let town = Town::with_channels(0).await;
    let (browser, scanner) = (Browser::of(&town), Browser::of(&town));
    browser.asks("ada@example.org", None).await;
    let link = newest_link(&town);
    let before = town.world.inner().rows.clone();
    let mut codes = Vec::new();
    for _ in 0..20 {
        let Ok(Entrance::Elsewhere(code)) = scanner.opens(&link).await else { panic!("no code") };
        codes.push(code);
    }
    codes.dedup();
    assert_eq!(codes.len(), 1);
    assert_eq!(scanner.types("ada@example.org", &codes[0]).await.unwrap_err(), Code::Unauthorized);
    assert_eq!(town.world.inner().rows, before, "whatever it clicks");

    let typed = format!(" {}-{} ", codes[0][..4].to_lowercase(), &codes[0][4..]);
    signed_in(browser.types("ada@example.org", &typed).await);
    assert_eq!(browser.opens(&link).await.unwrap_err(), Code::Gone, "the code has used the link up");
}

#[tokio::test]
async fn a_code_bears_five_wrong_tries() {
    let town = Town::with_channels(0).await;
    let (browser, other) = (Browser::of(&town), Browser::of(&town));
    browser.asks("ada@example.org", None).await;
    let Ok(Entrance::Elsewhere(code)) = other.opens(&newest_link(&town)).await else { panic!("no code") };
    for _ in 0..LINK_TRIES_MAX {
        assert_eq!(browser.types("ada@example.org", "AAAAAAAA").await.unwrap_err(), Code::Unauthorized);
    }
    assert_eq!(browser.types("ada@example.org", &code).await.unwrap_err(), Code::Unauthorized);
    signed_in(browser.opens(&newest_link(&town)).await);
}

#[tokio::test]
async fn the_newest_link_wins_and_ten_minutes_are_its_life() {
    let town = Town::with_channels(0).await;
    let browser = Browser::of(&town);
    browser.asks("ada@example.org", None).await;
    let first = newest_link(&town);
    town.world.pass(SpanMs(1));
    browser.asks("ada@example.org", None).await;
    let second = newest_link(&town);
    assert_eq!(browser.opens(&first).await.unwrap_err(), Code::Gone);
    town.world.pass(SpanMs(LINK_LIFE.0 - 2));
    assert_ne!(browser.opens("nobody.nothing").await.unwrap_err(), Code::Internal);
    town.world.pass(SpanMs(2));
    assert_eq!(browser.opens(&second).await.unwrap_err(), Code::Gone);
}

#[tokio::test]
async fn an_errand_that_comes_again_sends_the_same_link_and_an_old_one_none() {
    let town = Town::with_channels(0).await;
    let browser = Browser::of(&town);
    browser.wishes("ada@example.org", None).await;
    let is_request = |row: &&Row| matches!(row, Row::LinkRequest(_));
    let request = town.world.inner().rows.values().find(is_request).cloned().unwrap();
    let first = town.world.inner().errands[0].clone();
    town.carry_out(&first).await;
    let link = newest_link(&town);
    assert_eq!(
        town.world.inner().rows.values().filter(is_request).count(),
        0,
        "the address is kept no longer than needed"
    );
    town.carry_out(&first).await;
    assert_eq!(town.world.inner().letters.len(), 1, "done");

    town.world.inner().rows.insert(request.key(), request.clone());
    town.carry_out(&first).await;
    let sent = town.world.inner().letters.len();
    assert_eq!((sent, newest_link(&town)), (2, link), "after a crash between mail and row");

    town.world.pass(SpanMs(1));
    browser.wishes("ada@example.org", None).await;
    let second = town.world.inner().errands[1].clone();
    town.carry_out(&second).await;
    let newest = newest_link(&town);
    town.world.inner().rows.insert(request.key(), request);
    town.carry_out(&first).await;
    let sent = town.world.inner().letters.len();
    assert_eq!((sent, newest_link(&town)), (3, newest.clone()), "a late errand");
    signed_in(browser.opens(&newest).await);
}

#[tokio::test]
async fn an_address_is_sent_three_links_in_ten_minutes_whoever_asks() {
    let town = Town::with_channels(0).await;
    for _ in 0..5 {
        Browser::of(&town).asks("ada@example.org", None).await;
        town.world.pass(SpanMs(1));
    }
    assert_eq!(town.world.inner().letters.len(), 3);
    Browser::of(&town).asks("bob@example.org", None).await;
    assert_eq!(town.world.inner().letters.len(), 4, "another address");
}

#[tokio::test]
async fn a_guest_who_signs_in_by_mail_stays_who_they_are() {
    let mut town = Town::with_channels(0).await;
    let guest = town.arrive("Grace", &["chess"]).await;
    let browser = Browser::of(&town);
    browser.asks("grace@example.org", Some(&guest.user)).await;
    let account = signed_in(browser.opens(&newest_link(&town)).await).profile;
    assert_eq!((&account.user, account.nickname.as_str()), (&guest.user, "Grace"));

    let other = town.arrive("Somebody", &[]).await;
    let browser = Browser::of(&town);
    browser.asks("grace@example.org", Some(&other.user)).await;
    let again = signed_in(browser.opens(&newest_link(&town)).await).profile;
    assert_eq!(again.user, guest.user, "an address that is somebody's stays theirs");
}

#[tokio::test]
async fn who_logs_out_everywhere_is_nowhere_in() {
    let mut town = Town::with_channels(0).await;
    let browser = Browser::of(&town);
    browser.asks("ada@example.org", None).await;
    let here = signed_in(browser.opens(&newest_link(&town)).await);
    browser.asks("ada@example.org", None).await;
    let there = signed_in(browser.opens(&newest_link(&town)).await);
    let user = here.profile.user.clone();
    let issued = town.ticket(&user).await;
    let (older, page) = (town.open(&user).await, town.open(&user).await);
    let access = |family| Access {
        user: user.clone(),
        device: here.profile.device.clone(),
        family,
        expires_at: TimeMs(u64::MAX),
    };

    let cookie = here.refresh.cookie_value();
    assert!(app::log_out_everywhere(&town.world, &user, &format!("{}.stale", here.refresh.family)).await.is_err());
    app::log_out_everywhere(&town.world, &user, &cookie).await.unwrap();
    assert_eq!(town.world.belongings(&user, Belonging::Families, 10).await.unwrap(), Vec::<Row>::new());
    for signed_in in [&here, &there] {
        assert!(app::refresh(&town.world, &user, &signed_in.refresh.cookie_value()).await.is_err());
        assert!(app::caller(&town.world, &access(signed_in.refresh.family.clone())).await.is_err());
    }
    assert_eq!(town.world.inner().closed, [page.connection, older.connection], "the one that speaks, and the other");

    let late = town.open_with(&user, &issued).await;
    assert!(town.world.inner().closed.contains(&late.connection), "a ticket from before");
}

#[tokio::test]
async fn a_log_out_ends_one_sign_in_and_its_socket_alone() {
    let mut town = Town::with_channels(0).await;
    let signed_in = app::sign_in(&town.world, &town.settings, Newcomer::default(), None, &network()).await.unwrap();
    let page = town.open(&signed_in.profile.user).await;
    let stranger = town.arrive("Bob", &[]).await;
    // The chain's name stands in every access token: that alone ends nothing.
    for known in [format!("{}.x", signed_in.refresh.family), format!("{}.x.y", signed_in.refresh.family)] {
        app::log_out(&town.world, &page.user, &known).await.unwrap();
        assert!(app::refresh(&town.world, &page.user, &known).await.is_err());
    }
    assert!(town.world.inner().closed.is_empty());
    let cookie = signed_in.refresh.cookie_value();
    app::log_out(&town.world, &page.user, &cookie).await.unwrap();
    assert!(app::refresh(&town.world, &page.user, &cookie).await.is_err());
    assert_eq!(town.world.inner().closed, [page.connection]);
    assert!(town.world.inner().rows.contains_key(&Key::Profile(page.user)));
    assert!(town.world.inner().open.contains(&stranger.connection));
}

#[tokio::test]
async fn a_guest_who_signs_in_to_an_account_brings_friends_blocks_and_calls() {
    let mut town = Town::with_channels(0).await;
    let account = town.signs_in_by_mail("grace@example.org").await;
    let (guest, friend, met) = town.meet().await;
    let pest = town.arrive("Pest", &[]).await;
    town.says(&guest, "end-call", json!({ "sessionId": met })).await;
    for (one, other) in [(&guest, &friend), (&friend, &guest)] {
        let me = town.caller(&one.user).await.profile;
        let wanted = app::Wanted::User(other.user.clone());
        app::ask_friend(&town.world, &town.settings, &me, &wanted).await.unwrap();
    }
    app::block(&town.world, &guest.user, &app::Whom::User(pest.user.clone())).await.unwrap();

    let browser = Browser::of(&town);
    browser.asks("grace@example.org", Some(&guest.user)).await;
    let entered = signed_in(browser.opens(&newest_link(&town)).await).profile.user;
    assert_eq!(entered, account);
    town.run_errands().await;
    let listed = async |user: &UserId| {
        let all = app::friends(&town.world, user).await.unwrap().friends;
        all.into_iter().map(|friend| friend.profile.user).collect::<Vec<_>>()
    };
    assert_eq!(listed(&account).await, std::slice::from_ref(&friend.user));
    assert_eq!(listed(&friend.user).await, std::slice::from_ref(&account), "and the other way round");
    assert!(listed(&guest.user).await.is_empty());
    let calls = app::call_history(&town.world, &account).await.unwrap();
    assert_eq!(
        calls.iter().map(|call| (&call.record.peer, call.is_friend)).collect::<Vec<_>>(),
        [(&friend.user, true)]
    );
    assert!(app::call_history(&town.world, &friend.user).await.unwrap()[0].is_friend);
    assert_eq!(town.caller(&account).await.profile.blocks.len(), 1);
}
