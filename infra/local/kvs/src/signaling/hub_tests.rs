//! The signaling service in sentences.

use serde_json::{Value, json};

use super::*;
use crate::limits::Limits;

const ARN: &str = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/pool-1/1700000000000";
const OTHER: &str = "arn:aws:kinesisvideo:us-east-1:000000000000:channel/pool-2/1700000000000";
const START_MS: u64 = 1_700_000_000_000;
const TTL_MS: u64 = 60_000;

#[test]
fn a_viewers_offer_reaches_the_master_with_the_viewers_name() {
    let mut room = Room::new();
    let master = room.master();
    let viewer = room.viewer("v-1");
    let heard = room.says(viewer, json!({ "action": "SDP_OFFER", "messagePayload": "b2ZmZXI=" }));
    let frame = json!({ "messageType": "SDP_OFFER", "messagePayload": "b2ZmZXI=", "senderClientId": "v-1" });
    assert_eq!(heard, [(master, frame)]);
}

#[test]
fn a_masters_answer_reaches_the_named_viewer_without_a_sender() {
    let mut room = Room::new();
    let master = room.master();
    let (_one, two) = (room.viewer("v-1"), room.viewer("v-2"));
    let answer = json!({ "action": "SDP_ANSWER", "messagePayload": "YQ==", "recipientClientId": "v-2" });
    let heard = room.says(master, answer);
    assert_eq!(heard, [(two, json!({ "messageType": "SDP_ANSWER", "messagePayload": "YQ==" }))]);
}

#[test]
fn a_viewer_who_names_another_viewer_still_speaks_to_the_master() {
    let mut room = Room::new();
    let master = room.master();
    let (one, _two) = (room.viewer("v-1"), room.viewer("v-2"));
    let heard = room.says(one, json!({ "action": "SDP_OFFER", "messagePayload": "eA==", "recipientClientId": "v-2" }));
    assert_eq!(heard.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [master]);
}

#[test]
fn keys_count_in_any_case_and_an_empty_text_as_absent() {
    let mut room = Room::new();
    let master = room.master();
    let viewer = room.viewer("v-1");
    // As AWS's C client writes its frames.
    let heard = room.says(
        viewer,
        json!({ "action": "ICE_CANDIDATE", "RecipientClientId": "", "MessagePayload": "Yw==", "CorrelationId": "" }),
    );
    let frame = json!({ "messageType": "ICE_CANDIDATE", "messagePayload": "Yw==", "senderClientId": "v-1" });
    assert_eq!(heard, [(master, frame)]);
}

#[test]
fn messages_wait_for_an_absent_master_in_order_and_a_second_offer_replaces_the_first() {
    let mut room = Room::new();
    let (one, two) = (room.viewer("v-1"), room.viewer("v-2"));
    for (id, action, payload) in [
        (one, "SDP_OFFER", "1"),
        (one, "ICE_CANDIDATE", "2"),
        (two, "SDP_OFFER", "3"),
        (one, "SDP_OFFER", "4"),
        (one, "ICE_CANDIDATE", "5"),
    ] {
        assert_eq!(room.says(id, json!({ "action": action, "messagePayload": payload })), []);
    }
    let (_, waiting) = room.connect(Peer::Master).unwrap();
    let heard: Vec<_> = waiting.iter().map(|(_, frame)| frame["messagePayload"].as_str().unwrap()).collect();
    assert_eq!(heard, ["2", "3", "4", "5"]);
    let (_, again) = room.connect(Peer::Master).unwrap();
    assert_eq!(again, [], "delivered once");
}

#[test]
fn a_full_mailbox_loses_its_oldest_message() {
    let mut room = Room { hub: Hub::new(Limits { waiting_max: 2, ..Limits::production() }), ..Room::new() };
    let viewer = room.viewer("v-1");
    for payload in ["1", "2", "3"] {
        room.says(viewer, json!({ "action": "ICE_CANDIDATE", "messagePayload": payload }));
    }
    let (_, waiting) = room.connect(Peer::Master).unwrap();
    assert_eq!(waiting.iter().map(|(_, frame)| &frame["messagePayload"]).collect::<Vec<_>>(), ["2", "3"]);
}

