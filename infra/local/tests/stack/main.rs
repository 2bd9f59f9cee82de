//! The whole stack over a fixture template: HTTP, sockets, `@connections`, the page, start and stop.

mod http;
mod process;
mod sockets;
mod sources;
mod world;
