//! What is counted is the same however often and in whatever pieces it is delivered, and in whatever order shards are added.
#![cfg(test)]

use domain::id::Token;
use domain::limits::{CONNECTION_LIFE, SLOT, TIMING_MAX};
use domain::objective::{AT_ONCE, Objective, PUT_BACK, objectives};
use domain::tally::{EventMark, Figures, Gauge, Happening, Histogram, Sequence, Slot, Stay, Tally, Timing};
use domain::time::{SpanMs, TimeMs};
use proptest::prelude::*;

const NOON: TimeMs = TimeMs(1_772_452_800_000);

fn happening(id: &str, kind: &'static str) -> Happening {
    let mark = EventMark::of(&Token::derived(&[id]));
    Happening { mark, kind, label: None, timings: Vec::new(), stays: Vec::new(), voices: None, said_by: None }
}

fn sequence(number: usize) -> Sequence {
    Sequence::parse(&(number + 1).to_string()).unwrap()
}

/// Any event: of a few kinds, some with labels, timings and stays around noon.
fn any_happening() -> impl Strategy<Value = Happening> {
    let kinds = prop_oneof![Just("queue.joined"), Just("match.made"), Just("session.connected"), Just("ice.failed")];
    let labels = prop_oneof![Just(None), Just(Some("direct".to_owned())), Just(Some("relay".to_owned()))];
    let timings = prop::collection::vec((0..3_usize, 0..700_000_u64), 0..3);
    let stays = prop::collection::vec((any::<bool>(), 0..40_u64, any::<bool>()), 0..3);
    (kinds, labels, timings, stays).prop_map(|(kind, label, timings, stays)| {
        let timings = timings.into_iter().map(|(which, ms)| (Timing::ALL[which], SpanMs(ms))).collect();
        let stay = |(queue, slot, over): (bool, u64, bool)| Stay {
            gauge: if queue { Gauge::Queue } else { Gauge::Connections },
            slot: Slot::of(NOON - SpanMs(slot * SLOT.0)),
            over,
        };
        Happening { label, timings, stays: stays.into_iter().map(stay).collect(), ..happening("", kind) }
    })
}

/// A shard's records, each under an id of its own.
fn records(happenings: Vec<Happening>, shard: &str) -> Vec<(Sequence, Happening)> {
    let named = happenings.into_iter().enumerate().map(|(number, one)| {
        let mark = EventMark::of(&Token::derived(&[shard, &number.to_string()]));
        (sequence(number), Happening { mark, ..one })
    });
    named.collect()
}

/// All numbers that anybody is shown.
type Shown = (Vec<(String, u64)>, Vec<Histogram>, Vec<u64>, [Objective; 4]);

fn shown(figures: &Figures) -> Shown {
    let totals = figures.totals.iter().map(|(key, number)| (format!("{key:?}"), *number)).collect();
    let timings = Timing::ALL.map(|timing| figures.timing(timing)).to_vec();
    let moments = (0..20).map(|slot| NOON + SpanMs(slot * SLOT.0));
    let levels = moments.flat_map(|now| Gauge::ALL.map(|gauge| figures.level(gauge, now))).collect();
    (totals, timings, levels, objectives(figures))
}

/// Delivers batches as an event source does that is interrupted: each begins at or before what was delivered last.
fn deliver(records: &[(Sequence, Happening)], cuts: &[(usize, usize)]) -> (Tally, Figures) {
    let (mut tally, mut added, mut at) = (Tally::empty("shard".to_owned()), Figures::default(), 0);
    for (back, length) in cuts.iter().copied().chain([(0, records.len())]) {
        let from = at - back.min(at);
        let to = (from + length).min(records.len());
        if let Some((next, more)) = tally.count(&records[from..to]) {
            (tally, at) = (next, at.max(to));
            added.merge(&more);
        }
    }
    (tally, added)
}

