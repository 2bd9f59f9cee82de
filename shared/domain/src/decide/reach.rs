//! What a ban reaches besides the person: the devices and the address by which they could come back as somebody else.

use std::collections::BTreeSet;

use crate::credential::Profile;
use crate::decision::Decision;
use crate::id::{DeviceId, SanctionId};
use crate::standing::{Bar, Barred, Hold};
use crate::time::TimeMs;
use crate::user::User;

/// What is known of somebody: the device of their first sign-in, those on which they are signed in, and their address; of who
/// is erased, what was known then.
#[must_use]
pub fn reach(profile: Option<&Profile>, in_use: Vec<DeviceId>, live: Option<&User>) -> Vec<Barred> {
    let devices = profile.map(|profile| profile.device.clone()).into_iter().chain(in_use).map(Barred::Device);
    let address = profile.and_then(|profile| profile.email.as_ref()).map(|email| Barred::Address(email.id()));
    let left = live.into_iter().flat_map(|user| user.reach.iter().cloned());
    distinct(devices.chain(address).chain(left))
}

/// What was known when somebody was reported, and what is known now.
#[must_use]
pub fn reached(then: &[Barred], now: Vec<Barred>) -> Vec<Barred> {
    distinct(then.iter().cloned().chain(now))
}

/// Adds that a sanction bars each of these. `bars` are those that stand there already.
pub(super) fn hold(of: &[Barred], bars: &[Bar], hold: &Hold, now: TimeMs, decision: &mut Decision) {
    for barred in of {
        let present = bars.iter().find(|bar| bar.of == *barred);
        decision.change(Bar::held(barred.clone(), present, hold.clone(), now));
    }
}

/// Adds that a sanction bars nothing any more.
pub(super) fn release(bars: &[Bar], sanction: &SanctionId, decision: &mut Decision) {
    decision.changes.extend(bars.iter().filter_map(|bar| bar.released(sanction)));
}

fn distinct(all: impl Iterator<Item = Barred>) -> Vec<Barred> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}
