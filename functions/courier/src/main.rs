//! Wires and runs the function `courier`.
#![recursion_limit = "256"]

use app::Settings;
use aws::Aws;
use lambda_runtime::{Error, run, service_fn};
use push::Browsers;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    aws::observe();
    let world = Aws::from_environment()?;
    let [home, key] = world.settings(["PUBLIC_ORIGIN_PARAMETER", "PUSH_KEY_PARAMETER"]).await?;
    let browsers = Browsers::new(&key, &home)?;
    let settings = Settings { origins: vec![home], ..Settings::default() };
    run(service_fn(|event| courier::handle(&world, &browsers, &settings, event))).await
}