#[test]
fn what_the_master_says_waits_for_its_viewer_only() {
    let mut room = Room::new();
    let master = room.master();
    room.says(master, json!({ "action": "SDP_OFFER", "messagePayload": "x", "recipientClientId": "v-1" }));
    let (_, other) = room.connect(viewer("v-2")).unwrap();
    assert_eq!(other, []);
    let (id, waiting) = room.connect(viewer("v-1")).unwrap();
    assert_eq!(waiting, [(id, json!({ "messageType": "SDP_OFFER", "messagePayload": "x" }))]);
}

#[test]
fn a_waiting_message_ends_with_its_time_to_live() {
    for (pause_ms, expected) in [(TTL_MS - 1, 1), (TTL_MS, 0)] {
        let mut room = Room::new();
        let viewer = room.viewer("v-1");
        room.says(viewer, json!({ "action": "SDP_OFFER", "messagePayload": "x" }));
        room.now_ms += pause_ms;
        assert_eq!(room.connect(Peer::Master).unwrap().1.len(), expected, "after {pause_ms} ms");
    }
}

#[test]
fn the_newest_master_wins_and_the_older_one_is_neither_closed_nor_heard() {
    let mut room = Room::new();
    let viewer = room.viewer("v-1");
    let older = room.master();
    let newer = room.master();
    let heard = room.says(viewer, json!({ "action": "SDP_OFFER", "messagePayload": "x" }));
    assert_eq!(heard.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [newer]);
    let late =
        json!({ "action": "SDP_ANSWER", "messagePayload": "y", "recipientClientId": "v-1", "correlationId": "c" });
    assert_eq!(room.says(older, late.clone()), []);
    room.hub.closed(older);
    assert_eq!(room.says(newer, late).len(), 1, "the end of the older one changes nothing");
}

#[test]
fn the_same_client_id_again_wins() {
    let mut room = Room::new();
    let master = room.master();
    let _older = room.viewer("v-1");
    let newer = room.viewer("v-1");
    let heard = room.says(master, json!({ "action": "SDP_ANSWER", "messagePayload": "x", "recipientClientId": "v-1" }));
    assert_eq!(heard.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [newer]);
}

#[test]
fn ten_viewers_fit_and_a_known_one_may_always_come_back() {
    let mut room = Room::new();
    for number in 0..10 {
        room.viewer(&format!("v-{number}"));
    }
    room.now_ms += 1_000;
    assert_eq!(room.connect(viewer("v-10")).unwrap_err(), Refused::TooManyViewers);
    let again = room.viewer("v-3");
    room.hub.closed(again);
    room.viewer("v-10");
}

#[test]
fn three_connects_a_second_for_each_role_of_a_channel() {
    let mut room = Room::new();
    let viewers = (0..5).filter(|n| room.connect(viewer(&format!("v-{n}"))).is_ok()).count();
    let masters = (0..5).filter(|_| room.connect(Peer::Master).is_ok()).count();
    assert_eq!((viewers, masters), (3, 3));
    assert_eq!(room.connect(Peer::Master).unwrap_err(), Refused::TooFast);
    assert!(room.hub.connect(OTHER, Peer::Master, room.now_ms).is_ok());
    room.now_ms += 334;
    assert!(room.connect(Peer::Master).is_ok());
}

