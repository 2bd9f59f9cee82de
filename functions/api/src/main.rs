//! Wires and runs the function `api`.
#![recursion_limit = "256"]

use app::{MetricsToken, OriginSecrets, Settings, Turn};
use aws::{Aws, Environment};
use lambda_http::{Error, Request, run, service_fn};
use protocol::evidence::EvidenceKeys;
use web::{AsItIs, Kept};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let world = Aws::from_environment()?;
    let names =
        ["PUBLIC_ORIGIN_PARAMETER", "PUSH_PUBLIC_KEY_PARAMETER", "EVIDENCE_KEYS_PARAMETER", "METRICS_TOKEN_PARAMETER"];
    let [home, push_key, evidence_keys, metrics_token] = world.settings(names).await?;
    let public = Kept::public(Environment.text("PUBLIC_KEYS_PARAMETER")?, home.clone());
    let turn = (Environment.list("TURN_URLS"), Environment.text("TURN_SHARED_SECRET_PARAMETER")?);
    let settings = Settings {
        origins: [vec![home], Environment.list("ALLOWED_ORIGINS")].concat(),
        push_key,
        evidence_keys: Some(EvidenceKeys::parse(&evidence_keys)?),
        metrics_token: MetricsToken::of(&metrics_token),
        origin_secrets: OriginSecrets::of(Environment.list("ORIGIN_SECRETS"))?,
        logins_per_minute: Environment.number("LOGINS_PER_MINUTE")?,
        terms: Environment.number("TERMS_VERSION")?,
        pool: Environment.pool()?,
        ice_servers: Environment.ice_servers("ICE_SERVERS_JSON")?,
        turn: Turn::of(&world, turn.0, &turn.1).await?,
        ..Settings::default()
    };
    let answer = async |request: Request| {
        let keys = public.now(&world).await?;
        api::handle(&world, &settings, &keys.verifier, &request).await.map(AsItIs)
    };
    run(service_fn(answer)).await
}
