//! The one port behind which all imitated services stand, as `AWS_ENDPOINT_URL` wants it.
//!
//! A request is read whole, its signature checked (SigV4 header), its service found by the signing
//! name in the credential scope, and the answer written in the protocol the request came in. Only
//! signed requests come in; there is no anonymous access.

mod meter;
mod needs;
mod passage;
mod render;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use local_wire::sigv4::{self, Credentials};
use local_wire::{Authorize, Call, Caller, Refusal, Service};

pub use meter::Meter;
use render::Protocol;

use crate::ACCOUNT;

/// The largest request body: DynamoDB's 16 MiB, the most that any of the services takes here.
pub const BODY_BYTES_MAX: usize = 16 << 20;

/// Services by their SigV4 signing names, and the keys that open the door.
#[derive(Clone)]
pub struct Door {
    services: Arc<BTreeMap<&'static str, Arc<dyn Service>>>,
    credentials: Credentials,
    authorize: Authorize,
    meter: Meter,
}

impl Door {
    /// A door to the given services: `[("dynamodb", ..), ("kinesis", ..), ("kinesisvideo", ..)]`.
    /// Every call is checked against what its caller is allowed.
    /// Keys may be added to the table, or taken out of it, while the door is open.
    #[must_use]
    pub fn new(
        services: impl IntoIterator<Item = (&'static str, Arc<dyn Service>)>,
        credentials: Credentials,
        authorize: Authorize,
    ) -> Self {
        Self { services: Arc::new(services.into_iter().collect()), credentials, authorize, meter: Meter::default() }
    }

    /// Counts the calls.
    #[must_use]
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// The routes of the AWS port: every method and path.
    pub fn router(self) -> Router {
        Router::new().fallback(enter).with_state(self)
    }

    async fn answer(&self, protocol: Protocol, request: Request) -> Result<local_wire::Reply, Refusal> {
        let (parts, body) = request.into_parts();
        // What announces too much is not waited for.
        if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
            return Err(too_large());
        }
        let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| too_large())?;
        let signed = sigv4::Request { method: &parts.method, uri: &parts.uri, headers: &parts.headers, body: &body };
        let denied_status = protocol.denied_status(&parts.headers);
        let signed = sigv4::check_header(signed, &self.credentials, SystemTime::now())
            .map_err(|denied| denied.refusal(denied_status))?;
        let service = self.services.get(signed.service.as_str()).ok_or_else(|| unknown_service(&signed.service))?;
        let call = Call {
            operation: operation(&parts.headers),
            service: signed.service,
            caller: signed.caller,
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
        };
        self.check(&call, denied_status)?;
        passage::through(service.as_ref(), call, &self.meter).await
    }

    fn check(&self, call: &Call, status: u16) -> Result<(), Refusal> {
        for needs::Need { action, resource } in needs::of(call) {
            if !(self.authorize)(&call.caller, &action, &resource) {
                let role = match &call.caller {
                    Caller::Administrator => "administrator",
                    Caller::Function(function) => function,
                };
                let message = format!(
                    "User: arn:aws:sts::{ACCOUNT}:assumed-role/{role} is not authorized to perform: {action} on resource: {resource}"
                );
                return Err(Refusal::new(status, "AccessDeniedException", message));
            }
        }
        Ok(())
    }
}

async fn enter(State(door): State<Door>, request: Request<Body>) -> Response {
    let protocol = Protocol::of(request.headers());
    let outcome = door.answer(protocol, request).await;
    render::response(protocol, outcome)
}

/// `PutItem` of `DynamoDB_20120810.PutItem`; empty for REST protocols.
fn operation(headers: &axum::http::HeaderMap) -> String {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

fn too_large() -> Refusal {
    let message = format!("The request is larger than {BODY_BYTES_MAX} bytes, or broke off.");
    Refusal::new(413, "RequestEntityTooLargeException", message)
}

fn unknown_service(name: &str) -> Refusal {
    let message = format!("The local stack does not imitate the service that signs as {name:?}.");
    Refusal::new(400, "UnknownOperationException", message)
}
