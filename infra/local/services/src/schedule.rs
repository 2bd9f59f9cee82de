//! Schedules: a function invoked at a fixed rate with the event AWS would send.
//!
//! Sources: "Schedule types in EventBridge" and "Events from AWS services: scheduled events"
//! (EventBridge User Guide), "Adding context attributes" (EventBridge Scheduler User Guide). Not
//! imitated: `cron()`, `at()`, flexible windows, and the retries of a failed asynchronous invocation.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use local_wire::Functions;
use serde_json::{Value, json};

use crate::task::{Stop, Task};
use crate::{ACCOUNT, REGION, clock};

/// The shortest rate: EventBridge knows no unit below the minute.
const RATE_MIN: Duration = Duration::from_secs(60);

/// Why a schedule expression is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schedule {expression:?} is not imitated: write rate(N minutes), rate(N hours) or rate(N days)")]
pub struct UnknownRate {
    /// The expression as it stands in the template.
    pub expression: String,
}

/// Reads `rate(5 minutes)`; the unit is singular for 1, plural otherwise, as EventBridge demands.
///
/// # Errors
/// [`UnknownRate`] for anything else, `cron()` among it.
pub fn parse_rate(expression: &str) -> Result<Duration, UnknownRate> {
    let refused = || UnknownRate { expression: expression.to_owned() };
    let inner = expression.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')')).ok_or_else(refused)?;
    let (count, unit) = inner.split_once(' ').ok_or_else(refused)?;
    let count: u32 = count.parse().map_err(|_| refused())?;
    let minutes = match (unit, count) {
        (_, 0) => return Err(refused()),
        ("minute", 1) | ("minutes", 2..) => 1,
        ("hour", 1) | ("hours", 2..) => 60,
        ("day", 1) | ("days", 2..) => 24 * 60,
        _ => return Err(refused()),
    };
    Ok(RATE_MIN * minutes * count)
}

/// Which AWS service fires: they send events of different forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A scheduled EventBridge rule (SAM event type `Schedule`).
    Rule,
    /// An EventBridge Scheduler schedule (SAM event type `ScheduleV2`).
    Scheduler,
}

/// A schedule to run.
#[derive(Debug, Clone)]
pub struct Spec {
    /// The name of the rule or schedule, part of the ARN in the event.
    pub name: String,
    /// The function's logical id.
    pub function: String,
    /// Which service is imitated.
    pub kind: Kind,
    /// Time between invocations.
    pub every: Duration,
    /// Time before the first one. AWS lets one period pass.
    pub first_after: Duration,
    /// A fixed payload instead of the event (`Input`).
    pub input: Option<Value>,
}

/// Starts a schedule. A failed or slow invocation is logged and does not move the following ones;
/// a period that passes while the function still runs is left out.
#[must_use]
pub fn rate(spec: Spec, functions: Arc<dyn Functions>) -> Task {
    Task::spawn(|stop| run(spec, functions, stop))
}

async fn run(spec: Spec, functions: Arc<dyn Functions>, mut stop: Stop) {
    let start = tokio::time::Instant::now() + spec.first_after;
    let mut ticks = tokio::time::interval_at(start, spec.every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.requested() => return,
        }
        let payload = Bytes::from(payload(&spec, clock::now_ms()).to_string());
        if let Err(error) = functions.invoke(&spec.function, payload).await {
            tracing::warn!(schedule = spec.name, function = spec.function, ?error, "a scheduled invocation failed");
        }
    }
}

fn payload(spec: &Spec, now_ms: u64) -> Value {
    if let Some(input) = &spec.input {
        return input.clone();
    }
    let name = &spec.name;
    let (source, resource, detail) = match spec.kind {
        Kind::Rule => ("aws.events", format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"), json!({})),
        Kind::Scheduler => {
            ("aws.scheduler", format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{name}"), json!("{}"))
        }
    };
    json!({
        "version": "0",
        "id": uuid::Uuid::new_v4().to_string(),
        "detail-type": "Scheduled Event",
        "source": source,
        "account": ACCOUNT,
        "time": clock::iso8601_seconds(now_ms),
        "region": REGION,
        "resources": [resource],
        "detail": detail,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future::BoxFuture;
    use local_wire::InvokeError;

    use super::*;

    #[derive(Default)]
    struct Recorded(Mutex<Vec<Bytes>>);

    impl Functions for Recorded {
        fn invoke(&self, _function: &str, payload: Bytes) -> BoxFuture<'_, Result<Bytes, InvokeError>> {
            Box::pin(async move {
                self.0.lock().unwrap().push(payload);
                Err(InvokeError::TimedOut)
            })
        }
    }

    #[tokio::test]
    async fn a_schedule_goes_on_after_a_failure_and_ends_when_stopped() {
        let spec = Spec {
            name: "sweep".to_owned(),
            function: "Channels".to_owned(),
            kind: Kind::Scheduler,
            every: Duration::from_millis(20),
            first_after: Duration::ZERO,
            input: Some(json!({"only": "this"})),
        };
        let functions = Arc::new(Recorded::default());
        let task = rate(spec, functions.clone());
        while functions.0.lock().unwrap().len() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        task.stop().await;
        let count = functions.0.lock().unwrap().len();
        tokio::time::sleep(Duration::from_millis(60)).await;
        let payloads = functions.0.lock().unwrap();
        assert_eq!(payloads.len(), count);
        assert!(payloads.iter().all(|payload| payload.as_ref() == br#"{"only":"this"}"#));
    }

    #[test]
    fn a_rate_has_a_count_and_a_unit_that_agree() {
        assert_eq!(parse_rate("rate(1 minute)"), Ok(Duration::from_secs(60)));
        assert_eq!(parse_rate("rate(5 minutes)"), Ok(Duration::from_secs(300)));
        assert_eq!(parse_rate("rate(1 hour)"), Ok(Duration::from_secs(3600)));
        assert_eq!(parse_rate("rate(7 days)"), Ok(Duration::from_secs(7 * 86400)));
        for wrong in ["rate(0 minutes)", "rate(5 minute)", "rate(1 minutes)", "rate(5 seconds)", "cron(0 0 * * ? *)"] {
            assert_eq!(parse_rate(wrong), Err(UnknownRate { expression: wrong.to_owned() }));
        }
    }

    #[test]
    fn an_event_has_the_form_of_the_eventbridge_pages() {
        use aws_lambda_events::event::eventbridge::EventBridgeEvent;
        let spec = Spec {
            name: "sweep".to_owned(),
            function: "Channels".to_owned(),
            kind: Kind::Rule,
            every: RATE_MIN,
            first_after: RATE_MIN,
            input: None,
        };
        let event: EventBridgeEvent = serde_json::from_value(payload(&spec, 1_444_323_413_000)).unwrap();
        assert_eq!(event.time.unwrap().to_rfc3339(), "2015-10-08T16:56:53+00:00");
        assert_eq!(event.source, "aws.events");
        assert_eq!(event.detail_type, "Scheduled Event");
        assert_eq!(event.resources.unwrap(), ["arn:aws:events:us-east-1:000000000000:rule/sweep"]);
    }
}