#[test]
fn a_fault_is_told_to_its_sender_when_the_frame_has_a_correlation_id() {
    let mut room = Room::new();
    let master = room.master();
    let viewer = room.viewer("v-1");
    let long = "a".repeat(10_001);
    for (from, frame, description) in [
        (
            master,
            json!({ "action": "SDP_ANSWER", "messagePayload": "x" }),
            "recipientClientId is required for the MASTER.",
        ),
        (
            master,
            json!({ "action": "SDP_ANSWER", "messagePayload": "x", "recipientClientId": "aws_x" }),
            "recipientClientId must be 1 to 256 of [a-zA-Z0-9_.-].",
        ),
        (
            viewer,
            json!({ "action": "GO_AWAY", "messagePayload": "x" }),
            "action must be SDP_OFFER, SDP_ANSWER or ICE_CANDIDATE.",
        ),
        (viewer, json!({ "messagePayload": "x" }), "action is missing."),
        (viewer, json!({ "action": "SDP_OFFER" }), "messagePayload is missing."),
        (viewer, json!({ "action": "SDP_OFFER", "messagePayload": 7 }), "messagePayload must be a string."),
        (
            viewer,
            json!({ "action": "SDP_OFFER", "messagePayload": "x", "MessagePayload": "y" }),
            "MessagePayload is given twice.",
        ),
        (
            viewer,
            json!({ "action": "SDP_OFFER", "messagePayload": long }),
            "messagePayload must be at most 10000 characters.",
        ),
    ] {
        assert_eq!(room.says(from, frame.clone()), [], "{description}");
        let mut asking = frame;
        asking["correlationId"] = json!("c-1");
        let status = json!({
            "messageType": "STATUS_RESPONSE",
            "messagePayload": "",
            "statusResponse": {
                "correlationId": "c-1",
                "errorType": "InvalidArgumentException",
                "statusCode": "400",
                "description": description,
                "success": false,
            },
        });
        assert_eq!(room.says(from, asking), [(from, status)]);
    }
    let most = json!({ "action": "SDP_OFFER", "messagePayload": "a".repeat(10_000), "correlationId": "c" });
    assert_eq!(room.says(viewer, most)[0].0, master);
}

#[test]
fn what_is_no_frame_is_ignored() {
    let mut room = Room::new();
    let viewer = room.viewer("v-1");
    room.master();
    for text in ["", "x", "[]", "\"a\"", "null", "{", r#"{"action":"SDP_OFFER","correlationId":"bad id!"}"#] {
        assert_eq!(room.hub.receive(viewer, text, TTL_MS, room.now_ms), [], "{text}");
    }
}

#[test]
fn five_offers_five_answers_and_twenty_candidates_a_second_on_a_socket() {
    let mut room = Room::new();
    let master = room.master();
    let viewer = room.viewer("v-1");
    for (action, most) in [("SDP_OFFER", 5), ("SDP_ANSWER", 5), ("ICE_CANDIDATE", 20)] {
        let frame = json!({ "action": action, "messagePayload": "x", "correlationId": "c" });
        let heard: Vec<_> = (0..most + 2).flat_map(|_| room.says(viewer, frame.clone())).collect();
        let delivered = heard.iter().filter(|(id, _)| *id == master).count();
        assert_eq!(delivered, most, "{action}");
        let refused: Vec<_> = heard.iter().filter(|(id, _)| *id == viewer).collect();
        assert_eq!(refused.len(), 2);
        assert_eq!(refused[0].1["statusResponse"]["errorType"], "ClientLimitExceededException");
    }
}

#[test]
fn an_hour_ends_a_socket_with_a_minutes_notice() {
    let mut room = Room::new();
    let master = room.master();
    let start_ms = room.now_ms;
    let mut outputs = vec![];
    for _ in 0..100 {
        let Some(deadline_ms) = room.hub.deadline_ms(master) else { break };
        room.now_ms = deadline_ms.min(room.now_ms + 300_000);
        room.hub.alive(master, room.now_ms);
        outputs.extend(room.hub.wake(master, room.now_ms).into_iter().map(|output| (room.now_ms - start_ms, output)));
    }
    let notice = json!({ "messageType": "GO_AWAY", "messagePayload": "" }).to_string();
    let expected = [(59 * 60_000, Output::Send(master, notice)), (60 * 60_000, Output::Close(master))];
    assert_eq!(outputs, expected);
}

