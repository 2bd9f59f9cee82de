//! Prints metrics as `GET /api/metrics` would, of one event of each kind; `cargo xtask test` has promtool read them.

use domain::id::Token;
use domain::objective::objectives;
use domain::tally::{Sequence, Tally};
use domain::time::TimeMs;
use protocol::{counted, metrics};
use serde_json::{Value, json};

fn main() {
    let at = 1_772_452_800_000_u64;
    let (ada, bob) = ("AAAAAAAAAA", "BBBBBBBBBB");
    let events: [(&str, Value); 13] = [
        ("user.signed_in", json!({ "user": "U", "guest": true })),
        ("connection.opened", json!({ "slotAt": at })),
        ("connection.opened", json!({ "slotAt": at })),
        ("connection.closed", json!({ "slotAt": at })),
        ("queue.joined", json!({ "user": "U", "slotAt": at })),
        ("queue.joined", json!({ "user": "V", "slotAt": at })),
        ("match.made", json!({ "sessionId": "S", "waitsMs": [0, 1_250], "slotsAt": [null, at], "voices": [ada, bob] })),
        ("session.started", json!({ "sessionId": "S", "transport": "kvs" })),
        (
            "session.connected",
            json!({
                "sessionId": "S", "connectionTimeMs": 420, "connectionType": "relay", "signalingMs": 90, "voice": ada,
            }),
        ),
        ("ice.failed", json!({ "sessionId": "S", "voice": bob })),
        ("session.ended", json!({ "sessionId": "S", "reason": "peer-left" })),
        ("limit.hit", json!({ "what": "next", "scope": "person" })),
        ("request.failed", json!({ "what": "GET /users/me", "code": "internal" })),
    ];
    let records = events.iter().enumerate().filter_map(|(number, (kind, data))| {
        let id = Token::derived(&[kind, &number.to_string()]);
        let record = json!({ "id": id.as_str(), "type": kind, "version": 1, "at": at, "data": data });
        Some((Sequence::parse(&(number + 1).to_string())?, counted::read(record.to_string().as_bytes())?))
    });
    let records: Vec<_> = records.collect();
    assert_eq!(records.len(), events.len(), "every event is one of ours");
    let Some((tally, _)) = Tally::empty("shard".to_owned()).count(&records) else { return };
    print!("{}", metrics::text(&tally.figures, TimeMs(at)));
    for objective in objectives(&tally.figures) {
        eprintln!("{}", metrics::objective_line(&objective));
    }
}
