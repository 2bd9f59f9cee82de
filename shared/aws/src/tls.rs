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
