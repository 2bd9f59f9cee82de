//! The stage over the deployed template.

use super::counts::Counts;
use super::skip;
use crate::child::Job;
use crate::place::Place;
use crate::setup::python;

/// Deploys the template into an emulator that nobody here wrote, and has people meet there (`infra/ministack`).
pub(super) fn there(place: &Place) -> anyhow::Result<Counts> {
    let python = python::ministack(place).map_err(skip)?;
    let proof = place.root.join("infra/ministack/prove.py");
    let folder = place.reports()?.join("ministack");
    let prove = Job::new(python, &place.root)
        .args([proof])
        .args(["--root".into(), place.root.clone()])
        .args(["--binaries".into(), place.binaries(false)])
        .args(["--folder".into(), folder]);
    Ok(Counts::one(prove.shown()?))
}
