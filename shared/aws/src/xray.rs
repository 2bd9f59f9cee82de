//! Traces: what a function did within an invocation, as a subsegment of Lambda's own segment. Its annotations are the fields of
//! our span, the page's trace among them: by one id the browser, its functions and its events are found together.
//!
//! Lambda runs X-Ray's daemon beside the function, which takes documents by UDP (X-Ray Developer Guide, "Sending segment documents
//! to the X-Ray daemon"; "X-Ray segment documents"). What cannot be sent is lost, as any datagram.

use std::fmt::{Debug, Write as _};
use std::net::UdpSocket;

use domain::time::TimeMs;
use ports::{Ambient as _, SystemAmbient};
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// What stands before each document.
const HEADER: &str = "{\"format\": \"json\", \"version\": 1}\n";
/// The field by which the runtime's own span tells what Lambda traces.
const TRACED: &str = "xrayTraceId";

/// The daemon, and which function tells it.
#[derive(Debug)]
pub(crate) struct XRay {
    daemon: UdpSocket,
    function: String,
}

/// The segment that Lambda writes of this invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Invocation {
    trace: String,
    segment: String,
}

/// What is to be told of a span when it is over.
struct Begun {
    invocation: Invocation,
    at: TimeMs,
    annotations: Map<String, Value>,
}

impl XRay {
    /// The daemon at an address; none where it is no address.
    pub(crate) fn to(address: &str, function: String) -> Option<Self> {
        let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
        socket.set_nonblocking(true).ok()?;
        socket.connect(address).ok()?;
        Some(Self { daemon: socket, function })
    }
}

impl Invocation {
    /// Reads `Root=...;Parent=...;Sampled=1`; none where this invocation is not sampled.
    fn read(header: &str) -> Option<Self> {
        let part = |name: &str| header.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        (part("Sampled") == Some("1")).then_some(())?;
        Some(Self { trace: part("Root")?.to_owned(), segment: part("Parent")?.to_owned() })
    }
}

impl<S> tracing_subscriber::Layer<S> for XRay
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields(Map::new());
        attributes.record(&mut fields);
        if let Some(header) = fields.0.get(TRACED).and_then(Value::as_str) {
            if let Some(invocation) = Invocation::read(header) {
                span.extensions_mut().insert(invocation);
            }
            return;
        }
        let invocation = span.parent().and_then(|parent| parent.extensions().get::<Invocation>().cloned());
        if let Some(invocation) = invocation {
            let mut annotations = fields.0;
            annotations.insert("function".to_owned(), self.function.as_str().into());
            let begun = Begun { invocation, at: SystemAmbient.now(), annotations };
            span.extensions_mut().insert(begun);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(begun) = span.extensions_mut().remove::<Begun>() {
            let document = document(span.name(), begun, SystemAmbient.now());
            // A trace that is lost is no reason to fail.
            drop(self.daemon.send(format!("{HEADER}{document}").as_bytes()));
        }
    }
}

fn document(name: &str, begun: Begun, end: TimeMs) -> Value {
    let Begun { invocation, at, annotations } = begun;
    json!({
        "type": "subsegment",
        "name": name,
        "id": format!("{:016x}", SystemAmbient.pick(usize::MAX)),
        "trace_id": invocation.trace,
        "parent_id": invocation.segment,
        "start_time": seconds(at),
        "end_time": seconds(end),
        "annotations": annotations,
    })
}

/// Unix time in seconds.
fn seconds(at: TimeMs) -> f64 {
    std::time::Duration::from_millis(at.0).as_secs_f64()
}

/// The fields of a span as annotations.
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = write!(text, "{value:?}");
        self.0.insert(field.name().to_owned(), text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::layer::SubscriberExt as _;

    const HEADER_OF_LAMBDA: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[test]
    fn a_sampled_invocation_is_told_with_its_parts_and_others_are_not() {
        let daemon = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
        daemon.set_read_timeout(Some(std::time::Duration::from_secs(5))).expect("a timeout");
        let address = daemon.local_addr().expect("an address").to_string();
        let subscriber = tracing_subscriber::registry().with(XRay::to(&address, "message".to_owned()));
        tracing::subscriber::with_default(subscriber, || {
            for header in [&HEADER_OF_LAMBDA.replace("Sampled=1", "Sampled=0"), HEADER_OF_LAMBDA] {
                let _invoked = tracing::info_span!("Lambda runtime invoke", xrayTraceId = header).entered();
                let _frame =
                    tracing::info_span!("frame", action = "hello", trace = Some("abc"), peer = None::<&str>).entered();
                let _within = tracing::info_span!("within").entered();
            }
        });
        let mut buffer = [0; 2048];
        let length = daemon.recv(&mut buffer).expect("a datagram");
        let text = std::str::from_utf8(&buffer[..length]).expect("text");
        let document: Value = serde_json::from_str(text.strip_prefix(HEADER).expect("a header")).expect("JSON");
        assert_eq!((&document["name"], &document["type"]), (&json!("frame"), &json!("subsegment")));
        assert_eq!(document["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(document["parent_id"], "53995c3f42cd8ad8");
        assert_eq!(document["id"].as_str().map(str::len), Some(16));
        assert_eq!(document["annotations"], json!({ "action": "hello", "function": "message", "trace": "abc" }));
        assert!(document["start_time"].as_f64() <= document["end_time"].as_f64());
        daemon.set_nonblocking(true).expect("no waiting");
        assert!(daemon.recv(&mut buffer).is_err(), "only the span of the sampled invocation is told");
    }
}
