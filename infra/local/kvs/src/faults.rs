//! How the service may be made to fail while it runs, to see what its clients do then.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use local_wire::Refusal;
use tokio::time::sleep;

/// How long a stalled call hangs before it fails: longer than any client of ours waits.
const STALL: Duration = Duration::from_secs(20);

/// What is wrong with the service at present. It strikes the control plane, `GetIceServerConfig` and new sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Every call is one too many: `ClientLimitExceededException`.
    Throttle,
    /// Every call fails: `InternalFailure`, status 500.
    Fail,
    /// No call is answered, for 20 s.
    Stall,
    /// Calls and sockets are as ever, but what clients say on any socket reaches nobody.
    Mute,
}

impl Fault {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::None, Self::Throttle, Self::Fail, Self::Stall, Self::Mute];

    /// The word for it, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Throttle => "throttle",
            Self::Fail => "fail",
            Self::Stall => "stall",
            Self::Mute => "mute",
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        Self::ALL.into_iter().find(|fault| fault.name() == name).ok_or(UnknownFault)
    }
}

/// A word that names no fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownFault;

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Fault::ALL.into_iter().map(Fault::name).collect();
        write!(f, "There is no such fault; there are {}.", names.join(", "))
    }
}

/// The fault at present, and how often any has struck.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    index: AtomicU8,
    struck: AtomicU64,
}

impl Faults {
    pub(crate) fn set(&self, fault: Fault) {
        self.index.store(fault as u8, Ordering::Relaxed);
    }

    pub(crate) fn at_present(&self) -> Fault {
        let index = usize::from(self.index.load(Ordering::Relaxed));
        Fault::ALL.get(index).copied().unwrap_or(Fault::None)
    }

    pub(crate) fn struck(&self) -> u64 {
        self.struck.load(Ordering::Relaxed)
    }

    /// Lets a call pass, or refuses it the way of the fault at present.
    pub(crate) async fn strike(&self) -> Result<(), Refusal> {
        let fault = self.at_present();
        if matches!(fault, Fault::None | Fault::Mute) {
            return Ok(());
        }
        self.struck.fetch_add(1, Ordering::Relaxed);
        if fault == Fault::Stall {
            sleep(STALL).await;
        }
        Err(match fault {
            Fault::Throttle => Refusal::new(400, "ClientLimitExceededException", "Rate exceeded, by /_local/faults."),
            Fault::None | Fault::Fail | Fault::Stall | Fault::Mute => {
                Refusal::new(500, "InternalFailure", "Failed, by /_local/faults.")
            }
        })
    }

    /// Whether what a client says now is lost.
    pub(crate) fn swallows(&self) -> bool {
        let mute = self.at_present() == Fault::Mute;
        if mute {
            self.struck.fetch_add(1, Ordering::Relaxed);
        }
        mute
    }
}
