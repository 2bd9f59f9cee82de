//! Wires and runs the function `auth`.
#![recursion_limit = "256"]

use app::Settings;
use auth::Keys;
use aws::{Aws, Environment, parameter};
use lambda_http::{Error, run, service_fn};
use protocol::token::{Signer, Verifier};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let environment = Environment;
    let world = Aws::from_environment()?;
    let jwks = parameter(&world, &environment.text("PUBLIC_KEYS_PARAMETER")?).await?;
    let private = parameter(&world, &environment.text("SIGNING_KEY_PARAMETER")?).await?;
    let keys = Keys { signer: Signer::new(&private, &jwks)?, verifier: Verifier::new(&jwks)?, jwks };
    let mut origins = vec![parameter(&world, &environment.text("PUBLIC_ORIGIN_PARAMETER")?).await?];
    origins.extend(environment.list("ALLOWED_ORIGINS"));
    let logins_per_minute = environment.number("LOGINS_PER_MINUTE")?;
    let settings = Settings { origins, logins_per_minute, ..Settings::default() };
    run(service_fn(|request| auth::handle(&world, &settings, &keys, request))).await
}
