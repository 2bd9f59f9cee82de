//! Reads and writes SSM parameters.

use aws_sdk_ssm::types::ParameterType;
use ports::{Error, Parameters};

use crate::clients::failure;
use crate::{Aws, Environment};

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
    /// The parameters whose names the environment holds under these names, by one call: a cold start waits once.
    ///
    /// # Errors
    /// Names the variable that is missing; a parameter is missing, or SSM did not answer.
    pub async fn settings<const N: usize>(&self, variables: [&str; N]) -> anyhow::Result<[String; N]> {
        let names = variables.iter().map(|name| Environment.text(name)).collect::<Result<Vec<_>, _>>()?;
        let mut names = names.iter().map(String::as_str);
        Ok(self.parameters(variables.map(|_| names.next().unwrap_or_default())).await?)
    }

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
    /// One call, whose parameters come in no order (AWS Systems Manager API Reference, "GetParameters").
    async fn parameters<const N: usize>(&self, names: [&str; N]) -> Result<[String; N], Error> {
        let call = self.ssm().get_parameters().set_names(Some(names.map(str::to_owned).into())).with_decryption(true);
        let answer = call.send().await.map_err(|error| {
            tracing::error!(?names, "parameters cannot be read");
            failure(PORT, &error)
        })?;
        let value_of = |name: &str| {
            let found = answer.parameters().iter().find(|parameter| parameter.name() == Some(name));
            found.and_then(|parameter| parameter.value()).map(str::to_owned)
        };
        let missing = names.iter().find(|name| value_of(name).is_none());
        if let Some(name) = missing {
            tracing::error!(name, "there is no such parameter");
            return Err(Error::Failed { port: PORT, why: "ParameterNotFound".to_owned() });
        }
        Ok(names.map(|name| value_of(name).unwrap_or_default()))
    }
}
