//! `cargo xtask keys`: makes or rotates the keys of a deployment.

use anyhow::Context;
use aws::{Aws, ParameterKind};
use clap::Subcommand;
use keys::Keys;
use ports::{Ambient, Parameters};

use crate::place::Where;

/// Secrets that are nothing but chance, and what each is for.
const SECRETS: [(&str, &str); 4] = [
    ("device-secret", "the ids of devices are sealed by it, for good"),
    ("evidence-keys", "what goes along with reports is sealed by it; put a new key in a line before it to rotate"),
    ("turn-secret", "TURN servers of your own are given the same (infra/coturn)"),
    ("metrics-token", "whoever sends it as a bearer token reads /api/metrics"),
];

/// What the edge shows to the functions.
const ORIGIN_SECRETS: &str = "origin-secrets";

/// What is done with the keys.
#[derive(Subcommand)]
pub enum What {
    /// Makes the first keys of a deployment; leaves those that are there as they are.
    Create(Where),
    /// Lets the next key sign, publishes a new one, and retires the old one.
    Rotate(Where),
    /// Lets the edge show the next origin secret, from the next deploy on.
    RotateOrigin(Where),
}

/// Does it.
///
/// # Errors
/// A parameter cannot be read or written, or the keys were rotated a moment ago.
pub async fn run(what: &What) -> anyhow::Result<()> {
    match what {
        What::Create(place) => create(place).await,
        What::Rotate(place) => rotate(place).await,
        What::RotateOrigin(place) => rotate_origin(place).await,
    }
}

async fn create(place: &Where) -> anyhow::Result<()> {
    let world = place.world()?;
    make_signing(place, &world).await?;
    for (name, does) in SECRETS {
        make_secret(place, &world, name, does).await?;
    }
    make_origin(place, &world).await?;
    make_push(place, &world).await
}

async fn make_secret(place: &Where, world: &Aws, name: &str, does: &str) -> anyhow::Result<()> {
    let name = place.parameter(name);
    if is_there(world, &name).await? {
        println!("{name} is there already: nothing is changed");
        return Ok(());
    }
    let secret = keys::secret(&mut random)?;
    put(world, &name, &secret, ParameterKind::Secret).await?;
    println!("made {name}: {does}");
    Ok(())
}

async fn make_push(place: &Where, world: &Aws) -> anyhow::Result<()> {
    let (private, public) = (place.parameter("push-key"), place.parameter("push-public-key"));
    if is_there(world, &private).await? {
        println!("{private} is there already: nothing is changed");
        return Ok(());
    }
    let keys::PushKey { private: private_half, public: public_half } = keys::push(&mut random)?;
    write(world, &private, &public, &Keys { private: private_half, public: public_half }).await?;
    println!("made {private} and {public}: browsers that subscribe know this deployment by them, for good");
    Ok(())
}

async fn make_signing(place: &Where, world: &Aws) -> anyhow::Result<()> {
    let (private, public) = (place.private(), place.public());
    if is_there(world, &private).await? {
        println!("{private} is there already: nothing is changed");
        return Ok(());
    }
    write(world, &private, &public, &keys::first(&mut random)?).await?;
    println!("made {private} and {public}: one key signs, the next is published");
    Ok(())
}

async fn rotate(place: &Where) -> anyhow::Result<()> {
    let (world, private, public) = (place.world()?, place.private(), place.public());
    let unread = |name: &str| format!("{name} cannot be read: is the stack there, and may these credentials read it?");
    let before = Keys {
        private: world.parameter(&private).await.with_context(|| unread(&private))?,
        public: world.parameter(&public).await.with_context(|| unread(&public))?,
    };
    let after = keys::rotated(&before, world.now().0 / 1000, &mut random)?;
    write(&world, &private, &public, &after).await?;
    println!(
        "rotated: within a minute the next key signs everywhere; tokens of the old one are accepted for {} minutes more",
        keys::RETIRES_AFTER_S / 60
    );
    Ok(())
}

/// Whether a parameter is there. One that cannot be read may be, and is not to be written over.
async fn is_there(world: &Aws, name: &str) -> anyhow::Result<bool> {
    match world.parameter(name).await {
        Ok(_) => Ok(true),
        Err(ports::Error::Failed { why, .. }) if why == "ParameterNotFound" => Ok(false),
        Err(error) => Err(error).with_context(|| format!("{name} cannot be read")),
    }
}

async fn make_origin(place: &Where, world: &Aws) -> anyhow::Result<()> {
    let name = place.parameter(ORIGIN_SECRETS);
    if is_there(world, &name).await? {
        println!("{name} is there already: nothing is changed");
        return Ok(());
    }
    put(world, &name, &keys::origin_secrets(&mut random)?, ParameterKind::List).await?;
    println!("made {name}: the edge shows the first of them, the functions know all");
    Ok(())
}

async fn rotate_origin(place: &Where) -> anyhow::Result<()> {
    let (world, name) = (place.world()?, place.parameter(ORIGIN_SECRETS));
    let before = world.parameter(&name).await.with_context(|| format!("{name} cannot be read"))?;
    put(&world, &name, &keys::origin_rotated(&before, &mut random)?, ParameterKind::List).await?;
    println!("rotated {name}: deploy now, and wait until it is done before you rotate it again");
    Ok(())
}

/// The public half first: no key may sign before it is known.
async fn write(world: &Aws, private: &str, public: &str, keys: &Keys) -> anyhow::Result<()> {
    put(world, public, &keys.public, ParameterKind::Text).await?;
    put(world, private, &keys.private, ParameterKind::Secret).await
}

async fn put(world: &Aws, name: &str, value: &str, kind: ParameterKind) -> anyhow::Result<()> {
    world.put_parameter(name, value, kind).await.with_context(|| format!("{name} cannot be written"))
}

fn random(bytes: &mut [u8]) -> bool {
    getrandom::fill(bytes).is_ok()
}