proptest! {
    #[test]
    fn deliveries_that_repeat_change_nothing(
        happenings in prop::collection::vec(any_happening(), 1..60),
        cuts in prop::collection::vec((0..30_usize, 1..30_usize), 0..12),
    ) {
        let records = records(happenings, "shard");
        let (once, _) = Tally::empty("shard".to_owned()).count(&records).unwrap();
        let (often, added) = deliver(&records, &cuts);
        prop_assert_eq!(shown(&often.figures), shown(&once.figures));
        prop_assert_eq!(shown(&added), shown(&once.figures), "what each batch is said to add is all there is");
        prop_assert_eq!(&often.counted_to, &once.counted_to);
        prop_assert!(often.count(&records).is_none(), "all of it is old");
    }

    #[test]
    fn what_a_sender_repeats_is_counted_once(
        happenings in prop::collection::vec(any_happening(), 1..40),
        again in prop::collection::vec((0..40_usize, 0..40_usize), 0..12),
    ) {
        let plain = records(happenings, "shard");
        let mut repeated: Vec<Happening> = plain.iter().map(|(_, one)| one.clone()).collect();
        for (which, at) in again {
            let one = plain[which % plain.len()].1.clone();
            let after = which % plain.len() + 1;
            repeated.insert((after + at).min(repeated.len()), one);
        }
        let repeated: Vec<_> = repeated.into_iter().enumerate().map(|(number, one)| (sequence(number), one)).collect();
        let figures = |records: &[_]| Tally::empty("shard".to_owned()).count(records).unwrap().0.figures;
        prop_assert_eq!(shown(&figures(&repeated)), shown(&figures(&plain)));
    }

    #[test]
    fn shards_add_up_in_any_order(
        shards in prop::collection::vec(prop::collection::vec(any_happening(), 1..20), 1..5),
        order in any::<prop::sample::Index>(),
    ) {
        let counted = shards.into_iter().enumerate().map(|(number, happenings)| {
            Tally::empty(String::new()).count(&records(happenings, &number.to_string())).unwrap().0.figures
        });
        let counted: Vec<Figures> = counted.collect();
        let sum = |figures: &[Figures]| figures.iter().fold(Figures::default(), |mut sum, one| { sum.merge(one); sum });
        let mut turned = counted.clone();
        turned.rotate_left(order.index(counted.len()));
        turned.reverse();
        prop_assert_eq!(shown(&sum(&turned)), shown(&sum(&counted)));
    }

    #[test]
    fn a_percentile_lies_in_the_bucket_of_its_sample(mut spans in prop::collection::vec(0..5_000_u64, 1..200)) {
        let one = Happening { timings: spans.iter().map(|ms| (Timing::Match, SpanMs(*ms))).collect(), ..happening("x", "match.made") };
        let (tally, _) = Tally::empty(String::new()).count(&[(sequence(0), one)]).unwrap();
        let histogram = tally.figures.timing(Timing::Match);
        spans.sort_unstable();
        let exact = spans[(spans.len() * 95).div_ceil(100) - 1];
        let told = histogram.percentile(95).unwrap();
        for (bound, _) in histogram.up_to() {
            prop_assert_eq!(told <= bound, exact <= bound.0, "{:?} for {} at {:?}", told, exact, bound);
        }
    }
}

#[test]
fn a_lost_end_heals_by_itself() {
    let slot = Slot::of(NOON);
    let begins =
        |id| Happening { stays: vec![Stay::begins(Gauge::Connections, slot)], ..happening(id, "connection.opened") };
    let ends = Happening { stays: vec![Stay::ends(Gauge::Connections, slot)], ..happening("c", "connection.closed") };
    let batch = [(sequence(0), begins("a")), (sequence(1), begins("b")), (sequence(2), ends)];
    let (tally, _) = Tally::empty(String::new()).count(&batch).unwrap();
    let level = |now| tally.figures.level(Gauge::Connections, now);
    assert_eq!(level(NOON), 1);
    assert_eq!(level(slot.at() + SLOT + CONNECTION_LIFE - SpanMs(1)), 1, "it may still be open");
    assert_eq!(level(slot.at() + SLOT + CONNECTION_LIFE), 0, "it cannot");
    // And so does a lost beginning.
    let late = Happening { stays: vec![Stay::ends(Gauge::Connections, slot)], ..happening("d", "connection.closed") };
    let more = Happening { stays: vec![Stay::ends(Gauge::Connections, slot)], ..happening("e", "connection.closed") };
    let (tally, _) = tally.count(&[(sequence(3), late), (sequence(4), more)]).unwrap();
    assert_eq!(tally.figures.level(Gauge::Connections, NOON), 0);
}

#[test]
fn slots_that_are_over_are_forgotten() {
    let mut tally = Tally::empty(String::new());
    for number in 0..1_000 {
        let slot = Slot::of(NOON + SpanMs(number * SLOT.0));
        let stays = vec![Stay::begins(Gauge::Queue, slot), Stay::begins(Gauge::Connections, slot)];
        let one = Happening { stays, ..happening(&number.to_string(), "queue.joined") };
        tally = tally.count(&[(sequence(usize::try_from(number).unwrap()), one)]).unwrap().0;
    }
    assert!(tally.figures.stays.len() < 40, "{} slots are kept", tally.figures.stays.len());
    assert!(tally.recent.len() <= domain::limits::EVENTS_REMEMBERED);
}

