//! What AWS lets an account do in one region, and how much of it the busiest second takes.

use prices::Unit;

use crate::day::{BY_MAIL, Peak, REQUESTS, SOCKETS, edge_requests};
use crate::session::{CHANNEL_MONTHS, EVENTS, PEAK_TO_MEAN};

/// Memory of a function, in GB.
const FUNCTION_GIGABYTES: f64 = 0.25;
/// A worker is ended after some minutes without work, and one in so many invocations starts a new one. Those of `auth`, `api`, `connect`
/// and `courier` read all their parameters by one call then, and the keys again each minute while they have work.
const INVOCATIONS_PER_START: f64 = 500.0;
const SECONDS_OF_KEYS: f64 = 60.0;
/// How long a request of HTTP, or of a socket that opens, takes of a worker, in seconds.
const SECONDS_OF_A_REQUEST: f64 = 0.05;
/// Write units a second of the hottest bucket for one join a second, with one shard: `cargo xtask bench heat`.
const HOTTEST_PER_JOIN: f64 = 1_271.0 / 4_166.0;
/// A timer is sent, received and deleted, and is in flight for the time of an invocation.
const REQUESTS_OF_A_TIMER: f64 = 3.0;
const SECONDS_IN_FLIGHT: f64 = 0.1;
const SECONDS_OF_MONTH: f64 = 30.0 * 86_400.0;

/// A limit.
#[derive(Debug)]
pub struct Quota {
    /// Of what.
    pub name: &'static str,
    /// How much, in a second where it is a rate.
    pub limit: f64,
    /// What the busiest second takes of it.
    pub load: fn(Peak) -> f64,
    /// What then happens, and what helps.
    pub then: &'static str,
}

/// What breaks, in no order. Sources: the services' pages on quotas, defaults of us-east-1.
pub const QUOTAS: [Quota; 12] = [
    Quota {
        name: "KVS signaling channels, 10,000",
        limit: 10_000.0,
        // As many as are paid for at the peak.
        load: |peak| peak.sessions() / PEAK_TO_MEAN * CHANNEL_MONTHS * SECONDS_OF_MONTH,
        then: "nothing breaks: whoever finds no free channel is signaled by our own relay; raised on request",
    },
    Quota {
        name: "KVS `GetIceServerConfig`, 100/s",
        limit: 100.0,
        load: Peak::sessions,
        then: "calls begin without TURN servers of KVS, direct ones all the same; raised on request, or coturn (`TurnUrls`)",
    },
    Quota {
        name: "API Gateway, requests and messages, 10,000/s",
        limit: 10_000.0,
        load: |peak| peak.units(Unit::SocketMessage) + peak.visits() * REQUESTS,
        then: "`429`: pages send again, later; raised on request, else another region",
    },
    Quota {
        name: "API Gateway, new sockets, 500/s",
        limit: 500.0,
        load: |peak| peak.visits() * SOCKETS,
        then: "who comes waits and tries again; raised on request",
    },
    Quota {
        name: "Lambda, invocations at once, 1,000",
        limit: 1_000.0,
        load: |peak| peak.units(Unit::GigabyteSecond) / FUNCTION_GIGABYTES,
        then: "`429` inside: chat waits, queues try again; raised on request, and `Capacity` with it",
    },
    Quota {
        name: "DynamoDB, write units of a table, 40,000/s",
        limit: 40_000.0,
        load: |peak| peak.units(Unit::WriteUnit),
        then: "writes are throttled and tried again; raised on request",
    },
    Quota {
        name: "DynamoDB, write units of one partition, 1,000/s",
        limit: 1_000.0,
        load: |peak| 2.0 * peak.sessions() * HOTTEST_PER_JOIN,
        then: "the hottest bucket is slow: `QueueShards` divides it, up to 64",
    },
    Quota {
        name: "Kinesis, records of one shard, 1,000/s",
        limit: 1_000.0,
        load: |peak| peak.sessions() * EVENTS,
        then: "events wait in the functions, then are lost and counted; more shards (`EventShards`)",
    },
    Quota {
        name: "Parameter Store, reads, 40/s",
        limit: 40.0,
        load: |peak| {
            let requests = peak.visits() * (REQUESTS + SOCKETS);
            requests / INVOCATIONS_PER_START + requests * SECONDS_OF_A_REQUEST / SECONDS_OF_KEYS
        },
        then: "new workers start late: the setting for higher throughput takes 10,000/s",
    },
    Quota {
        name: "SES, mails, 14/s",
        limit: 14.0,
        load: |peak| peak.visits() * BY_MAIL,
        then: "sign-in links come late, in their order; raised on request as the reputation grows",
    },
    Quota {
        name: "CloudFront, requests, 250,000/s",
        limit: 250_000.0,
        load: |peak| peak.visits() * edge_requests(),
        then: "raised on request",
    },
    Quota {
        name: "SQS, timers received and not yet deleted, 120,000",
        limit: 120_000.0,
        load: |peak| peak.units(Unit::QueueRequest) / REQUESTS_OF_A_TIMER * SECONDS_IN_FLIGHT,
        then: "timers come late: several queues, by session",
    },
];

impl Quota {
    /// How many people a day use it up: each load grows with them evenly.
    pub fn reached_at(&self) -> f64 {
        self.limit / (self.load)(Peak { people: 1.0 })
    }
}

/// All quotas, the first to break first.
pub fn by_break() -> Vec<&'static Quota> {
    let mut quotas: Vec<&Quota> = QUOTAS.iter().collect();
    quotas.sort_by(|one, other| one.reached_at().total_cmp(&other.reached_at()));
    quotas
}
