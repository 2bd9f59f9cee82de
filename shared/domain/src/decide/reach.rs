//! What a ban reaches besides the person: the devices and the address by which they could come back as somebody else.

use std::collections::BTreeSet;

use crate::credential::Profile;
use crate::decision::Decision;
use crate::id::SanctionId;
use crate::report::Report;
use crate::standing::{Bar, Barred, Hold};
use crate::time::TimeMs;
use crate::user::User;

/// What is known of somebody: the device of their first sign-in, the one in use, and their address; of who is erased, what
/// was known then.
#[must_use]
pub fn reach(profile: Option<&Profile>, live: Option<&User>) -> Vec<Barred> {
    let first = profile.map(|profile| Barred::Device(profile.device.clone()));
    let address = profile.and_then(|profile| profile.email.as_ref()).map(|email| Barred::Address(email.id()));
    let in_use = live.map(|user| Barred::Device(user.device.clone()));
    let left = live.into_iter().flat_map(|user| user.reach.iter().cloned());
    first.into_iter().chain(address).chain(in_use).chain(left).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What a measure that answers a report reaches: what was known when it was made, and what is known now.
#[must_use]
pub fn reached(report: &Report, accused: Option<&Profile>, live: Option<&User>) -> Vec<Barred> {
    report.reach.iter().cloned().chain(reach(accused, live)).collect::<BTreeSet<_>>().into_iter().collect()
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
