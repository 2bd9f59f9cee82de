//! Wires and runs the function `courier`.
#![recursion_limit = "256"]

use app::Settings;
use aws::{Aws, Environment};
use lambda_runtime::{Error, run, service_fn, tracing};
use ports::Parameters;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    let world = Aws::from_environment()?;
    let home = world.parameter(&Environment.text("PUBLIC_ORIGIN_PARAMETER")?).await?;
    let settings = Settings { origins: vec![home], ..Settings::default() };
    run(service_fn(|event| courier::handle(&world, &settings, event))).await
}
