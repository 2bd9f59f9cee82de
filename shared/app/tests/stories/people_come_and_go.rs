//! Reloads, closed tabs, ghosts and second tabs: nobody is lost, nobody is held.

use crate::town::Town;
use app::Upgrade;
use ports::Ambient;
use serde_json::json;

#[tokio::test]
async fn a_reload_keeps_the_call_and_the_chat() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 1, "message": "still there?" })).await;
    town.breaks(&ada).await;
    assert_eq!(town.hears_events(&bob), ["peer-reconnecting"]);

    let back = town.open(&ada.user).await;
    let connected = &town.hears(&back)[0]["data"];
    assert_eq!(connected["state"], "in-session");
    assert_eq!(connected["session"]["sessionId"], json!(session));
    assert_eq!(connected["session"]["chat"][0]["message"], "still there?");
    assert_eq!(connected["session"]["chat"][0]["own"], false);
    assert_eq!(town.hears_events(&bob), ["peer-reconnected"]);
    town.seconds_pass(60).await;
    assert!(town.session_of(&bob).is_some(), "the grace timer finds the side back");
}

#[tokio::test]
async fn a_tab_that_stays_closed_ends_the_call_after_thirty_seconds() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, _) = town.meet().await;
    town.breaks(&ada).await;
    town.seconds_pass(29).await;
    assert!(town.session_of(&bob).is_some());
    town.seconds_pass(2).await;
    let heard = town.hears(&bob);
    assert_eq!(heard.last().unwrap()["data"]["reason"], "peer-left");
    assert!(town.is_idle(&ada) && town.is_idle(&bob));
}

#[tokio::test]
async fn a_lost_disconnect_is_noticed_by_the_next_post() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    town.breaks_silently(&ada);
    town.says(&bob, "connection-status", json!({ "sessionId": session, "status": "partner-lost" })).await;
    assert_eq!(town.hears_events(&bob), ["peer-reconnecting"]);
    town.seconds_pass(31).await;
    assert!(town.is_idle(&bob));
}

#[tokio::test]
async fn a_ghost_is_passed_over_and_whoever_met_it_goes_back_to_the_head() {
    let mut town = Town::with_channels(2).await;
    let ghost = town.arrive("Ghost", &["chess"]).await;
    town.says(&ghost, "join-queue", json!({})).await;
    town.breaks_silently(&ghost);
    let bob = town.arrive("Bob", &["chess"]).await;
    town.says(&bob, "join-queue", json!({})).await;
    let session = town.session_of(&bob).unwrap();
    town.says(&bob, "connection-status", json!({ "sessionId": session.id.as_str(), "status": "received" })).await;

    town.seconds_pass(10).await;
    assert!(town.is_waiting(&bob));
    let since = town.user(&bob).waiting().unwrap().since;
    assert_eq!(since, session.started_at, "the place in the queue is kept");

    let cleo = town.arrive("Cleo", &["chess"]).await;
    town.says(&cleo, "join-queue", json!({})).await;
    assert_eq!(town.session_of(&bob).unwrap().id, town.session_of(&cleo).unwrap().id);
}

#[tokio::test]
async fn a_second_tab_supersedes_the_first_and_a_late_disconnect_changes_nothing() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    let second = town.open(&ada.user).await;
    assert_eq!(town.hears_events(&ada), ["superseded"]);
    town.breaks(&ada).await;
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 1, "message": "hi" })).await;
    assert_eq!(town.hears_events(&second).last().unwrap(), "message");
    town.says(&ada, "end-call", json!({ "sessionId": session })).await;
    assert!(town.session_of(&bob).is_some(), "the old tab no longer speaks");
}

#[tokio::test]
async fn the_two_hours_of_a_socket_are_crossed_in_the_middle_of_a_call() {
    let mut town = Town::with_channels(1).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    town.says(&ada, "join-queue", json!({})).await;
    for _ in 0..109 {
        town.seconds_pass(60).await;
        town.says(&ada, "ping", json!({})).await;
    }
    assert!(!town.hears_events(&ada).contains(&"server-draining".to_owned()));
    town.says(&bob, "join-queue", json!({})).await;
    let session = town.session_of(&ada).unwrap().id.to_string();
    for page in [&ada, &bob] {
        town.says(page, "connection-status", json!({ "sessionId": session, "status": "received" })).await;
    }
    town.seconds_pass(60).await;
    town.says(&ada, "ping", json!({})).await;
    assert_eq!(town.hears_events(&ada).last().unwrap(), "server-draining");

    let fresh = town.open(&ada.user).await;
    assert_eq!(town.hears(&fresh)[0]["data"]["session"]["sessionId"], json!(session));
    town.breaks(&ada).await;
    town.hears(&bob);
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 1, "message": "still there?" })).await;
    assert_eq!(town.hears_events(&fresh), ["message"]);
    assert_eq!(town.hears_events(&bob), [""; 0], "the partner notices nothing");
}

