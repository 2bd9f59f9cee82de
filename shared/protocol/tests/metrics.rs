//! What is written to the stream can be counted, and what is counted reads as Prometheus and CloudWatch expect it.
#![cfg(test)]

use domain::fact::{ConnectionMark, DeviceMark, Fact, FactKind, Pseudonym, RoomMark};
use domain::id::{ConnectionId, DeviceId, RoomId, SessionId, UserId};
use domain::profile::{Mode, Tags};
use domain::report::Reason;
use domain::room::Parting;
use domain::sanction::Measure;
use domain::session::{EndReason, Role, Transport};
use domain::signal::Path;
use domain::tally::{EventMark, Figures, Gauge, Sequence, Slot, Tally};
use domain::time::{SpanMs, TimeMs};
use domain::trace::Trace;
use protocol::{counted, event, metrics};
use serde_json::{Value, json};

const NOON: TimeMs = TimeMs(1_772_452_800_000);
const SLOT: Slot = Slot::of(NOON);

fn every_kind() -> Vec<FactKind> {
    let session = || SessionId::parse("S").unwrap();
    let connection = || ConnectionMark::of(&ConnectionId::parse("C").unwrap());
    let id = DeviceId::parse("D").unwrap();
    let (user, device) = (|| Pseudonym::of(&UserId::parse("U").unwrap(), &id, NOON), DeviceMark::of(&id, NOON));
    let voice = |connection: &str| EventMark::voice(&session(), &ConnectionId::parse(connection).unwrap());
    let voices = || [voice("C"), voice("D")];
    let (mode, tags) = (Mode::Video, Tags::parse(&["chess".to_owned()]).unwrap());
    let waited = SpanMs(1_500);
    let room = || RoomMark::of(&RoomId::parse("R").unwrap());
    vec![
        FactKind::SignedIn { user: user(), guest: true, device },
        FactKind::DeviceSeen { guest: true, days: 7 },
        FactKind::ConnectionOpened { connection: connection(), slot: SLOT },
        FactKind::ConnectionClosed { connection: connection(), slot: SLOT },
        FactKind::QueueJoined {
            user: user(),
            asked: true,
            mode,
            tags: tags.clone(),
            language: None,
            region: None,
            slot: SLOT,
        },
        FactKind::QueueLeft { user: user(), waited, slot: SLOT },
        FactKind::MatchMade {
            session: session(),
            mode,
            common_tags: tags,
            waited: [SpanMs(0), waited],
            slots: [None, Some(SLOT)],
            voices: voices(),
        },
        FactKind::SessionStarted { session: session(), mode, transport: Transport::Kvs },
        FactKind::SessionConnected {
            session: session(),
            connection_time: Some(waited),
            path: Some(Path::Relay),
            signaling: Some(SpanMs(80)),
            voice: voice("C"),
        },
        FactKind::SessionExtended { session: session(), extensions: 1 },
        FactKind::SessionEnded {
            session: session(),
            reason: EndReason::Timeout,
            duration: waited,
            confirmed: true,
            by: None,
        },
        FactKind::MessageSent { session: session(), role: Role::Offerer, characters: 3, links: 0, hasty: false },
        FactKind::ReactionSent { session: session(), role: Role::Offerer },
        FactKind::SignalingFellBack { session: session(), epoch: 2 },
        FactKind::FriendRequested { user: user() },
        FactKind::FriendAccepted { user: user() },
        FactKind::CallRinging { user: user() },
        FactKind::CallAnswered { session: session(), waited, voices: voices() },
        FactKind::IceFailed { session: session(), voice: voice("D") },
        FactKind::ReportSubmitted { session: session(), reason: Reason::Spam, role: Some(Role::Answerer) },
        FactKind::ReportDecided { session: session(), reason: Reason::Spam, measure: Some(Measure::Warn), waited },
        FactKind::UserBanned { user: user(), reason: Reason::Spam, until: NOON },
        FactKind::RoomJoined { room: room(), people: 1, capacity: 4, slot: SLOT },
        FactKind::RoomLeft { room: room(), people: 0, stayed: waited, why: Parting::Left, slot: SLOT },
        FactKind::LimitHit { what: "next", scope: "person" },
        FactKind::RequestFailed { what: "GET /users/me", code: "internal" },
    ]
}

fn figures(kinds: Vec<FactKind>) -> Figures {
    let records = kinds.into_iter().enumerate().map(|(number, kind)| {
        let record = event::encode(&Fact::new(kind, &[&number.to_string()], NOON));
        (Sequence::parse(&(number + 1).to_string()).unwrap(), counted::read(record.as_bytes()).unwrap())
    });
    Tally::empty(String::new()).count(&records.collect::<Vec<_>>()).unwrap().0.figures
}

