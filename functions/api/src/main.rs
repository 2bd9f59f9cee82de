//! Wires and runs the function `api`.
#![recursion_limit = "256"]

use app::{MetricsToken, Settings, Turn};
use aws::{Aws, Environment};
use lambda_http::{Error, Request, run, service_fn};
use ports::Parameters;
use protocol::evidence::EvidenceKeys;
use web::Kept;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let environment = Environment;
    let world = Aws::from_environment()?;
    let home = world.parameter(&environment.text("PUBLIC_ORIGIN_PARAMETER")?).await?;
    let public = Kept::public(environment.text("PUBLIC_KEYS_PARAMETER")?, home.clone());
    let origins = [vec![home], environment.list("ALLOWED_ORIGINS")].concat();
    let push_key = world.parameter(&environment.text("PUSH_PUBLIC_KEY_PARAMETER")?).await?;
    let evidence_keys = world.parameter(&environment.text("EVIDENCE_KEYS_PARAMETER")?).await?;
    let secret = environment.text("TURN_SHARED_SECRET_PARAMETER")?;
    let metrics_token = MetricsToken::of(&world.parameter(&environment.text("METRICS_TOKEN_PARAMETER")?).await?);
    let settings = Settings {
        origins,
        push_key,
        evidence_keys: Some(EvidenceKeys::parse(&evidence_keys)?),
        metrics_token,
        logins_per_minute: environment.number("LOGINS_PER_MINUTE")?,
        pool_size: environment.number("CHANNEL_POOL_SIZE")?,
        ice_servers: environment.ice_servers("ICE_SERVERS_JSON")?,
        turn: Turn::of(&world, environment.list("TURN_URLS"), &secret).await?,
        ..Settings::default()
    };
    let answer = async |request: Request| {
        let keys = public.now(&world).await?;
        api::handle(&world, &settings, &keys.verifier, &request).await
    };
    run(service_fn(answer)).await
}
