//! The machine that is measured on, and how busy it is with other things.

use std::fs;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// What a figure is worth nothing without.
#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    /// When, in seconds since the Unix epoch.
    pub unix_seconds: u64,
    /// What the processor calls itself.
    pub processor: String,
    /// How many processors may be used.
    pub cores: usize,
    /// Processes that wanted to run, on average of the last minute.
    pub load: f64,
}

impl Machine {
    /// This machine, now.
    pub fn now() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let first = |path| fs::read_to_string(path).unwrap_or_default();
        let cpu = first("/proc/cpuinfo");
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            unix_seconds: now.as_secs(),
            processor: model.map_or("unknown", |(_, name)| name).to_owned(),
            cores: available_parallelism().map_or(1, Into::into),
            load: first("/proc/loadavg").split(' ').next().and_then(|load| load.parse().ok()).unwrap_or_default(),
        }
    }

    /// Whether others use so much of it that only ratios can be trusted.
    pub fn is_busy(&self) -> bool {
        u32::try_from(self.cores).is_ok_and(|cores| self.load > f64::from(cores) / 2.0)
    }
}