#[test]
fn every_fact_is_counted_under_its_name() {
    let names: Vec<&str> = every_kind().iter().map(FactKind::name).collect();
    assert_eq!(names, FactKind::NAMES, "every kind is here, in the order of the names");
    let counted = figures(every_kind());
    let kinds: Vec<(&str, u64)> = counted.by_kind().into_iter().collect();
    let mut sorted: Vec<(&str, u64)> = FactKind::NAMES.map(|name| (name, 1)).into();
    sorted.sort_unstable();
    assert_eq!(kinds, sorted);
    assert_eq!(counted.level(Gauge::Connections, NOON), 0, "opened and closed");
}

#[test]
fn a_record_of_an_earlier_deployment_is_counted_as_far_as_it_goes() {
    let old = json!({ "id": "0123456789ABCDEFGHJKMNPQRS", "type": "queue.joined", "version": 1, "at": 1, "data": { "user": "U" } });
    let read = counted::read(old.to_string().as_bytes()).unwrap();
    assert_eq!((read.kind, read.stays.len(), read.timings.len()), ("queue.joined", 0, 0));
}

#[test]
fn what_is_no_event_of_ours_is_not_read() {
    let good = json!({ "id": "0123456789ABCDEFGHJKMNPQRS", "type": "ice.failed", "version": 1, "at": 1, "data": { "sessionId": "S" } });
    assert!(counted::read(good.to_string().as_bytes()).is_some());
    for (field, bad) in
        [("id", json!("7")), ("id", json!(7)), ("type", json!("made.up")), ("version", json!(2)), ("data", json!(null))]
    {
        let mut event = good.clone();
        event[field] = bad;
        assert!(counted::read(event.to_string().as_bytes()).is_none(), "{event}");
    }
    assert!(counted::read(b"not JSON").is_none());
}

#[test]
fn the_text_holds_every_name_that_was_promised() {
    let text = metrics::text(&figures(every_kind()), NOON);
    for line in [
        "video_chat_active_connections 0",
        "video_chat_sessions_created_total 2",
        "video_chat_match_latency_seconds_bucket{le=\"0.1\"} 1",
        "video_chat_match_latency_seconds_bucket{le=\"+Inf\"} 2",
        "video_chat_match_latency_seconds_sum 1.5",
        "video_chat_match_latency_seconds_count 2",
        "video_chat_webrtc_offers_total 2",
        "video_chat_reports_submitted_total 1",
        "video_chat_queue_length 0",
        "video_chat_connection_success_total{connection_type=\"relay\"} 1",
        "video_chat_connection_success_total{connection_type=\"direct\"} 0",
        "video_chat_connection_failures_total 1",
        "video_chat_rate_limit_hits_total 1",
        "video_chat_sessions_ended_total{reason=\"timeout\"} 1",
        "video_chat_signaling_seconds_sum 0.08",
        "video_chat_events_total{type=\"limit.hit\"} 1",
    ] {
        assert!(text.lines().any(|it| it == line), "no line {line:?} in\n{text}");
    }
    let nothing = metrics::text(&Figures::default(), NOON);
    let names =
        |text: &str| text.lines().filter(|line| line.starts_with("# TYPE")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names(&nothing), names(&text), "every metric is there from the start");
}

#[test]
fn lines_for_cloudwatch_name_their_metrics() {
    let lines = metrics::batch_lines(&figures(every_kind()), "SpeedConnect/test", NOON);
    assert_eq!(lines.len(), FactKind::NAMES.len() + 1);
    for line in &lines {
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(
            (&directive["Namespace"], &line["_aws"]["Timestamp"]),
            (&json!("SpeedConnect/test"), &json!(NOON.0))
        );
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(!line[metric["Name"].as_str().unwrap()].is_null(), "{line}");
        }
        for dimension in directive["Dimensions"].as_array().unwrap().iter().flat_map(|set| set.as_array().unwrap()) {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
        }
    }
    let timed = lines.last().unwrap();
    assert_eq!(timed["MatchLatency"], json!({ "Values": [100, 2000], "Counts": [1, 1] }));
    assert!(
        metrics::batch_lines(&Figures::default(), "SpeedConnect/test", NOON).is_empty(),
        "a batch of repeats costs nothing"
    );
}

#[test]
fn a_trace_stands_beside_the_data_and_nowhere_where_it_was_not_put() {
    let trace = Trace::parse("0123456789abcdef").unwrap();
    for kind in every_kind() {
        let plain: Value = serde_json::from_str(&event::encode(&Fact::new(kind.clone(), &["x"], NOON))).unwrap();
        assert!(plain.get("trace").is_none());
        let traced = Fact::new(kind, &["x"], NOON).traced(Some(trace.clone()));
        let traced: Value = serde_json::from_str(&event::encode(&traced)).unwrap();
        assert_eq!((&traced["trace"], &traced["id"]), (&json!("0123456789abcdef"), &plain["id"]));
        assert!(counted::read(traced.to_string().as_bytes()).is_some());
    }
}

#[test]
fn nothing_but_a_trace_is_a_trace() {
    for text in [
        "0123456789abcde",
        "0123456789abcdef0",
        "0123456789ABCDEF",
        "ada@example.org.",
        "0123456789abcdei",
        "0123456789abcde\n",
        "",
    ] {
        assert!(Trace::parse(text).is_err(), "{text:?}");
    }
}
