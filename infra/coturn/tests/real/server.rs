//! The real coturn, on loopback.

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use coturn::{Answer, Family, Probe};
use domain::id::DeviceId;
use domain::time::TimeMs;
use domain::turn::TurnName;
use protocol::turn::TurnSecret;
use tokio::process::{Child, Command};

const SECRET: &str = "north north north north north north";
/// Ports are found free, and then taken: another process may be quicker.
const STARTS_MAX: usize = 5;
const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys");

/// A running coturn; it is killed with this value.
pub struct Coturn {
    /// Where it answers.
    pub address: SocketAddr,
    /// Where it answers by TLS.
    pub tls: SocketAddr,
    folder: PathBuf,
    _child: Child,
}

impl Coturn {
    /// Starts it with a configuration, of which only the places are overridden; `None`, and loudly so, where there is none.
    pub async fn start(configuration: &str) -> Option<Self> {
        let Some(root) = std::env::var_os("SPEED_CONNECT_COTURN").map(PathBuf::from) else {
            skipped("SPEED_CONNECT_COTURN names no folder with Debian's coturn in it; `cargo xtask test` unpacks one");
            return None;
        };
        for _ in 0..STARTS_MAX {
            let coturn = Self::spawn(&root, configuration);
            let knocked = coturn.probe((String::new(), String::new())).await.knock().await;
            // Somebody else may have taken a port that was free.
            if knocked.is_err() && coturn.said().contains("Cannot bind") {
                continue;
            }
            assert_eq!(knocked.ok(), Some(Answer::Granted), "{}", coturn.said());
            // Its threads open the empty database when they are first asked, and one that finds it locked refuses for ever.
            for warms in ["a", "b", "c", "d"] {
                let name = TurnName::outside(&DeviceId::parse(warms).unwrap(), now());
                coturn.probe(credentials(&name)).await.allocate(Family::V4).await.unwrap();
            }
            return Some(coturn);
        }
        panic!("no port stayed free in {STARTS_MAX} tries");
    }

    fn spawn(root: &Path, configuration: &str) -> Self {
        let folder = folder();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("turnserver.conf"), configuration).unwrap();
        let (address, tls) = (free_udp(), free_tcp());
        let file = |name: &str| folder.join(name).display().to_string();
        let mut command = Command::new(root.join("usr/bin/turnserver"));
        command
            .env("LD_LIBRARY_PATH", libraries(root))
            .args(["-c", &file("turnserver.conf")])
            .args(["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "--log-file=stdout"])
            .arg(format!("--listening-port={}", address.port()))
            .arg(format!("--tls-listening-port={}", tls.port()))
            .arg(format!("--static-auth-secret={SECRET}"))
            .arg(format!("--cert={KEYS}/certificate.pem"))
            .arg(format!("--pkey={KEYS}/key.pem"))
            .arg(format!("--userdb={}", file("db")))
            .arg(format!("--pidfile={}", file("pid")));
        if has_ipv6() {
            command.arg("--relay-ip=::1");
        }
        let log = fs::File::create(folder.join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).kill_on_drop(true);
        let child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", root.display()));
        Self { address, tls, folder, _child: child }
    }

    /// A client under a name.
    pub async fn probe(&self, credentials: (String, String)) -> Probe {
        Probe::towards(self.address, credentials).await.unwrap()
    }

    /// What it has logged.
    pub fn said(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Name and password as the functions make them.
pub fn credentials(name: &TurnName) -> (String, String) {
    TurnSecret::new(SECRET).unwrap().credentials(name)
}

/// Tells that a test did not run, also when the test harness captures what tests print.
pub fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// The time by which names end.
pub fn now() -> TimeMs {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    TimeMs(u64::try_from(since.as_millis()).unwrap())
}

/// Whether this machine has IPv6, on loopback at least.
pub fn has_ipv6() -> bool {
    UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

fn folder() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("speed-connect-coturn-{}-{count}", std::process::id()))
}

/// Where Debian puts the libraries of this architecture.
fn libraries(root: &Path) -> PathBuf {
    let entries = fs::read_dir(root.join("usr/lib")).unwrap().map(|entry| entry.unwrap().path());
    let mut entries = entries.filter(|path| path.to_string_lossy().ends_with("-linux-gnu"));
    entries.next().unwrap_or_else(|| root.join("usr/lib"))
}

fn free_udp() -> SocketAddr {
    // coturn listens for TCP on the same port.
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

fn free_tcp() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}
