use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::attributes::Attributes;
use super::*;

fn queue(attributes: &[(&str, &str)]) -> Queue {
    let given: BTreeMap<String, String> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Queue::new("q", Attributes::default().with(&given).unwrap(), 0)
}

fn send(queue: &mut Queue, body: &str, delay_seconds: u64, now_ms: u64) -> String {
    let new = NewMessage { body: body.to_owned(), delay_seconds: Some(delay_seconds), ..NewMessage::default() };
    let message = queue.prepared(new, now_ms).unwrap();
    let id = message.id.clone();
    queue.insert(message);
    id
}

#[test]
fn messages_become_visible_in_the_order_of_their_times() {
    let mut queue = queue(&[]);
    send(&mut queue, "late", 2, 1_000);
    send(&mut queue, "early", 1, 1_000);
    assert_eq!(queue.next_due(), Some(2_000));
    assert_eq!(queue.counts(1_999), Counts { visible: 0, in_flight: 0, delayed: 2 });
    let bodies = |taken: Taken| taken.received.into_iter().map(|r| r.message.body).collect::<Vec<_>>();
    assert_eq!(bodies(queue.receive(10, None, false, 1_999).unwrap()), [""; 0]);
    assert_eq!(bodies(queue.receive(10, None, false, 3_000).unwrap()), ["early", "late"]);
    assert_eq!(queue.counts(3_000), Counts { visible: 0, in_flight: 2, delayed: 0 });
}

#[test]
fn a_message_beyond_the_retention_is_not_given_out() {
    let mut queue = queue(&[("MessageRetentionPeriod", "60")]);
    send(&mut queue, "m", 0, 1_000);
    let taken = queue.receive(10, None, false, 61_001).unwrap();
    assert_eq!((taken.received.len(), taken.expired), (0, vec![1]));
}

/// What may happen to a queue.
#[derive(Debug, Clone)]
enum Step {
    Send { delay_seconds: u64 },
    Receive { count: usize, visibility_seconds: u64 },
    DeleteNewest,
    DeleteOldest,
    Hide { seconds: u64 },
    Wait { ms: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u64..4).prop_map(|delay_seconds| Step::Send { delay_seconds }),
        4 => (1_usize..=10, 0_u64..5).prop_map(|(count, visibility_seconds)| Step::Receive { count, visibility_seconds }),
        1 => Just(Step::DeleteNewest),
        1 => Just(Step::DeleteOldest),
        1 => (0_u64..5).prop_map(|seconds| Step::Hide { seconds }),
        3 => (0_u64..3_000).prop_map(|ms| Step::Wait { ms }),
    ]
}

proptest! {
    /// Never lost: what was sent and not deleted can be received in the end. Never twice: nobody
    /// gets a message while it is hidden for somebody else.
    #[test]
    fn no_message_is_lost_and_none_is_given_out_while_hidden(steps in prop::collection::vec(step(), 1..80)) {
        let mut queue = queue(&[]);
        let mut now_ms = 1_000;
        let mut alive: BTreeSet<String> = BTreeSet::new();
        let mut hidden_until: BTreeMap<String, u64> = BTreeMap::new();
        let mut receipts: Vec<(String, String)> = Vec::new();
        for step in steps {
            match step {
                Step::Send { delay_seconds } => {
                    let id = send(&mut queue, "m", delay_seconds, now_ms);
                    hidden_until.insert(id.clone(), now_ms + delay_seconds * 1000);
                    alive.insert(id);
                }
                Step::Receive { count, visibility_seconds } => {
                    let taken = queue.receive(count, Some(visibility_seconds), false, now_ms).unwrap();
                    prop_assert!(taken.received.len() <= count);
                    for received in taken.received {
                        let id = received.message.id;
                        prop_assert!(alive.contains(&id), "a deleted message came");
                        prop_assert!(hidden_until[&id] <= now_ms, "a hidden message came");
                        hidden_until.insert(id.clone(), now_ms + visibility_seconds * 1000);
                        receipts.retain(|(other, _)| *other != id);
                        receipts.push((id, received.receipt_handle));
                    }
                }
                Step::DeleteNewest | Step::DeleteOldest if receipts.is_empty() => {}
                Step::DeleteNewest | Step::DeleteOldest => {
                    let index = if matches!(step, Step::DeleteNewest) { receipts.len() - 1 } else { 0 };
                    let (id, handle) = receipts.remove(index);
                    let number = queue.held(&handle).unwrap();
                    prop_assert!(number.is_some(), "the newest receipt deletes");
                    queue.remove(number.unwrap());
                    alive.remove(&id);
                }
                Step::Hide { seconds } => {
                    if let Some((id, handle)) = receipts.last() {
                        let changed = queue.change_visibility(handle, seconds, now_ms).is_ok();
                        prop_assert_eq!(changed, hidden_until[id] > now_ms);
                        if changed {
                            hidden_until.insert(id.clone(), now_ms + seconds * 1000);
                        }
                    }
                }
                Step::Wait { ms } => now_ms += ms,
            }
            prop_assert_eq!(queue.next_due(), alive.iter().map(|id| hidden_until[id]).min());
        }
        let rest = queue.receive(usize::MAX, None, false, now_ms + 10_000).unwrap();
        let rest: BTreeSet<String> = rest.received.into_iter().map(|received| received.message.id).collect();
        prop_assert_eq!(rest, alive);
    }
}
