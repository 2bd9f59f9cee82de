//! What is nobody's.

use crate::deed::{Deed, PLAIN};

pub const KEYS: Deed = Deed {
    name: "the public keys",
    shows: |_, _, seen| {
        let keys = seen.body["keys"].as_array().unwrap();
        vec![
            (seen.is_nothing(), "nothing is written"),
            (!keys.is_empty() && keys.iter().all(|key| key["d"].is_null()), "the keys have no private half"),
        ]
    },
    ..PLAIN
};

pub const METRICS: Deed = Deed { name: "metrics", ..PLAIN };

pub const HEALTH: Deed = Deed {
    name: "health",
    shows: |_, _, seen| vec![(seen.is_nothing(), "nothing is written"), (seen.body["status"] == "ok", "all is well")],
    ..PLAIN
};
