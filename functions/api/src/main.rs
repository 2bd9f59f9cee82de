//! Wires and runs the function `api`.
#![recursion_limit = "256"]

use aws::{Aws, Environment, parameter};
use lambda_http::{Error, run, service_fn};
use protocol::token::Verifier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let world = Aws::from_environment()?;
    let keys = Verifier::new(&parameter(&world, &Environment.text("PUBLIC_KEYS_PARAMETER")?).await?)?;
    run(service_fn(|request| api::handle(&world, &keys, request))).await
}
