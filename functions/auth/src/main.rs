//! Wires and runs the function `auth`.
#![recursion_limit = "256"]

use app::{OriginSecrets, Settings};
use auth::{Desk, handle};
use aws::{Aws, Environment};
use lambda_http::{Error, Request, run, service_fn};
use protocol::device::DeviceSeal;
use web::{AsItIs, Kept};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let environment = Environment;
    let world = Aws::from_environment()?;
    let [home, device_secret] = world.settings(["PUBLIC_ORIGIN_PARAMETER", "DEVICE_SECRET_PARAMETER"]).await?;
    let seal = DeviceSeal::new(&device_secret)?;
    let public = Kept::public(environment.text("PUBLIC_KEYS_PARAMETER")?, home.clone());
    let private = Kept::private(environment.text("SIGNING_KEY_PARAMETER")?, home.clone());
    let settings = Settings {
        origins: [vec![home], environment.list("ALLOWED_ORIGINS")].concat(),
        origin_secrets: OriginSecrets::of(environment.list("ORIGIN_SECRETS"))?,
        logins_per_minute: environment.number("LOGINS_PER_MINUTE")?,
        new_devices_per_hour: environment.number("NEW_DEVICES_PER_HOUR")?,
        ..Settings::default()
    };
    let answer = async |request: Request| {
        let (keys, signer) = (public.now(&world).await?, private.now(&world).await?);
        let desk = Desk { settings: &settings, signer: &signer, keys: &keys, seal: &seal };
        handle(&world, &desk, &request).await.map(AsItIs)
    };
    run(service_fn(answer)).await
}
