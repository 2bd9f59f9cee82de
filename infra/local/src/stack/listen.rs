//! Ports and the servers on them.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::StartError;

/// A bound port of 127.0.0.1.
pub struct Bound {
    /// Where it listens, with the real port.
    pub address: SocketAddr,
    listener: TcpListener,
}

/// A server that ends when it is dropped.
pub struct Server(JoinHandle<()>);

/// Binds a port.
///
/// # Errors
/// A line that names the option to change when the port cannot be used.
pub async fn bind(port: u16, option: &str) -> Result<Bound, StartError> {
    let refused = |error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            format!("port {port} is in use; end what uses it, or choose another with {option}")
        } else {
            format!("port {port} cannot be used ({error}); choose another with {option}")
        }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok(Bound { address, listener })
}

impl Bound {
    /// Serves a router on the port.
    pub fn serve(self, router: Router) -> Server {
        let listener = self.listener.tap_io(|stream| {
            // Without it only latency suffers.
            let _ = stream.set_nodelay(true);
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        Server(tokio::spawn(async move {
            // `axum::serve` never ends by itself.
            let _ = axum::serve(listener, service).await;
        }))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}
