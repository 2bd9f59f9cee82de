//! What a ban reaches besides the person: devices in use, addresses, and who a guest has become.

use app::{Caller, Complaint, ProfileChange, Whom};
use domain::credential::{Newcomer, Profile};
use domain::decide::Reply;
use domain::id::{DeviceId, SessionId, UserId};
use domain::limits::BAN_LIFE;
use domain::network::Network;
use domain::refusal::Code;
use domain::report::{Reason, Statement};
use domain::row::{Belonging, Row};
use domain::sanction::Measure;
use domain::session::Transport;
use domain::time::SpanMs;
use ports::{Ambient, Store};
use serde_json::json;

use crate::reports::{guarded, moderator, reports, rules, takes};
use crate::town::{Page, Town};

const HOUR: SpanMs = SpanMs::seconds(3600);

/// Somebody new meets a page and reports them.
async fn reported(town: &mut Town, page: &Page) {
    let other = town.arrive("Other", &[]).await;
    let session = met(town, &other, page).await;
    reports(town, &other, &session, Reason::Harassment, false).await.unwrap();
    town.says(&other, "leave-queue", json!({})).await;
}

async fn met(town: &Town, one: &Page, other: &Page) -> String {
    for page in [one, other] {
        town.says(page, "join-queue", json!({})).await;
    }
    town.session_of(one).expect("a session").id.to_string()
}

/// The one report that waits is decided.
async fn decided(town: &Town, by: &UserId, measure: Measure) {
    let docket = takes(town, by).await.expect("a report");
    rules(town, by, &docket.report.id, Some(measure)).await.unwrap();
}

/// The one sanction of somebody is lifted on appeal.
async fn lifted(town: &Town, me: &Profile, by: &UserId) {
    let sanction = app::sanctions(&town.world, &me.user).await.unwrap().remove(0).id;
    let words = Statement::parse("It was not me.").unwrap();
    let reply = Reply { granted: true, note: words.clone() };
    app::appeal(&town.world, &town.settings, me, &sanction, &words).await.unwrap();
    app::answer_appeal(&town.world, &town.settings, by, (&me.user, &sanction), reply).await.unwrap();
}

/// A new guest on a device.
async fn comes_back(town: &Town, device: &DeviceId) -> Result<UserId, Code> {
    let (newcomer, network) = (Newcomer::default(), Network::of(Some("192.0.2.5")));
    let signed_in = app::sign_in(&town.world, &town.settings, newcomer, Some(device.clone()), &network).await;
    signed_in.map(|it| it.profile.user).map_err(|error| error.refusal().code)
}

async fn passes(town: &Town, user: &UserId) -> Result<(), Code> {
    app::member(&town.world, &town.caller(user).await).await.map_err(|error| error.refusal().code)
}

async fn device_of(town: &Town, page: &Page) -> DeviceId {
    town.caller(&page.user).await.family.device
}

/// A town with a moderator who decides and one who answers appeals.
async fn moderated() -> (Town, UserId, UserId) {
    let town = guarded().await;
    let (cleo, dora) = (moderator(&town, "cleo@example.org").await, moderator(&town, "dora@example.org").await);
    (town, cleo, dora)
}

#[tokio::test]
async fn a_shorter_sanction_of_another_shortens_no_bar_and_lifting_one_leaves_the_other() {
    let (mut town, cleo, dora) = moderated().await;
    let bob = town.arrive("Bob", &[]).await;
    let device = device_of(&town, &bob).await;
    let ben = comes_back(&town, &device).await.unwrap();
    let ben = town.open(&ben).await;
    reported(&mut town, &ben).await;
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    assert_eq!(passes(&town, &bob.user).await, Err(Code::Banned), "another guest on the device in the other tab");

    // Bob's socket was open before.
    reported(&mut town, &bob).await;
    let hour = Measure::suspend(HOUR, town.world.now()).unwrap();
    decided(&town, &cleo, hour).await;
    let bens = town.caller(&ben.user).await.profile;
    town.world.pass(HOUR);
    assert_eq!(comes_back(&town, &device).await, Err(Code::Banned), "the longer one holds");

    lifted(&town, &bens, &dora).await;
    assert_eq!(passes(&town, &ben.user).await, Ok(()), "the shorter one is over by now");
    reported(&mut town, &bob).await;
    decided(&town, &cleo, Measure::suspend(HOUR, town.world.now()).unwrap()).await;
    assert_eq!(comes_back(&town, &device).await, Err(Code::Banned));
    town.world.pass(HOUR);
    assert!(comes_back(&town, &device).await.is_ok());
}

