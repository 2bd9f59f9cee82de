//! Wires and runs the function `channels`.
#![recursion_limit = "256"]

use app::Settings;
use aws::{Aws, Environment};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let environment = Environment;
    let settings = Settings {
        pool: environment.pool()?,
        channel_prefix: environment.text("CHANNEL_PREFIX")?,
        ..Settings::default()
    };
    let world = Aws::from_environment()?;
    run(service_fn(|event| channels::handle(&world, &settings, event))).await
}
