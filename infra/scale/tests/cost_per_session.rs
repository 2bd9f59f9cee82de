//! The analysts' query `cost-per-session` reckons with the prices and the units that everybody here reckons with.

#![cfg(test)]

use prices::{TRACED_PART, Unit};
use scale::session::{CALL_SECONDS, CHANNEL_MONTHS, units};

const QUERY: &str = include_str!("../../analysts/queries/cost-per-session.sql");
/// Lines of chat in the session of the model.
const LINES: f64 = 20.0;

/// What stands before ` AS name`, on its line.
fn expression(name: &str) -> &'static str {
    let named = format!(" AS {name}");
    let ends =
        |line: &str| line.split(" -- ").next().is_some_and(|code| code.trim_end_matches([',', ' ']).ends_with(&named));
    let line = QUERY.lines().find(|line| ends(line)).expect("the query has the name");
    line.split(&named).next().expect("a line has a beginning").trim()
}

/// A sum of products, of numbers and of names that are given.
fn value(expression: &str, names: &[(&str, f64)]) -> f64 {
    let number = |text: &str| {
        let given = names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        given.unwrap_or_else(|| text.parse().expect("a number or a name"))
    };
    let quotient = |text: &str| text.split(" / ").map(number).reduce(|over, under| over / under);
    let product = |text: &str| text.split(" * ").filter_map(quotient).product::<f64>();
    expression.split(" + ").map(product).sum()
}

#[track_caller]
fn same(told: f64, wanted: f64) {
    assert!((told / wanted - 1.0).abs() < 1e-6, "the query has {told}, the model {wanted}");
}

#[test]
fn prices_are_those_of_the_table() {
    for (name, unit) in [
        ("message", Unit::SocketMessage),
        ("socket_minute", Unit::SocketMinute),
        ("write_unit", Unit::WriteUnit),
        ("read_unit", Unit::ReadUnit),
        ("queue_request", Unit::QueueRequest),
        ("kvs_message", Unit::ChannelMessage),
        ("turn_minute", Unit::TurnMinute),
    ] {
        same(value(expression(name), &[]), unit.dollars(1.0));
    }
    let second = units(Unit::GigabyteSecond) / units(Unit::Invocation);
    let invocation =
        Unit::Invocation.dollars(1.0) + Unit::GigabyteSecond.dollars(second) + Unit::Trace.dollars(TRACED_PART);
    assert!((value(expression("invocation"), &[]) / invocation - 1.0).abs() < 0.01);
    let each = |unit: Unit| unit.dollars(units(unit) / units(Unit::StreamPut));
    let event = each(Unit::StreamPut) + each(Unit::FirehoseGigabyte) + each(Unit::PartitionedGigabyte);
    same(value(expression("event"), &[]), event);
}

#[test]
fn units_are_those_of_the_bench() {
    let session = [("calls.lines", LINES), ("signals.relayed", 0.0)];
    for (name, unit) in [
        ("invocations", Unit::Invocation),
        ("messages", Unit::SocketMessage),
        ("write_units", Unit::WriteUnit),
        ("read_units", Unit::ReadUnit),
    ] {
        same(value(expression(name), &session), units(unit));
    }
    let timers: Vec<f64> = QUERY.split("* max(queue_request)").next().into_iter().flat_map(last).collect();
    same(timers[0], units(Unit::QueueRequest));
    let messages: Vec<f64> = expression("kvs_messages").split(" ELSE").next().into_iter().flat_map(last).collect();
    same(messages[0], units(Unit::ChannelMessage));
}

#[test]
fn a_channel_is_paid_for_the_call_and_its_rest() {
    let rest = expression("channel_seconds").split(" + ").nth(1).and_then(|rest| rest.split(' ').next());
    let rest: f64 = rest.expect("the call has a rest").parse().expect("seconds");
    let paid = (CALL_SECONDS + rest) * value(expression("channel_second"), &[]);
    same(paid, Unit::ChannelMonth.dollars(CHANNEL_MONTHS));
}

/// The last number of a text.
fn last(text: &str) -> Option<f64> {
    text.split_whitespace().filter_map(|word| word.parse().ok()).next_back()
}
