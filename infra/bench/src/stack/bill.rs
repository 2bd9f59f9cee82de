//! What a session costs, by what is really called: a video call that KVS signals, with lines of chat, pings and pongs.

use std::time::{Duration, Instant};

use prices::Unit;
use scale::session;

use super::signaling::negotiate;
use super::talk::Talk;
use super::used::quiet;
use super::{BURST_WITHIN, ENDING, gather};
use crate::crowd::float;
use crate::load::{Bill, Fleet, Running};
use crate::report::{Aim, Section};

/// How long a billed session may last; what depends on its length is reckoned for a whole one.
pub const SECONDS: u64 = 30;
/// Sessions that are billed: fewer than the pool has channels.
const SESSIONS: usize = 50;
/// How many lines of what size are said in each.
const LINES: usize = 20;
const LINE_BYTES: usize = 60;
const CERTIFICATE: &str =
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF";
/// A figure that is so much above what the model of `docs/SCALE.md` takes makes the model wrong.
const MODEL_SLACK: f64 = 1.1;
/// Writes what it has counted once in some seconds, however many sessions there were: an idle stack pays as much for it as a full
/// one, and the model counts it by the month.
const COUNTS: &str = "AnalyticsFunction";
/// Lines of the bill that are named with what would halve them.
const NAMED: usize = 3;

/// People who are signed in and connected: from the first join until the last timer has looked.
pub async fn measure(section: &mut Section, stack: &Running) -> anyhow::Result<()> {
    let mut fleet = Fleet::arrive_with(stack.port, 2 * SESSIONS, Some(CERTIFICATE)).await?;
    quiet(stack).await;
    let before = Bill::of(stack.port).await?;
    sessions(&mut fleet, stack).await?;
    let bill = Bill::of(stack.port).await?.since(&before);
    for (name, calls) in &bill.calls {
        section.add(format!("calls per session: {name}"), calls / float(SESSIONS), "");
    }
    tell(section, &units(&bill));
    Ok(())
}

async fn sessions(fleet: &mut Fleet, stack: &Running) -> anyhow::Result<()> {
    for number in 0..fleet.size() {
        fleet.join(number);
        tokio::time::sleep(Duration::from_millis(20)).await;
        // The first of a pair waits for the second.
        if number % 2 == 0 {
            fleet.say(number, "ping", "{}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let matches = gather(fleet, 2 * SESSIONS, Instant::now() + BURST_WITHIN).await?;
    for people in matches.sessions.values() {
        let urls: Vec<&String> = people.iter().filter_map(|(who, _)| matches.channels.get(who)).collect();
        negotiate(&urls).await?;
    }
    let mut talk = Talk::new(&matches, SESSIONS, LINE_BYTES)?;
    for (who, session) in &matches.present {
        let way = r#""connectionTimeMs":900,"connectionType":"direct","signalingMs":300"#;
        fleet.say(*who, "connection-status", &format!(r#"{{"sessionId":"{session}","status":"connected",{way}}}"#));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for line in 0..LINES * SESSIONS {
        talk.say(fleet, line % SESSIONS);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    for number in 0..fleet.size() {
        fleet.say(number, "ping", "{}");
    }
    quiet(stack).await;
    fleet.part(&matches.callers(), ENDING).await?;
    tokio::time::sleep(Duration::from_secs(SECONDS)).await;
    quiet(stack).await;
    Ok(())
}

/// Units of one session; those that depend on its length are those of a whole one.
fn units(bill: &Bill) -> Vec<(Unit, f64)> {
    let whole = [(Unit::SocketMinute, session::SOCKET_MINUTES), (Unit::ChannelMonth, session::CHANNEL_MONTHS)];
    let counted = |unit: Unit| bill.units.get(unit.price().name).copied().unwrap_or_default() / float(SESSIONS);
    let counters = bill.write_units.get(COUNTS).copied().unwrap_or_default() / float(SESSIONS);
    let counted = |unit: Unit| counted(unit) - if unit == Unit::WriteUnit { counters } else { 0.0 };
    let of = |unit| whole.iter().find(|(one, _)| *one == unit).map_or_else(|| counted(unit), |(_, units)| *units);
    session::UNITS.into_iter().map(|(unit, _)| (unit, of(unit))).collect()
}

fn tell(section: &mut Section, units: &[(Unit, f64)]) {
    for (unit, count) in units {
        section.add(format!("{unit} per session of {LINES} lines"), *count, "");
    }
    for ((unit, count), (_, model)) in units.iter().zip(session::UNITS) {
        section.aim(format!("{unit}: measured / taken by the model"), count / model, "", Aim::AtMost(MODEL_SLACK));
    }
    let mut lines: Vec<(Unit, f64)> =
        units.iter().map(|(unit, count)| (*unit, 1000.0 * unit.dollars(*count))).collect();
    lines.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    for (unit, dollars) in &lines {
        section.add(format!("dollars per 1,000 sessions: {unit}"), *dollars, "$");
    }
    for (place, (unit, dollars)) in lines.iter().take(NAMED).enumerate() {
        println!("  {}. {unit}, ${dollars:.3}: halved by {}", place + 1, unit.price().halved_by);
    }
    let total = lines.iter().map(|(_, dollars)| dollars).sum();
    section.aim("dollars per 1,000 sessions", total, "$", Aim::AtMost(0.2));
}