#[test]
fn objectives_say_met_missed_and_nothing() {
    assert!(objectives(&Figures::default()).iter().all(|one| one.is_met().is_none() && one.samples == 0));
    let mut batch: Vec<(Sequence, Happening)> = Vec::new();
    let mut add = |one: Happening| batch.push((sequence(batch.len()), one));
    for number in 0..100 {
        let slow = if number < 95 { 200 } else { 900 };
        add(Happening {
            timings: vec![(Timing::Signaling, SpanMs(slow))],
            ..happening(&format!("s{number}"), "session.connected")
        });
    }
    for number in 0..5 {
        add(happening(&format!("f{number}"), "ice.failed"));
    }
    let (tally, _) = Tally::empty(String::new()).count(&batch).unwrap();
    let [signaling, matched, ice, availability] = objectives(&tally.figures);
    assert_eq!((signaling.figure, signaling.is_met(), signaling.samples), (Some(200), Some(true), 100));
    assert_eq!((matched.figure, matched.is_met()), (None, None));
    assert_eq!((ice.figure, ice.is_met()), (Some(952_380), Some(true)));
    assert_eq!((availability.figure, availability.is_met()), (None, None), "nobody has asked for anything");

    let one_more = happening("one more", "ice.failed");
    let (tally, _) = tally
        .count(&[
            (sequence(500), one_more.clone()),
            (sequence(501), Happening { mark: EventMark::of(&Token::derived(&["y"])), ..one_more }),
        ])
        .unwrap();
    let [_, _, ice, _] = objectives(&tally.figures);
    assert_eq!((ice.samples, ice.is_met()), (107, Some(false)));
}

#[test]
fn availability_counts_the_same_asks_done_and_failed() {
    let told = |kind, label: Option<&str>| Happening {
        label: label.map(str::to_owned),
        ..happening(&format!("{kind} {label:?}"), kind)
    };
    let batch = [
        told("queue.joined", None),
        told("queue.joined", Some(PUT_BACK)),
        told("match.made", None),
        told("match.made", Some(AT_ONCE)),
        told("session.started", None),
        told("request.failed", Some("join-queue")),
        told("request.failed", Some("GET /users/me")),
    ];
    let batch: Vec<_> = batch.into_iter().enumerate().map(|(number, one)| (sequence(number), one)).collect();
    let (tally, _) = Tally::empty(String::new()).count(&batch).unwrap();
    let [_, _, _, availability] = objectives(&tally.figures);
    assert_eq!((availability.samples, availability.figure), (3, Some(666_666)), "two have joined and one could not");
}

#[test]
fn a_voice_is_heard_once_and_after_its_call_was_made_however_much_is_said_meanwhile() {
    let [ada, bob] = ["a", "b"].map(|voice| EventMark::of(&Token::derived(&[voice])));
    let claim = |id: usize, voice: &EventMark| Happening {
        said_by: Some(voice.clone()),
        ..happening(&id.to_string(), "session.connected")
    };
    let made = Happening { voices: Some([ada.clone(), bob.clone()]), ..happening("made", "match.made") };
    let other = |id: usize| happening(&id.to_string(), "message.sent");
    let mut said = vec![claim(0, &ada), made, claim(1, &ada)];
    said.extend((2..1_000).map(other));
    said.extend([
        claim(1, &ada),
        claim(1_000, &ada),
        claim(1_001, &bob),
        claim(1_002, &EventMark::of(&Token::derived(&["c"]))),
    ]);
    let batch: Vec<_> = said.into_iter().enumerate().map(|(number, one)| (sequence(number), one)).collect();
    let mut tally = Tally::empty(String::new());
    for some in batch.chunks(7) {
        tally = tally.count(some).unwrap().0;
    }
    assert_eq!((tally.figures.total("session.connected"), tally.voices.len()), (2, 0));
}

#[test]
fn whatever_a_page_says_a_timing_has_an_end() {
    let one =
        Happening { timings: vec![(Timing::Connection, SpanMs(u64::MAX))], ..happening("x", "session.connected") };
    let (tally, _) = Tally::empty(String::new()).count(&[(sequence(0), one)]).unwrap();
    let histogram = tally.figures.timing(Timing::Connection);
    assert_eq!((histogram.sum(), histogram.percentile(95)), (TIMING_MAX, Some(TIMING_MAX)));
}
