//! Wires and runs the function `analytics`.
#![recursion_limit = "256"]

use aws::Aws;
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let world = Aws::from_environment()?;
    let namespace = std::env::var("METRICS_NAMESPACE")?;
    run(service_fn(|event| analytics::handle(&world, &namespace, |line| println!("{line}"), event))).await
}