#[tokio::test]
async fn an_appeal_that_is_granted_lifts_the_bar_though_the_guest_is_forgotten() {
    let (mut town, cleo, dora) = moderated().await;
    let bob = town.arrive("Bob", &[]).await;
    let device = device_of(&town, &bob).await;
    reported(&mut town, &bob).await;
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    let me = town.caller(&bob.user).await.profile;
    town.world.pass(SpanMs::seconds(14 * 3600));
    assert_eq!(comes_back(&town, &device).await, Err(Code::Banned));
    lifted(&town, &me, &dora).await;
    assert!(comes_back(&town, &device).await.is_ok());
}

#[tokio::test]
async fn a_ban_reaches_the_device_in_use_and_holds_who_makes_an_account_on_it_afterwards() {
    let (mut town, cleo, _) = moderated().await;
    let [first, laptop] = [town.world.token(), town.world.token()].map(DeviceId::from);
    let bob = town.signs_in("bob@example.org", None, Some(first.clone())).await;
    let sister = town.signs_in("sis@example.org", None, Some(laptop.clone())).await;
    let away = town.signs_in("bob@example.org", None, Some(laptop.clone())).await;
    assert_eq!(away, bob);
    let families = town.world.belongings(&bob, Belonging::Families, 9).await.unwrap();
    let on_it =
        |row| if let Row::RefreshFamily(row) = row { Some(row).filter(|row| row.device == laptop) } else { None };
    let family = families.into_iter().find_map(on_it).expect("the sign-in there");
    let caller = Caller { family, ..town.caller(&bob).await };
    let issued = app::ws_ticket(&town.world, &caller).await.unwrap();
    let bob = town.open_with(&bob, &issued).await;
    reported(&mut town, &bob).await;
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    for device in [&first, &laptop] {
        assert_eq!(comes_back(&town, device).await, Err(Code::Banned));
    }
    assert_eq!(passes(&town, &sister).await, Ok(()), "who had an account before is somebody else of the house");
    let fresh = town.signs_in("new@example.org", None, Some(laptop.clone())).await;
    assert_eq!(passes(&town, &fresh).await, Err(Code::Banned));
    town.world.pass(BAN_LIFE);
    let fresh = town.signs_in("new@example.org", None, Some(laptop)).await;
    assert_eq!(passes(&town, &fresh).await, Ok(()), "a ban has an end");
}

#[tokio::test]
async fn who_is_erased_before_the_report_is_reached_all_the_same() {
    let (mut town, cleo, _) = moderated().await;
    let device = DeviceId::from(town.world.token());
    let bob = town.signs_in("bob@example.org", None, Some(device.clone())).await;
    let (bob, ada) = (town.open(&bob).await, town.arrive("Ada", &[]).await);
    let session = met(&town, &ada, &bob).await;
    app::erase(&town.world, &town.settings, &town.caller(&bob.user).await).await.unwrap();
    town.run_errands().await;
    town.world.pass(SpanMs::seconds(12 * 3600));
    let ada = town.signs_in("ada@example.org", Some(&ada.user), None).await;
    let complaint = Complaint {
        session: SessionId::parse(&session).unwrap(),
        reason: Reason::Violence,
        comment: None,
        block: false,
    };
    app::report(&town.world, &town.settings, &town.caller(&ada).await, &Network::of(None), &complaint).await.unwrap();
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    assert_eq!(comes_back(&town, &device).await, Err(Code::Banned));
    let again = town.signs_in_by_mail("bob@example.org").await;
    assert_eq!(passes(&town, &again).await, Err(Code::Banned));
}