#[tokio::test]
async fn silence_while_waiting_ends_the_stay() {
    let mut town = Town::with_channels(1).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    town.says(&ada, "join-queue", json!({})).await;
    town.seconds_pass(60).await;
    assert!(town.is_waiting(&ada));
    town.says(&ada, "ping", json!({})).await;
    town.seconds_pass(80).await;
    assert!(town.is_waiting(&ada));
    town.seconds_pass(40).await;
    assert!(town.is_idle(&ada));
}

#[tokio::test]
async fn cancel_means_cancel() {
    let mut town = Town::with_channels(1).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    town.says(&ada, "join-queue", json!({})).await;
    town.says(&ada, "leave-queue", json!({})).await;
    assert_eq!(town.hears_events(&ada), ["connected", "queue-joined", "queue-left"]);
    let bob = town.arrive("Bob", &["chess"]).await;
    town.says(&bob, "join-queue", json!({})).await;
    town.seconds_pass(30).await;
    assert!(town.is_idle(&ada) && town.is_waiting(&bob));
}

#[tokio::test]
async fn wishes_widen_by_the_servers_own_timers() {
    let mut town = Town::with_channels(1).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let bob = town.arrive("Bob", &["jazz"]).await;
    town.says(&ada, "join-queue", json!({ "language": "en" })).await;
    town.says(&bob, "join-queue", json!({ "language": "fr" })).await;
    town.seconds_pass(9).await;
    assert!(town.is_waiting(&ada) && town.is_waiting(&bob));
    town.seconds_pass(2).await;
    assert!(town.session_of(&ada).is_some());
    assert!(town.session_of(&bob).is_some());
}

#[tokio::test]
async fn two_alone_meet_again_after_the_widest_step() {
    let mut town = Town::with_channels(2).await;
    let (ada, bob, session) = town.meet().await;
    town.says(&ada, "end-call", json!({ "sessionId": session })).await;
    town.says(&ada, "join-queue", json!({})).await;
    town.says(&bob, "join-queue", json!({})).await;
    town.seconds_pass(5).await;
    assert!(town.is_waiting(&ada) && town.is_waiting(&bob));
    town.seconds_pass(6).await;
    assert!(town.session_of(&ada).is_some());
}

#[tokio::test]
async fn a_ticket_opens_one_connection() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let issued = town.ticket(&ada.user).await;
    let open = async |name: &str, ticket: &str, origin: &str| {
        let id = domain::id::ConnectionId::parse(name).unwrap();
        let upgrade = Upgrade {
            connection: &id,
            opened_at: town.world.now(),
            ticket: Some(ticket),
            origin: Some(origin),
            trace: None,
        };
        app::connect(&town.world, &town.settings, upgrade).await.map_err(|e| e.refusal().code)
    };
    let ticket = issued.ticket.as_str();
    let home = "https://speed.example";
    assert_eq!(open("x1", ticket, "https://evil.example").await, Err(domain::refusal::Code::Forbidden));
    assert_eq!(open("x1", ticket, home).await, Ok(()));
    assert_eq!(open("x1", ticket, home).await, Ok(()), "an answer that was lost may be asked for again");
    assert_eq!(open("x2", ticket, home).await, Err(domain::refusal::Code::Unauthorized));
    assert_eq!(open("x3", "made-up", home).await, Err(domain::refusal::Code::Unauthorized));
}

#[tokio::test]
async fn a_ticket_is_good_for_thirty_seconds() {
    let mut town = Town::with_channels(0).await;
    let ada = town.arrive("Ada", &[]).await;
    let issued = town.ticket(&ada.user).await;
    town.world.pass(domain::time::SpanMs::seconds(30));
    let id = domain::id::ConnectionId::parse("late").unwrap();
    let ticket = Some(issued.ticket.as_str());
    let origin = Some("https://speed.example");
    let upgrade = Upgrade { connection: &id, opened_at: town.world.now(), ticket, origin, trace: None };
    let late = app::connect(&town.world, &town.settings, upgrade).await;
    assert_eq!(late.unwrap_err().refusal().code, domain::refusal::Code::Unauthorized);
}

#[tokio::test]
async fn a_page_that_slept_is_told_and_can_join_again() {
    let mut town = Town::with_channels(1).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    town.says(&ada, "join-queue", json!({})).await;
    town.seconds_pass(120).await;
    assert!(town.is_idle(&ada));
    assert_eq!(town.hears_events(&ada).last().unwrap(), "queue-left");
    town.says(&ada, "join-queue", json!({})).await;
    assert!(town.is_waiting(&ada), "the connection still speaks");
}

