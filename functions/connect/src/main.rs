//! Wires and runs the function `connect`.
#![recursion_limit = "256"]

use app::{OriginSecrets, Settings};
use aws::{Aws, Environment};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let environment = Environment;
    let world = Aws::from_environment()?;
    let home = world.settings(["PUBLIC_ORIGIN_PARAMETER"]).await?;
    let settings = Settings {
        origins: [home.into(), environment.list("ALLOWED_ORIGINS")].concat(),
        origin_secrets: OriginSecrets::of(environment.list("ORIGIN_SECRETS"))?,
        logins_per_minute: environment.number("LOGINS_PER_MINUTE")?,
        ..Settings::default()
    };
    run(service_fn(|event| connect::handle(&world, &settings, event))).await
}
