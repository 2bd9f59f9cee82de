//! How AWS is spoken to: by one HTTP client for all services, which believes Amazon's own certificates.

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The roots of Amazon Trust Services (<https://www.amazontrust.com/repository/>), which sign for every endpoint of AWS; the
/// first of them ends in December 2037. To read the machine's own 140 costs a cold start 2.5 ms.
const AMAZON_ROOTS: &str = include_str!("amazon_roots.pem");

/// The client that all of a function's SDK clients share.
pub(crate) fn amazon() -> SharedHttpClient {
    believing(AMAZON_ROOTS)
}

/// A client that believes these roots (PEM) and no others. It panics on its first use if one of them is no certificate.
fn believing(roots: &str) -> SharedHttpClient {
    let context = TlsContext::builder().with_trust_store(TrustStore::empty().with_pem_certificate(roots)).build();
    let builder = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    match context {
        Ok(context) => builder.tls_context(context).build_https(),
        // Rustls takes any; other providers may refuse.
        Err(error) => unreachable!("{error}"),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;

    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use futures_util::future::{Either, select};
    use ports::Parameters;
    use sha2::{Digest, Sha256};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::pem::PemObject;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    use super::*;
    use crate::{Aws, Credentials, Place};

    /// Signed by itself, for `localhost`, until 2120.
    const LOCALHOST: &str = include_str!("../tests/keys/localhost.pem");
    const KEY: &str = include_str!("../tests/keys/localhost-key.pem");

    /// SHA-256 of each certificate, in the file's order, as Mozilla lists them (CCADB, "Included CA certificates"), which is how
    /// any other copy of the file is checked.
    const FINGERPRINTS: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_roots_are_those_of_amazon() {
        let fingerprint = |certificate: &str| {
            let (_, rest) = certificate.split_once("-----BEGIN CERTIFICATE-----")?;
            let der = BASE64_STANDARD.decode(rest.replace('\n', "")).ok()?;
            Some(Sha256::digest(der).iter().map(|byte| format!("{byte:02x}")).collect())
        };
        let found: Vec<String> = AMAZON_ROOTS.split("-----END CERTIFICATE-----").filter_map(fingerprint).collect();
        assert_eq!(found, FINGERPRINTS);
    }

    /// Nobody here can show a certificate of Amazon's; that the same client believes the server by another root proves that it
    /// is the root for which it is refused.
    #[tokio::test]
    async fn a_server_is_believed_by_its_root_alone() {
        let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).expect("a key");
        let certificate = CertificateDer::from_pem_slice(LOCALHOST.as_bytes()).expect("a certificate");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("a server");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("https://localhost:{}", listener.local_addr().expect("bound").port());
        let serving = serve(listener, TlsAcceptor::from(Arc::new(config)));

        let read = async |http| {
            let place = Place { region: "us-east-1".into(), endpoint: Some(endpoint.clone()), ..Place::default() };
            let world = Aws::over(place, Credentials::new("id", "secret", None, None, "test"), http);
            world.parameter("/a").await
        };
        let reading = async { (read(believing(LOCALHOST)).await, read(amazon()).await) };
        let Either::Right(((told, refused), _)) = select(pin!(serving), pin!(reading)).await else {
            panic!("the server has ended");
        };
        assert_eq!(told, Ok("told".to_owned()));
        assert_eq!(refused, Err(ports::Error::Failed { port: "parameters", why: "no connection".into() }));
    }

    /// Answers each connection's first request as SSM would.
    async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
        const ANSWER: &str = r#"{"Parameters":[{"Name":"/a","Type":"String","Value":"told","Version":1}]}"#;
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 8192];
            let _ = stream.read(&mut request).await;
            let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", ANSWER.len());
            let _ = stream.write_all((head + ANSWER).as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    }
}
