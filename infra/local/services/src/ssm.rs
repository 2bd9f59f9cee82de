//! SSM Parameter Store.
//!
//! Source: "AWS Systems Manager API Reference" (GetParameter and its kin). Not imitated: history
//! (only the newest version is kept), labels, policies, tiers beyond the size of a value, and KMS.
//! A `SecureString` lies in the data folder unencrypted, but without `WithDecryption` a caller gets
//! random text in its place, as opaque as AWS's ciphertext.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use local_wire::{Call, Refusal, Reply, Service};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::request::{JSON_1_1, read, unknown_operation, without_nulls};
use crate::store::{OpenError, Store, Write};
use crate::{ACCOUNT, REGION, clock};

/// Bytes of a value, as in the advanced tier (the standard tier has 4 KiB).
const VALUE_BYTES_MAX: usize = 8 << 10;
/// Bytes of a name with its path.
const NAME_BYTES_MAX: usize = 2_048;
/// Names in one `GetParameters`, and parameters in one page of `GetParametersByPath`.
const PAGE_MAX: usize = 10;

/// Parameters on this machine.
pub struct Ssm {
    parameters: Mutex<BTreeMap<String, Parameter>>,
    store: Store,
}

/// What kind of value a parameter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Text.
    String,
    /// Texts with commas between.
    StringList,
    /// Text that is given in clear only on demand.
    SecureString,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Parameter {
    kind: Kind,
    value: String,
    version: u64,
    changed_at_ms: u64,
    /// What stands for a `SecureString` that is not decrypted.
    sealed: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    name: String,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetMany {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetByPath {
    path: String,
    #[serde(default)]
    recursive: bool,
    #[serde(default)]
    with_decryption: bool,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    name: String,
    value: String,
    r#type: Option<Kind>,
    #[serde(default)]
    overwrite: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Delete {
    name: String,
}

impl Ssm {
    /// Opens the parameters kept in `<data>/ssm.sqlite`, or none, in memory.
    ///
    /// # Errors
    /// [`OpenError`] when the folder or the file cannot be used.
    pub fn open(data: Option<&Path>) -> Result<Self, OpenError> {
        let store = Store::open(data, "ssm")?;
        let broken = |reason: String| OpenError::File { path: PathBuf::from("ssm.sqlite"), reason };
        let mut parameters = BTreeMap::new();
        for (name, value) in store.rows("").map_err(|error| broken(error.to_string()))? {
            parameters.insert(name, serde_json::from_slice(&value).map_err(|error| broken(error.to_string()))?);
        }
        Ok(Self { parameters: Mutex::new(parameters), store })
    }

    /// The value of a parameter in clear, for the stack itself.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        self.parameters().get(name).map(|parameter| parameter.value.clone())
    }

    /// Sets a parameter, new or not, and gives its version.
    ///
    /// # Errors
    /// AWS's refusal of the name or the value.
    pub fn put(&self, name: &str, kind: Kind, value: &str) -> Result<u64, Refusal> {
        check(name, value)?;
        let mut parameters = self.parameters();
        let version = parameters.get(name).map_or(0, |parameter| parameter.version) + 1;
        let sealed = format!("AQICAHi{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
        let parameter = Parameter { kind, value: value.to_owned(), version, changed_at_ms: clock::now_ms(), sealed };
        let row = serde_json::to_vec(&parameter)
            .map_err(|error| Refusal::new(500, "InternalServerError", error.to_string()))?;
        self.store.write(&[Write::Put(name.to_owned(), row)])?;
        parameters.insert(name.to_owned(), parameter);
        Ok(version)
    }

    fn put_by_call(&self, request: &Put) -> Result<Value, Refusal> {
        let there = self.parameters().get(&request.name).map(|parameter| parameter.kind);
        let kind = match (there, request.r#type) {
            (Some(_), _) if !request.overwrite => {
                let message = "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.";
                return Err(Refusal::new(400, "ParameterAlreadyExists", message));
            }
            (None, None) => {
                let message = "A parameter type is required when you create a parameter.";
                return Err(Refusal::new(400, "ValidationException", message));
            }
            (Some(kind), None) | (_, Some(kind)) => kind,
        };
        let version = self.put(&request.name, kind, &request.value)?;
        Ok(json!({"Version": version, "Tier": "Standard"}))
    }

    fn get(&self, request: &Get) -> Result<Value, Refusal> {
        let parameters = self.parameters();
        let found = find(&parameters, &request.name)?;
        let (name, parameter) = found.ok_or_else(|| Refusal::new(400, "ParameterNotFound", ""))?;
        Ok(json!({"Parameter": shown(name, parameter, request.with_decryption)}))
    }

    fn get_many(&self, request: &GetMany) -> Result<Value, Refusal> {
        if !(1..=PAGE_MAX).contains(&request.names.len()) {
            return Err(Refusal::new(400, "ValidationException", format!("Names must be 1 to {PAGE_MAX} names.")));
        }
        let parameters = self.parameters();
        let (mut found, mut invalid) = (Vec::new(), Vec::new());
        for asked in &request.names {
            match find(&parameters, asked) {
                Ok(Some((name, parameter))) => found.push(shown(name, parameter, request.with_decryption)),
                Ok(None) | Err(_) => invalid.push(asked),
            }
        }
        Ok(json!({"Parameters": found, "InvalidParameters": invalid}))
    }

    fn get_by_path(&self, request: &GetByPath) -> Result<Value, Refusal> {
        if !request.path.starts_with('/') {
            let message = "The parameter path must begin with a slash (/).";
            return Err(Refusal::new(400, "ValidationException", message));
        }
        let folder = format!("{}/", request.path.trim_end_matches('/'));
        let after = request.next_token.as_deref().unwrap_or("");
        let limit = request.max_results.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
        let parameters = self.parameters();
        let below =
            |name: &str| name.strip_prefix(&folder).is_some_and(|rest| request.recursive || !rest.contains('/'));
        let found: Vec<_> = parameters.iter().filter(|(name, _)| below(name) && name.as_str() > after).collect();
        let page = &found[..found.len().min(limit)];
        let next_token = page.last().filter(|_| page.len() < found.len()).map(|(name, _)| name);
        let shown: Vec<Value> =
            page.iter().map(|(name, parameter)| shown(name, parameter, request.with_decryption)).collect();
        Ok(without_nulls(json!({"Parameters": shown, "NextToken": next_token})))
    }

    fn delete(&self, request: &Delete) -> Result<Value, Refusal> {
        let mut parameters = self.parameters();
        if !parameters.contains_key(&request.name) {
            return Err(Refusal::new(400, "ParameterNotFound", ""));
        }
        self.store.write(&[Write::Delete(request.name.clone())])?;
        parameters.remove(&request.name);
        Ok(json!({}))
    }

    fn parameters(&self) -> MutexGuard<'_, BTreeMap<String, Parameter>> {
        self.parameters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn carry_out(&self, call: &Call) -> Result<Reply, Refusal> {
        let value = match call.operation.as_str() {
            "DeleteParameter" => self.delete(&read(call)?)?,
            "GetParameter" => self.get(&read(call)?)?,
            "GetParameters" => self.get_many(&read(call)?)?,
            "GetParametersByPath" => self.get_by_path(&read(call)?)?,
            "PutParameter" => self.put_by_call(&read(call)?)?,
            _ => return Err(unknown_operation(call)),
        };
        Ok(Reply { status: 200, content_type: JSON_1_1, body: Bytes::from(value.to_string()) })
    }
}

impl Service for Ssm {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Reply, Refusal>> {
        Box::pin(async move { self.carry_out(&call) })
    }
}

/// Finds by name or ARN, each with a version behind a colon if wanted.
fn find<'a>(
    parameters: &'a BTreeMap<String, Parameter>,
    asked: &str,
) -> Result<Option<(&'a String, &'a Parameter)>, Refusal> {
    let name = asked.strip_prefix(&format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter")).unwrap_or(asked);
    let (name, version) = match name.rsplit_once(':') {
        Some((name, version)) => (name, Some(version)),
        None => (name, None),
    };
    // The ARN of a name without a path has a slash that the name has not.
    let found = parameters.get_key_value(name).or_else(|| parameters.get_key_value(name.strip_prefix('/')?));
    match (found, version) {
        (Some((_, parameter)), Some(version)) if parameter.version.to_string() != version => {
            let message = format!(
                "Systems Manager could not find version {version} of {name}. Verify the version and try again."
            );
            Err(Refusal::new(400, "ParameterVersionNotFound", message))
        }
        (found, _) => Ok(found),
    }
}

fn shown(name: &str, parameter: &Parameter, with_decryption: bool) -> Value {
    let sealed = parameter.kind == Kind::SecureString && !with_decryption;
    json!({
        "Name": name,
        "Type": parameter.kind,
        "Value": if sealed { &parameter.sealed } else { &parameter.value },
        "Version": parameter.version,
        "LastModifiedDate": clock::epoch_seconds(parameter.changed_at_ms),
        "ARN": format!("arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{}{name}", if name.starts_with('/') { "" } else { "/" }),
        "DataType": "text",
    })
}

fn check(name: &str, value: &str) -> Result<(), Refusal> {
    let refused = |message: String| Err(Refusal::new(400, "ValidationException", message));
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_.-/".contains(letter);
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(fits) {
        return refused("Parameter name: can't be empty, and can only include a-z A-Z 0-9 _ . - and /.".to_owned());
    }
    if name.contains('/') && !name.starts_with('/') {
        return refused("Parameter name must be a fully qualified name.".to_owned());
    }
    let lower = name.trim_start_matches('/').to_ascii_lowercase();
    if lower.starts_with("aws") || lower.starts_with("ssm") {
        return refused("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).".to_owned());
    }
    if value.is_empty() || value.len() > VALUE_BYTES_MAX {
        return refused(format!("Value must have 1 to {VALUE_BYTES_MAX} bytes."));
    }
    Ok(())
}
