//! Reads and writes SSM parameters.

use aws_sdk_ssm::types::ParameterType;
use ports::{Error, Parameters};

use crate::Aws;
use crate::clients::failure;

const PORT: &str = "parameters";

/// What a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Text.
    Text,
    /// Texts with commas between, which CloudFormation reads too.
    List,
    /// A secret, under the account's own key.
    Secret,
}

impl Aws {
    /// Writes a parameter.
    ///
    /// # Errors
    /// SSM refused it, or did not answer.
    pub async fn put_parameter(&self, name: &str, value: &str, kind: ParameterKind) -> Result<(), Error> {
        let kind = match kind {
            ParameterKind::Text => ParameterType::String,
            ParameterKind::List => ParameterType::StringList,
            ParameterKind::Secret => ParameterType::SecureString,
        };
        let put = self.ssm().put_parameter().name(name).value(value).r#type(kind).overwrite(true);
        put.send().await.map(|_| ()).map_err(|error| failure(PORT, &error))
    }
}

impl Parameters for Aws {
    async fn parameter(&self, name: &str) -> Result<String, Error> {
        let answer = self.ssm().get_parameter().name(name).with_decryption(true).send().await;
        let answer = answer.map_err(|error| {
            tracing::error!(name, "a parameter cannot be read");
            failure(PORT, &error)
        })?;
        let value = answer.parameter().and_then(|parameter| parameter.value()).map(str::to_owned);
        value.ok_or_else(|| Error::Failed { port: PORT, why: format!("{name} has no value") })
    }
}
