//! The stage over the analysts' questions.

use super::counts::Counts;
use super::skip;
use crate::child::Job;
use crate::place::Place;
use crate::setup::python;

/// Has DuckDB ask what Athena is asked of a town whose answers are known (`infra/analysts`).
pub(super) fn answered(place: &Place) -> anyhow::Result<Counts> {
    let python = python::analysts(place).map_err(skip)?;
    let prove = Job::new(python, &place.root)
        .args([place.root.join("infra/analysts/prove.py")])
        .args(["--town".into(), place.binaries(false).join("examples/town")])
        .args(["--folder".into(), place.reports()?.join("events")]);
    Ok(Counts::one(prove.shown()?))
}
