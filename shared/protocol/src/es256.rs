//! The one algorithm of our tokens (RFC 7518 section 3.4), given to the JWT library in place of the dozen that it knows: no other
//! can be asked of it, and functions do not carry RSA.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{EllipticCurve, ThumbprintHash};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use p256::ecdsa::signature::{self, Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::sec1::Coordinates;
use p256::pkcs8::DecodePrivateKey;
use sha2::{Digest, Sha256};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(ErrorKind::UnsupportedAlgorithm.into()),
        rsa_pub_components_from_public_key: |_| Err(ErrorKind::UnsupportedAlgorithm.into()),
        ec_pub_components_from_private_key: public_point,
        ed_pub_components_from_private_key: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
        compute_digest: digest,
    },
};

/// Gives the library its algorithm; whoever makes a key of it calls this first, again and again if need be.
pub fn install() {
    // Refused when it is there already.
    let _ = PROVIDER.install_default();
}

struct Signs(SigningKey);

struct Verifies(VerifyingKey);

impl Signer<Vec<u8>> for Signs {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signed: Signature = self.0.try_sign(message)?;
        Ok(signed.to_bytes().to_vec())
    }
}

impl JwtSigner for Signs {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

impl Verifier<Vec<u8>> for Verifies {
    fn verify(&self, message: &[u8], signed: &Vec<u8>) -> Result<(), signature::Error> {
        self.0.verify(message, &Signature::from_slice(signed)?)
    }
}

impl JwtVerifier for Verifies {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    ours(*algorithm, key.family())?;
    let key = SigningKey::from_pkcs8_der(key.as_bytes()).map_err(|_| ErrorKind::InvalidEcdsaKey)?;
    Ok(Box::new(Signs(key)))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    ours(*algorithm, key.family())?;
    let key = VerifyingKey::from_sec1_bytes(key.try_get_as_bytes()?).map_err(|_| ErrorKind::InvalidEcdsaKey)?;
    Ok(Box::new(Verifies(key)))
}

fn ours(algorithm: Algorithm, family: AlgorithmFamily) -> Result<(), Error> {
    let ours = algorithm == Algorithm::ES256 && family == AlgorithmFamily::Ec;
    if ours { Ok(()) } else { Err(ErrorKind::InvalidAlgorithm.into()) }
}

fn public_point(private_der: &[u8], algorithm: Algorithm) -> Result<(EllipticCurve, Vec<u8>, Vec<u8>), Error> {
    ours(algorithm, AlgorithmFamily::Ec)?;
    let key = SigningKey::from_pkcs8_der(private_der).map_err(|_| ErrorKind::InvalidEcdsaKey)?;
    let point = key.verifying_key().to_encoded_point(false);
    let Coordinates::Uncompressed { x, y } = point.coordinates() else { return Err(ErrorKind::InvalidEcdsaKey.into()) };
    Ok((EllipticCurve::P256, x.to_vec(), y.to_vec()))
}

fn digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>, Error> {
    if hash != ThumbprintHash::SHA256 {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    }
    Ok(Sha256::digest(data).to_vec())
}
