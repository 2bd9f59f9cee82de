//! Which deployment is meant, and how it is reached.

use anyhow::Context;
use aws::{Aws, Credentials, Environment, Place};
use clap::Args;

/// A deployment.
#[derive(Args)]
pub struct Where {
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

impl Where {
    /// The deployment's AWS.
    ///
    /// # Errors
    /// There are no credentials.
    pub fn world(&self) -> anyhow::Result<Aws> {
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
        Ok(Aws::at(
            Place {
                region: self.region.clone(),
                endpoint,
                live_table: format!("{}-live", self.stack),
                ledger_table: format!("{}-ledger", self.stack),
                ..Place::default()
            },
            credentials,
        ))
    }

    /// The name of the parameter with the private keys that sign.
    pub fn private(&self) -> String {
        self.parameter("signing-key")
    }

    /// The name of the parameter with the public ones.
    pub fn public(&self) -> String {
        self.parameter("public-keys")
    }

    /// The name of a parameter of the deployment.
    pub fn parameter(&self, name: &str) -> String {
        format!("/{}/{name}", self.stack)
    }
}
