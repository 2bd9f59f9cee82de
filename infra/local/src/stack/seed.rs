//! The SSM parameters a stack starts with: those of the template, and the key pair that signs tokens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use local_services::ssm::{Kind, Ssm};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::StartError;
use crate::random;
use crate::template::Template;

/// Template parameters whose values name the SSM parameters of the key pair.
const PRIVATE: &str = "SigningKeyParameter";
const PUBLIC: &str = "PublicKeysParameter";

/// Puts the template's parameters, and makes a key pair where there is none yet.
///
/// # Errors
/// A line when SSM refuses a name or a value, or holds a private key that is none.
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
        let key = match ssm.value(private_name) {
            Some(pem) => {
                SecretKey::from_pkcs8_pem(&pem).map_err(|_| format!("{private_name} holds no PKCS#8 P-256 key"))?
            }
            None => made_up_key(),
        };
        let pem =
            key.to_pkcs8_pem(LineEnding::LF).map_err(|error| format!("the signing key cannot be written: {error}"))?;
        put(ssm, private_name, Kind::SecureString, &pem)?;
        put(ssm, public_name, Kind::String, &json!({ "keys": [public_jwk(&key)] }).to_string())?;
    }
    Ok(())
}

fn put(ssm: &Ssm, name: &str, kind: Kind, value: &str) -> Result<(), StartError> {
    if ssm.value(name).as_deref() == Some(value) {
        return Ok(());
    }
    let refused = |refusal: local_wire::Refusal| format!("SSM refuses the parameter {name}: {}", refusal.message);
    ssm.put(name, kind, value).map(|_| ()).map_err(|refusal| refused(refusal).into())
}

fn made_up_key() -> SecretKey {
    loop {
        // Almost every 32 bytes are a key; the few above the group order are drawn again.
        if let Ok(key) = SecretKey::from_slice(&random::bytes::<32>()) {
            return key;
        }
    }
}

/// The public half (RFC 7517, RFC 7518 section 6.2), with its thumbprint (RFC 7638) as `kid`.
fn public_jwk(key: &SecretKey) -> Value {
    let point = key.public_key().to_encoded_point(false);
    let encoded = |coordinate: Option<&p256::FieldBytes>| {
        coordinate.map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
    };
    let (x, y) = (encoded(point.x()), encoded(point.y()));
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let kid = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
    json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "use": "sig", "kid": kid })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 7515 appendix A.3.1.
    #[test]
    fn the_public_half_is_the_one_of_the_rfc() {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").expect("base64");
        let jwk = public_jwk(&SecretKey::from_slice(&bytes).expect("a key"));
        assert_eq!(jwk["x"], "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
        assert_eq!(jwk["y"], "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        assert_eq!(jwk["kid"].as_str().map(str::len), Some(43));
    }

    const TEMPLATE: &str = "
Parameters:
  SigningKeyParameter: { Type: String, Default: /keys/private }
  PublicKeysParameter: { Type: String, Default: /keys/public }
Resources:
  Origin: { Type: AWS::SSM::Parameter, Properties: { Name: /origin, Type: String, Value: here } }
";

    #[test]
    fn a_key_pair_is_made_once_and_its_halves_belong_together() {
        let place = crate::template::place::Place { stack_name: "s".to_owned(), port: 1, aws_port: 2 };
        let template = Template::read(TEMPLATE, &std::collections::BTreeMap::new(), &place).expect("understood");
        let ssm = Ssm::open(None).expect("in memory");
        parameters(&ssm, &template).expect("seeded");
        let (private, public) = (ssm.value("/keys/private").expect("there"), ssm.value("/keys/public").expect("there"));
        assert_eq!(ssm.value("/origin").as_deref(), Some("here"));

        let key = SecretKey::from_pkcs8_pem(&private).expect("PKCS#8");
        let keys: Value = serde_json::from_str(&public).expect("JSON");
        assert_eq!(keys, json!({ "keys": [public_jwk(&key)] }));

        parameters(&ssm, &template).expect("seeded again");
        assert_eq!((ssm.value("/keys/private"), ssm.value("/keys/public")), (Some(private), Some(public)));
    }
}
