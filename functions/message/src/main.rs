//! Wires and runs the function `message`.
#![recursion_limit = "256"]

use app::{Settings, Turn};
use aws::{Aws, Environment};
use domain::time::SpanMs;
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let environment = Environment;
    let world = Aws::from_environment()?;
    let secret = environment.text("TURN_SHARED_SECRET_PARAMETER")?;
    let settings = Settings {
        session_length: SpanMs::seconds(environment.number("SESSION_SECONDS")?),
        ice_servers: environment.ice_servers("ICE_SERVERS_JSON")?,
        terms: environment.number("TERMS_VERSION")?,
        turn: Turn::of(&world, environment.list("TURN_URLS"), &secret).await?,
        ..Settings::default()
    };
    run(service_fn(|event| message::handle(&world, &settings, event))).await
}