#[tokio::test]
async fn a_hello_that_wins_after_its_own_disconnect_is_noticed() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, _) = town.meet().await;
    town.breaks(&ada).await;
    let back = town.open(&ada.user).await;
    town.breaks_silently(&back);
    // The disconnect came while another connection spoke and changed nothing; the hello is worked on only now.
    town.says(&back, "hello", json!({})).await;
    town.hears(&bob);
    town.seconds_pass(31).await;
    assert!(town.is_idle(&bob), "the dead socket is found out by the answer to its own hello");
}

#[tokio::test]
async fn twenty_closed_tabs_do_not_hide_the_twenty_first_person() {
    let mut town = Town::with_channels(1).await;
    for number in 0..25 {
        let gone = town.arrive(&format!("G{number}"), &["chess"]).await;
        town.says(&gone, "join-queue", json!({ "language": format!("x{}", char::from(b'a' + number)) })).await;
        assert!(town.is_waiting(&gone), "each speaks another language");
        if number % 2 == 0 {
            town.breaks(&gone).await;
        } else {
            town.breaks_silently(&gone);
        }
    }
    let ada = town.arrive("Ada", &["chess"]).await;
    town.says(&ada, "join-queue", json!({ "language": "en" })).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    town.says(&bob, "join-queue", json!({ "language": "en" })).await;
    assert_eq!(town.session_of(&ada).unwrap().id, town.session_of(&bob).unwrap().id);
}

#[tokio::test]
async fn a_long_chat_still_fits_the_frame_of_a_page_that_returns() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    for n in 1..=120 {
        let message = format!("{n} {}", "\"\\".repeat(900));
        town.says(&bob, "send-message", json!({ "sessionId": session, "n": n, "message": message })).await;
        town.world.pass(domain::time::SpanMs(100));
    }
    town.breaks(&ada).await;
    let back = town.open(&ada.user).await;
    let connected = town.hears(&back).remove(0);
    assert!(connected.to_string().len() < 32 * 1024);
    let chat = connected["data"]["session"]["chat"].as_array().unwrap();
    assert_eq!(chat.last().unwrap()["n"], 120, "the newest lines are kept");
}

#[tokio::test]
async fn whoever_missed_the_end_hears_of_it_by_speaking() {
    let mut town = Town::with_channels(1).await;
    let (ada, bob, session) = town.meet().await;
    town.says(&ada, "end-call", json!({ "sessionId": session })).await;
    town.hears(&bob);
    town.says(&bob, "send-message", json!({ "sessionId": session, "n": 1, "message": "hello?" })).await;
    assert_eq!(town.hears_events(&bob), ["session-ended", "error"]);
}

#[tokio::test]
async fn next_names_the_call_that_is_left() {
    let mut town = Town::with_channels(3).await;
    let (ada, bob, first) = town.meet().await;
    let cleo = town.arrive("Cleo", &["chess"]).await;
    town.says(&cleo, "join-queue", json!({})).await;
    town.seconds_pass(2).await;
    town.says(&ada, "next", json!({ "sessionId": first })).await;
    let second = town.session_of(&ada).unwrap();
    assert_eq!(second.id, town.session_of(&cleo).unwrap().id);
    town.says(&ada, "next", json!({ "sessionId": first })).await;
    assert_eq!(town.session_of(&ada).unwrap().id, second.id, "said again, it does not skip the next person");
    assert!(town.is_idle(&bob));
}

#[tokio::test]
async fn a_match_that_is_declined_before_it_was_confirmed_never_was() {
    let mut town = Town::with_channels(2).await;
    let ada = town.arrive("Ada", &["chess"]).await;
    let bob = town.arrive("Bob", &["chess"]).await;
    town.says(&ada, "join-queue", json!({})).await;
    town.says(&bob, "join-queue", json!({})).await;
    let session = town.session_of(&bob).unwrap();
    town.says(&bob, "connection-status", json!({ "sessionId": session.id.as_str(), "status": "received" })).await;
    town.hears(&bob);
    town.says(&ada, "end-call", json!({ "sessionId": session.id.as_str() })).await;
    assert!(town.is_idle(&ada) && town.is_waiting(&bob));
    assert_eq!(town.hears_events(&bob), ["session-ended", "queue-joined", "queue-update"]);
    let cleo = town.arrive("Cleo", &["chess"]).await;
    town.says(&cleo, "join-queue", json!({})).await;
    assert_eq!(town.session_of(&bob).unwrap().id, town.session_of(&cleo).unwrap().id);
}
