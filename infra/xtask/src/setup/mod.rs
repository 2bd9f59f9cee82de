//! What must be installed before something can be built or tested.

pub mod apt;
pub mod browser;
pub mod coturn;
pub mod crates;
pub mod deny;
pub mod lambda;
pub mod page;
pub mod promtool;
pub mod python;
mod stamp;
