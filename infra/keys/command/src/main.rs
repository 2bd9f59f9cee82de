//! `cargo xtask keys`: makes or rotates the keys of a deployment.

use std::process::ExitCode;

use anyhow::Context;
use aws::{Aws, Credentials, Environment, Place};
use clap::{Args, Parser, Subcommand};
use keys::Keys;
use ports::{Ambient, Parameters};

#[derive(Parser)]
#[command(about = "Makes the keys of a deployment, and rotates those that sign access tokens")]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Makes the first keys of a deployment; does nothing where there are some.
    Make(Where),
    /// Lets the next key sign, publishes a new one, and retires the old one.
    Rotate(Where),
}

#[derive(Args)]
struct Where {
    /// The stack, in whose name the parameters are.
    #[arg(long, default_value = "speed-connect-local")]
    stack: String,
    /// The AWS region.
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// The AWS port of a local stack; without it, AWS itself, with the credentials of the environment.
    #[arg(long)]
    aws_port: Option<u16>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().what {
        What::Make(place) => make(&place).await,
        What::Rotate(place) => rotate(&place).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn make(place: &Where) -> anyhow::Result<()> {
    let world = place.world()?;
    make_signing(place, &world).await?;
    make_push(place, &world).await
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

/// The public half first: no key may sign before it is known.
async fn write(world: &Aws, private: &str, public: &str, keys: &Keys) -> anyhow::Result<()> {
    world.put_parameter(public, &keys.public, false).await.with_context(|| format!("{public} cannot be written"))?;
    world.put_parameter(private, &keys.private, true).await.with_context(|| format!("{private} cannot be written"))
}

fn random(bytes: &mut [u8]) -> bool {
    getrandom::fill(bytes).is_ok()
}

impl Where {
    fn world(&self) -> anyhow::Result<Aws> {
        let environment = Environment;
        let (endpoint, credentials) = match self.aws_port {
            Some(port) => {
                let local = Credentials::new("AKIDLOCAL", "local", None, None, "the local stack");
                (Some(format!("http://127.0.0.1:{port}")), local)
            }
            None => {
                let hint = "AWS credentials must be in the environment: `eval \"$(aws configure export-credentials --format env)\"`";
                let id = environment.text("AWS_ACCESS_KEY_ID").context(hint)?;
                let secret = environment.text("AWS_SECRET_ACCESS_KEY").context(hint)?;
                (None, Credentials::new(id, secret, environment.optional("AWS_SESSION_TOKEN"), None, "environment"))
            }
        };
        Ok(Aws::at(Place { region: self.region.clone(), endpoint, ..Place::default() }, credentials))
    }

    fn private(&self) -> String {
        self.parameter("signing-key")
    }

    fn public(&self) -> String {
        self.parameter("public-keys")
    }

    fn parameter(&self, name: &str) -> String {
        format!("/{}/{name}", self.stack)
    }
}
