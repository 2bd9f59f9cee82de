//! The sockets that face the peers: loopback only, counted and throttled.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use tokio::net::UdpSocket;
use turn::relay::RelayAddressGenerator;
use webrtc_util::Conn;

use super::ledger::Ledger;
use crate::kvs::now_ms;
use crate::limits::Limits;
use crate::rate::Rate;
use crate::relay::Holder;

/// Makes the relay socket of each allocation.
pub(super) struct Relays {
    pub(super) ledger: Arc<Ledger>,
    pub(super) limits: Limits,
}

#[async_trait]
impl RelayAddressGenerator for Relays {
    fn validate(&self) -> Result<(), turn::Error> {
        Ok(())
    }

    async fn allocate_conn(
        &self,
        use_ipv4: bool,
        requested_port: u16,
    ) -> Result<(Arc<dyn Conn + Send + Sync>, SocketAddr), turn::Error> {
        if !use_ipv4 {
            return Err(turn::Error::Other("only IPv4 is relayed".to_owned()));
        }
        let holder = self.ledger.begin(self.limits.allocations_max);
        let holder = holder.ok_or_else(|| turn::Error::Other("no more allocations for this name".to_owned()))?;
        let count = Counted { ledger: Arc::clone(&self.ledger), holder, since: Instant::now() };
        let other = |error: std::io::Error| turn::Error::Other(error.to_string());
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, requested_port)).await.map_err(other)?;
        let address = socket.local_addr().map_err(other)?;
        let throttle = Throttle { bits_per_second: self.limits.relay_bits_per_second, rate: Mutex::default() };
        let (to_peers, from_peers) = (throttle.clone_empty(), throttle);
        Ok((Arc::new(PeerSocket { socket, count, to_peers, from_peers }), address))
    }
}

/// One allocation in the ledger, until it is dropped.
struct Counted {
    ledger: Arc<Ledger>,
    holder: Holder,
    since: Instant,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.ledger.end(&self.holder, self.since.elapsed());
    }
}

struct Throttle {
    bits_per_second: u32,
    rate: Mutex<Rate>,
}

impl Throttle {
    fn clone_empty(&self) -> Self {
        Self { bits_per_second: self.bits_per_second, rate: Mutex::default() }
    }

    fn lets_through(&self, bytes: usize) -> bool {
        let mut rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        rate.take_many(bytes as u64 * 8, self.bits_per_second, now_ms())
    }
}

/// A UDP socket that drops what is not for or from loopback, and what exceeds the bit rate.
struct PeerSocket {
    socket: UdpSocket,
    count: Counted,
    to_peers: Throttle,
    from_peers: Throttle,
}

type Outcome<T> = Result<T, webrtc_util::Error>;

#[async_trait]
impl Conn for PeerSocket {
    async fn connect(&self, address: SocketAddr) -> Outcome<()> {
        Ok(self.socket.connect(address).await?)
    }

    async fn recv(&self, buffer: &mut [u8]) -> Outcome<usize> {
        Ok(self.recv_from(buffer).await?.0)
    }

    async fn recv_from(&self, buffer: &mut [u8]) -> Outcome<(usize, SocketAddr)> {
        loop {
            let (count, from) = match self.socket.recv_from(buffer).await {
                Ok(received) => received,
                // The answer of a closed port to an earlier datagram; it says nothing about this socket.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => continue,
                Err(error) => return Err(error.into()),
            };
            if is_permitted(from) && self.from_peers.lets_through(count) {
                self.count.ledger.moved(count);
                return Ok((count, from));
            }
        }
    }

    async fn send(&self, buffer: &[u8]) -> Outcome<usize> {
        Ok(self.socket.send(buffer).await?)
    }

    /// Says that everything was sent also when it was dropped, as a network does.
    async fn send_to(&self, buffer: &[u8], target: SocketAddr) -> Outcome<usize> {
        if !is_permitted(target) || !self.to_peers.lets_through(buffer.len()) {
            return Ok(buffer.len());
        }
        self.count.ledger.moved(buffer.len());
        Ok(self.socket.send_to(buffer, target).await?)
    }

    fn local_addr(&self) -> Outcome<SocketAddr> {
        Ok(self.socket.local_addr()?)
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    async fn close(&self) -> Outcome<()> {
        Ok(())
    }

    fn as_any(&self) -> &(dyn Any + Send + Sync) {
        self
    }
}

/// Whether a peer may be talked to: 127.0.0.0/8 and a port. IPv4-mapped addresses are not unwrapped.
fn is_permitted(peer: SocketAddr) -> bool {
    matches!(peer.ip(), IpAddr::V4(ip) if ip.is_loopback()) && peer.port() != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_a_peer() {
        for peer in ["127.0.0.1:50000", "127.255.255.254:1"] {
            assert!(is_permitted(peer.parse().unwrap()), "{peer}");
        }
        for ip in REFUSED.split_whitespace() {
            let peer = SocketAddr::new(ip.parse().unwrap(), 80);
            assert!(!is_permitted(peer), "{ip}");
        }
        assert!(!is_permitted("127.0.0.1:0".parse().unwrap()));
    }

    /// One or more addresses of every block in IANA's special-purpose registries, v4 and v6
    /// (loopback v4 aside), mapped, translated and 6to4 forms of forbidden ones, and public ones.
    const REFUSED: &str = "
        0.0.0.0 0.0.0.8 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 126.255.255.255 128.0.0.0
        169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.254 192.0.0.0 192.0.0.8 192.0.0.9
        192.0.0.10 192.0.0.170 192.0.0.171 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.88.99.2
        192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
        224.0.0.1 224.0.0.251 239.255.255.250 240.0.0.1 255.255.255.255 8.8.8.8 1.1.1.1 52.94.76.1
        :: ::1 ::ffff:127.0.0.1 ::ffff:0.0.0.0 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8
        ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1
        2001:1::1 2001:1::2 2001:1::3 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1 2001:30::1
        2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe:: 2620:4f:8000::1 3fff::1 5f00::1 fc00::1 fd00::1
        fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff05::2 2606:4700::1111";
}