#[tokio::test]
async fn what_is_said_of_a_guest_is_said_of_the_account_that_they_sign_in_to() {
    let (mut town, cleo, dora) = moderated().await;
    let account = town.signs_in_by_mail("grace@example.org").await;
    let (grace, ada) = (town.arrive("Grace", &[]).await, town.arrive("Ada", &[]).await);
    let session = met(&town, &ada, &grace).await;
    assert_eq!(town.signs_in("grace@example.org", Some(&grace.user), None).await, account);
    reports(&town, &ada, &session, Reason::Harassment, true).await.unwrap();
    assert_eq!(town.caller(&ada.user).await.profile.blocks[0].user, account);
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    assert_eq!(passes(&town, &account).await, Err(Code::Banned));
    let me = town.caller(&account).await.profile;
    lifted(&town, &me, &dora).await;
    assert_eq!(passes(&town, &account).await, Ok(()));

    // And who reports as a guest, and is somebody else by then, reports once.
    let (eve, sam) = (town.arrive("Eve", &[]).await, town.arrive("Sam", &[]).await);
    let session = met(&town, &eve, &sam).await;
    let first = reports(&town, &eve, &session, Reason::Spam, false).await.unwrap();
    town.signs_in("grace@example.org", Some(&eve.user), None).await;
    let complaint =
        Complaint { session: SessionId::parse(&session).unwrap(), reason: Reason::Spam, comment: None, block: false };
    let caller = town.caller(&account).await;
    assert_eq!(app::report(&town.world, &town.settings, &caller, &Network::of(None), &complaint).await.unwrap(), first);
}

#[tokio::test]
async fn a_ban_goes_with_the_guest_into_the_account_that_they_had_and_is_appealed_against_there() {
    let (mut town, cleo, dora) = moderated().await;
    let account = town.signs_in_by_mail("grace@example.org").await;
    let grace = town.arrive("Grace", &[]).await;
    reported(&mut town, &grace).await;
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    assert_eq!(town.signs_in("grace@example.org", Some(&grace.user), None).await, account);
    assert_eq!(passes(&town, &account).await, Err(Code::Banned));
    let open = town.world.inner().errands.clone();
    town.carry_out(open.iter().rev().find(|errand| errand.contains("hand")).expect("the errand")).await;
    assert_eq!(app::sanctions(&town.world, &account).await.unwrap().len(), 1, "done again it is one");
    let me = town.caller(&account).await.profile;
    lifted(&town, &me, &dora).await;
    town.carry_out(open.iter().rev().find(|errand| errand.contains("hand")).expect("the errand")).await;
    assert_eq!(passes(&town, &account).await, Ok(()), "what is lifted stays lifted");
}

#[tokio::test]
async fn a_guest_who_has_become_somebody_is_nobody_any_more_and_blocks_go_with_them() {
    let mut town = guarded().await;
    let account = town.signs_in_by_mail("grace@example.org").await;
    let (grace, ada) = (town.arrive("Grace", &[]).await, town.arrive("Ada", &[]).await);
    let session = SessionId::parse(&met(&town, &ada, &grace).await).unwrap();
    app::block(&town.world, &ada.user, &Whom::PartnerIn(session.clone())).await.unwrap();
    town.says(&ada, "end-call", json!({ "sessionId": session.as_str() })).await;
    let bea = town.arrive("Bea", &[]).await;
    met(&town, &bea, &grace).await;
    let stale = town.ticket(&grace.user).await;
    town.world.pass(SpanMs(1));
    town.signs_in("grace@example.org", Some(&grace.user), None).await;
    town.hears(&grace);
    town.says(&bea, "end-call", json!({ "sessionId": town.session_of(&bea).expect("it goes on").id.as_str() })).await;
    town.says(&grace, "join-queue", json!({})).await;
    assert!(town.is_idle(&grace), "there is no call after it");
    assert_eq!(town.hears(&grace).last().unwrap()["data"]["code"], "unauthorized");
    let families = town.world.belongings(&grace.user, Belonging::Families, 9).await.unwrap();
    assert!(families.is_empty(), "no token is good for anything");
    let page = town.open_with(&grace.user, &stale).await;
    assert!(!town.world.inner().open.contains(&page.connection), "nor is a ticket from before");
    let blocks = town.caller(&ada.user).await.profile.blocks;
    assert_eq!(
        blocks.iter().map(|block| (&block.user, block.nickname.as_str())).collect::<Vec<_>>(),
        [(&grace.user, "Grace"), (&account, "Grace")]
    );
}

