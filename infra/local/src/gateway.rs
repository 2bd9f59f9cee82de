//! API Gateway: HTTP APIs, WebSocket APIs and their `@connections`.
//!
//! Not imitated: throttling, access logs, authorizers, custom domains, usage of more than one stage.

pub mod answer;
pub mod cors;
pub mod event;
pub mod http_api;
pub mod hub;
pub mod management;
pub mod path;
pub mod socket;
pub mod socket_event;
pub mod websocket;
