//! Reads SSM parameters at start.

use anyhow::{Context, anyhow};

use crate::Aws;

/// The value of a parameter, decrypted.
///
/// # Errors
/// Names the parameter that is missing or may not be read.
pub async fn parameter(aws: &Aws, name: &str) -> anyhow::Result<String> {
    let answer = aws.ssm().get_parameter().name(name).with_decryption(true).send().await;
    let value = answer.with_context(|| format!("parameter {name} cannot be read"))?;
    let value = value.parameter().and_then(|parameter| parameter.value()).map(str::to_owned);
    value.ok_or_else(|| anyhow!("parameter {name} has no value"))
}