#[tokio::test]
async fn whatever_waits_for_days_finds_the_account_that_the_guest_has_become() {
    let (mut town, cleo, dora) = moderated().await;
    let account = town.signs_in_by_mail("grace@example.org").await;
    let grace = town.arrive("Grace", &[]).await;
    for _ in 0..2 {
        reported(&mut town, &grace).await;
    }
    let warned = takes(&town, &cleo).await.expect("a report").report.id;
    rules(&town, &cleo, &warned, Some(Measure::Warn)).await.unwrap();
    town.signs_in("grace@example.org", Some(&grace.user), None).await;
    let (me, words) = (town.caller(&account).await.profile, Statement::parse("It was not me.").unwrap());
    let sanction = app::sanctions(&town.world, &account).await.unwrap().remove(0).id;
    app::appeal(&town.world, &town.settings, &me, &sanction, &words).await.unwrap();

    town.world.pass(SpanMs::seconds(3 * 24 * 3600));
    assert_eq!(app::appeals(&town.world, &town.settings, &dora).await.unwrap().len(), 1);
    let docket = takes(&town, &cleo).await.expect("a report");
    assert_eq!((&docket.accused.user, docket.accused.sanctions.len()), (&account, 1), "with all that is known of them");
    rules(&town, &cleo, &docket.report.id, Some(Measure::ban(town.world.now()))).await.unwrap();
    assert_eq!(passes(&town, &account).await, Err(Code::Banned));
}

#[tokio::test]
async fn a_ban_ends_the_call_that_the_guest_is_in_and_closes_what_is_open() {
    let (mut town, cleo, _) = moderated().await;
    town.signs_in_by_mail("grace@example.org").await;
    let (idle, grace) = (town.arrive("Idle", &[]).await, town.arrive("Grace", &[]).await);
    town.signs_in("grace@example.org", Some(&idle.user), None).await;
    assert!(!town.world.inner().open.contains(&idle.connection), "who is in no call is out at once");
    reported(&mut town, &grace).await;
    let bea = town.arrive("Bea", &[]).await;
    met(&town, &bea, &grace).await;
    town.signs_in("grace@example.org", Some(&grace.user), None).await;
    assert!(town.session_of(&bea).is_some(), "the call goes on");
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    assert!(town.is_idle(&bea) && !town.world.inner().open.contains(&grace.connection));
}

#[tokio::test]
async fn nobody_judges_what_was_said_of_the_guest_that_they_were() {
    let (mut town, cleo, _) = moderated().await;
    let guest = town.arrive("Guest", &[]).await;
    reported(&mut town, &guest).await;
    town.signs_in("cleo@example.org", Some(&guest.user), None).await;
    assert!(takes(&town, &cleo).await.is_none());
}

#[tokio::test]
async fn a_guest_who_was_there_before_the_ban_passes_by_no_account_that_is_made_after_it() {
    let (mut town, cleo, _) = moderated().await;
    let bob = town.arrive("Bob", &[]).await;
    let device = device_of(&town, &bob).await;
    let other = comes_back(&town, &device).await.unwrap();
    reported(&mut town, &bob).await;
    decided(&town, &cleo, Measure::ban(town.world.now())).await;
    assert_eq!(town.signs_in("new@example.org", Some(&other), Some(device)).await, other);
    assert_eq!(passes(&town, &other).await, Err(Code::Banned));
}

#[tokio::test]
async fn who_hides_their_address_while_they_wait_is_hidden_in_the_next_call() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob) = (town.arrive("Ada", &[]).await, town.arrive("Bob", &[]).await);
    // Eve's ticket knows nothing of it.
    let eve = town.arrive("Eve", &[]).await;
    let stale = town.ticket(&eve.user).await;
    town.says(&ada, "join-queue", json!({})).await;
    for page in [&ada, &eve] {
        let hidden = ProfileChange { hide_ip: Some(true), ..ProfileChange::default() };
        app::change_profile(&town.world, &page.user, hidden).await.unwrap();
    }
    town.says(&bob, "join-queue", json!({})).await;
    assert_eq!(town.session_of(&bob).expect("a session").transport, Transport::Relay);
    town.open_with(&eve.user, &stale).await;
    assert!(town.user(&eve).hide_ip);
}