#[test]
fn ten_silent_minutes_end_a_socket_and_being_spoken_to_is_no_silence() {
    let mut room = Room::new();
    let (viewer, master) = (room.viewer("v-1"), room.master());
    room.now_ms += 599_999;
    assert_eq!(room.hub.wake(master, room.now_ms), []);
    room.says(viewer, json!({ "action": "ICE_CANDIDATE", "messagePayload": "x" }));
    room.now_ms += 1;
    assert_eq!(room.hub.wake(master, room.now_ms), []);
    room.now_ms += 599_999;
    assert_eq!(room.hub.wake(master, room.now_ms), [Output::Close(master)]);
    assert_eq!(room.hub.deadline_ms(master), None);
}

#[test]
fn a_deleted_channel_closes_its_sockets_and_keeps_nothing() {
    let mut room = Room::new();
    let (one, two) = (room.viewer("v-1"), room.viewer("v-2"));
    let (elsewhere, _) = room.hub.connect(OTHER, Peer::Master, room.now_ms).unwrap();
    room.says(one, json!({ "action": "SDP_OFFER", "messagePayload": "x" }));
    assert_eq!(room.hub.remove_channel(ARN), [Output::Close(one), Output::Close(two)]);
    assert_eq!(room.connect(Peer::Master).unwrap().1, []);
    assert_eq!(room.hub.arn(elsewhere), Some(OTHER));
}

#[test]
fn a_client_id_is_plain_and_does_not_begin_with_aws() {
    let long = "a".repeat(256);
    for good in ["a", "v-1", "A_b.C-9", "AWS", "xAWS_", &long] {
        assert!(ClientId::parse(good).is_some(), "{good}");
    }
    for bad in ["", "AWS_", "aws_x", "AwS_x", "a b", "a/b", "é", &"a".repeat(257)] {
        assert!(ClientId::parse(bad).is_none(), "{bad}");
    }
}

#[test]
fn usage_counts_what_aws_would_meter() {
    let mut room = Room::new();
    let viewer = room.viewer("v-1");
    room.says(viewer, json!({ "action": "SDP_OFFER", "messagePayload": "x" }));
    room.says(viewer, json!({ "action": "NONSENSE", "messagePayload": "x" }));
    room.master();
    room.says(viewer, json!({ "action": "ICE_CANDIDATE", "messagePayload": "x" }));
    let usage = room.hub.usage();
    assert_eq!((usage.messages_received, usage.messages_delivered), (2, 2));
    assert_eq!(usage.channels_used.iter().collect::<Vec<_>>(), [ARN]);
}

/// One channel, and a clock that each connect moves on so that no rate is in the way.
struct Room {
    hub: Hub,
    now_ms: u64,
}

impl Room {
    fn new() -> Self {
        Self { hub: Hub::new(Limits::production()), now_ms: START_MS }
    }

    fn master(&mut self) -> ConnectionId {
        self.slow_connect(Peer::Master)
    }

    fn viewer(&mut self, client: &str) -> ConnectionId {
        self.slow_connect(viewer(client))
    }

    fn slow_connect(&mut self, peer: Peer) -> ConnectionId {
        self.now_ms += 334;
        self.connect(peer).unwrap().0
    }

    fn connect(&mut self, peer: Peer) -> Result<(ConnectionId, Vec<(ConnectionId, Value)>), Refused> {
        self.hub.connect(ARN, peer, self.now_ms).map(|(id, outputs)| (id, frames(outputs)))
    }

    fn says(&mut self, id: ConnectionId, frame: Value) -> Vec<(ConnectionId, Value)> {
        frames(self.hub.receive(id, &frame.to_string(), TTL_MS, self.now_ms))
    }
}

fn viewer(client: &str) -> Peer {
    Peer::Viewer(ClientId::parse(client).unwrap())
}

fn frames(outputs: Vec<Output>) -> Vec<(ConnectionId, Value)> {
    let one = |output| match output {
        Output::Send(id, text) => (id, serde_json::from_str(&text).unwrap()),
        Output::Close(id) => panic!("{id:?} is closed"),
    };
    outputs.into_iter().map(one).collect()
}
