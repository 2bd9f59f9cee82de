//! Wires and runs the function `disconnect`.
#![recursion_limit = "256"]

use app::Settings;
use aws::Aws;
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let (world, settings) = (Aws::from_environment()?, Settings::default());
    run(service_fn(|event| disconnect::handle(&world, &settings, event))).await
}
