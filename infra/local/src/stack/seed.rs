//! The SSM parameters a stack starts with: those of the template, the key pairs that sign tokens and pushes, and the secrets
//! that nobody but a function needs to know.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use local_services::ssm::{Kind, Ssm};

use super::StartError;
use crate::random;
use crate::template::Template;

/// Template parameters whose values name the SSM parameters of the key pairs: the one that signs, and the one that will.
const PRIVATE: &str = "SigningKeyParameter";
const PUBLIC: &str = "PublicKeysParameter";
/// Those of the pair by which push services know a deployment.
const PUSH: [&str; 2] = ["PushKeyParameter", "PushPublicKeyParameter"];
/// Template parameters whose values name SecureStrings of 256 bits that are made once, by chance.
const SECRETS: [&str; 4] = ["DeviceSecretParameter", "EvidenceKeysParameter", "MetricsTokenParameter", TURN_SECRET];
const TURN_SECRET: &str = "TurnSharedSecretParameter";

/// Puts the template's parameters, and makes keys and secrets where there are none yet.
///
/// # Errors
/// A line when SSM refuses a name or a value.
pub fn parameters(ssm: &Ssm, template: &Template) -> Result<(), StartError> {
    for parameter in &template.ssm_parameters {
        let text = |key: &str| parameter.properties.required_text(key).map_err(|fault| fault.to_string());
        let kind = match text("Type")?.as_str() {
            "String" => Kind::String,
            "StringList" => Kind::StringList,
            other => return Err(format!("line {}: an SSM parameter cannot be of type {other}", parameter.line).into()),
        };
        put(ssm, &parameter.name, kind, &text("Value")?)?;
    }
    let name = |parameter: &str| template.parameters.get(parameter);
    if let (Some(private_name), Some(public_name)) = (name(PRIVATE), name(PUBLIC)) {
        // Keys that stand there may have been rotated since; both parameters belong together.
        if ssm.value(private_name).is_none() || ssm.value(public_name).is_none() {
            let made = keys::first(&mut |bytes| getrandom::fill(bytes).is_ok());
            let made = made.map_err(|error| format!("no keys can be made: {error}"))?;
            put(ssm, private_name, Kind::SecureString, &made.private)?;
            put(ssm, public_name, Kind::String, &made.public)?;
        }
    }
    if let [Some(private_name), Some(public_name)] = PUSH.map(name)
        && ssm.value(private_name).is_none()
    {
        let made = keys::push(&mut |bytes| getrandom::fill(bytes).is_ok());
        let made = made.map_err(|error| format!("no key for pushes can be made: {error}"))?;
        put(ssm, private_name, Kind::SecureString, &made.private)?;
        put(ssm, public_name, Kind::String, &made.public)?;
    }
    for secret_name in SECRETS.into_iter().filter_map(name).filter(|name| ssm.value(name).is_none()) {
        put(ssm, secret_name, Kind::SecureString, &BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<32>()))?;
    }
    Ok(())
}

/// What a parameter of the template's finds in SSM: a list of secrets, made where there is none yet.
pub fn list(ssm: &Ssm, name: &str) -> String {
    let made = || {
        let secrets = keys::origin_secrets(&mut |bytes| getrandom::fill(bytes).is_ok()).unwrap_or_default();
        // A name that SSM refuses is found by the function that needs it.
        let _ = put(ssm, name, Kind::StringList, &secrets);
        secrets
    };
    ssm.value(name).unwrap_or_else(made)
}

/// What the functions share with TURN servers of one's own, as which ours may serve.
pub fn turn_secret(ssm: &Ssm, template: &Template) -> Option<String> {
    ssm.value(template.parameters.get(TURN_SECRET)?)
}

fn put(ssm: &Ssm, name: &str, kind: Kind, value: &str) -> Result<(), StartError> {
    if ssm.value(name).as_deref() == Some(value) {
        return Ok(());
    }
    let refused = |refusal: local_wire::Refusal| format!("SSM refuses the parameter {name}: {}", refusal.message);
    ssm.put(name, kind, value).map(|_| ()).map_err(|refusal| refused(refusal).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "
Parameters:
  SigningKeyParameter: { Type: String, Default: /keys/private }
  PublicKeysParameter: { Type: String, Default: /keys/public }
  DeviceSecretParameter: { Type: String, Default: /keys/device }
  TurnSharedSecretParameter: { Type: String, Default: /keys/turn }
  MetricsTokenParameter: { Type: String, Default: /keys/metrics }
Resources:
  Origin: { Type: AWS::SSM::Parameter, Properties: { Name: /origin, Type: String, Value: here } }
";

    #[test]
    fn keys_are_made_once_and_their_halves_belong_together() {
        let place = crate::template::place::Place { stack_name: "s".to_owned(), port: 1, aws_port: 2 };
        let template = Template::read(TEMPLATE, &std::collections::BTreeMap::new(), &place).expect("understood");
        let ssm = Ssm::open(None).expect("in memory");
        parameters(&ssm, &template).expect("seeded");
        let (private, public) = (ssm.value("/keys/private").expect("there"), ssm.value("/keys/public").expect("there"));
        assert_eq!(ssm.value("/origin").as_deref(), Some("here"));

        assert_eq!((private.matches("BEGIN PRIVATE KEY").count(), public.matches("\"kid\"").count()), (2, 2));
        let secret = ssm.value("/keys/device").expect("there");
        assert_eq!(secret.len(), 43, "256 bits");
        assert!(turn_secret(&ssm, &template).is_some_and(|turn| turn != secret && turn.len() == 43));
        let token = ssm.value("/keys/metrics").expect("there");
        assert!(token.len() == 43 && token != secret, "each secret is one of its own");

        parameters(&ssm, &template).expect("seeded again");
        let values = ["/keys/private", "/keys/public", "/keys/device", "/keys/metrics"].map(|name| ssm.value(name));
        assert_eq!(values, [Some(private), Some(public), Some(secret), Some(token)]);
    }
}
