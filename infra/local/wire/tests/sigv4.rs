//! What AWS's own signers sign is accepted; anything else is refused by AWS's names.

#![cfg(test)]

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use local_wire::Caller;
use local_wire::sigv4::{Credentials, Denied, Key, Request, Signed, Stamp, check_header, check_query, is_presigned};
use proptest::prelude::*;

const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2026-01-02T03:04:05Z.
const SIGNED_AT: Duration = Duration::from_secs(1_767_323_045);

#[test]
fn the_golden_urls_of_two_independent_signers_are_accepted() {
    let viewer = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-ChannelARN=arn%3Aaws%3Akinesisvideo%3Aus-east-1%3A123456789012%3Achannel%2Fpool-001%2F1700000000000\
        &X-Amz-ClientId=viewer-1\
        &X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fkinesisvideo%2Faws4_request\
        &X-Amz-Date=20260102T030405Z&X-Amz-Expires=299&X-Amz-Security-Token=IQoJb3%2F%2F%2B%3Dtok\
        &X-Amz-SignedHeaders=host\
        &X-Amz-Signature=3e94c27e1b43cd96b003da8d4900abcd184e6115644606bfa830a62326235546";
    let master = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-ChannelARN=arn%3Aaws%3Akinesisvideo%3Aus-east-1%3A123456789012%3Achannel%2Fpool-001%2F1700000000000\
        &X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fkinesisvideo%2Faws4_request\
        &X-Amz-Date=20260102T030405Z&X-Amz-Expires=299&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=7f31719f79441c58428244987eb4cd28250cb4c535fa119e6d112e20b1e56f17";
    for (host, token, query) in [("v", Some("IQoJb3//+=tok"), viewer), ("m", None, master)] {
        let host = format!("{host}-1a2b3c4d.kinesisvideo.us-east-1.amazonaws.com");
        let sent = Sent::get(&host, &format!("/?{query}"));
        let table = keys(token);
        assert_eq!(sent.check_query(&table, at(298)), Ok(signed("kinesisvideo")));
        assert_eq!(sent.check_query(&table, at(299)), Ok(signed("kinesisvideo")));
        assert!(matches!(sent.check_query(&table, at(300)), Err(Denied::Expired { .. })));

        let elsewhere = Sent::get("m-99999999.kinesisvideo.us-east-1.amazonaws.com", &format!("/?{query}"));
        assert_eq!(elsewhere.check_query(&table, at(0)), Err(Denied::WrongSignature));
        let other_client = Sent::get(&host, &format!("/?{}", query.replace("pool-001", "pool-002")));
        assert_eq!(other_client.check_query(&table, at(0)), Err(Denied::WrongSignature));
    }
}

#[test]
fn a_header_signature_holds_five_minutes_in_both_directions() {
    let sent = Sent::signed_header(&Draft::example(), None);
    for seconds in [-300, 0, 300] {
        assert_eq!(sent.check_header(&keys(None), at(seconds)), Ok(signed("dynamodb")), "{seconds}");
    }
    let late = sent.check_header(&keys(None), at(301)).unwrap_err();
    assert_eq!(late.to_string(), "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z");
    assert!(matches!(sent.check_header(&keys(None), at(-301)), Err(Denied::NotYetCurrent { .. })));
}

#[test]
fn temporary_keys_count_only_with_their_own_token() {
    let table = keys(Some("token-of-the-role"));
    let draft = Draft::example();
    let with = |token| Sent::signed_header(&draft, token).check_header(&table, at(0));
    assert_eq!(with(Some("token-of-the-role")), Ok(signed("dynamodb")));
    assert_eq!(with(Some("another-token")), Err(Denied::UnknownKey));
    assert_eq!(with(None), Err(Denied::UnknownKey));
    let superfluous = Sent::signed_header(&draft, Some("any")).check_header(&keys(None), at(0));
    assert_eq!(superfluous, Err(Denied::UnknownKey));
}

#[test]
fn keys_that_are_not_in_the_table_are_unknown() {
    let table = keys(None);
    let sent = Sent::signed_header(&Draft::example(), None);
    assert_eq!(sent.check_header(&table, at(0)), Ok(signed("dynamodb")));
    table.remove(ACCESS_KEY);
    let denied = sent.check_header(&table, at(0)).unwrap_err();
    assert_eq!(denied, Denied::UnknownKey);
    let refusal = denied.refusal(403);
    assert_eq!((refusal.status, refusal.code), (403, "UnrecognizedClientException"));
    assert_eq!(refusal.message, "The security token included in the request is invalid.");
}

#[test]
fn a_body_goes_unsigned_only_where_aws_permits_it() {
    let check = |service: &'static str| {
        let mut draft = Draft { service, ..Draft::example() };
        draft.headers.push(("x-amz-content-sha256".into(), "UNSIGNED-PAYLOAD".into()));
        Sent::signed(&draft, None, SignatureLocation::Headers, SignableBody::UnsignedPayload)
            .check_header(&keys(None), at(0))
    };
    assert_eq!(check("s3"), Ok(signed("s3")));
    for service in ["dynamodb", "kinesis", "sqs", "ssm", "ses", "kinesisvideo", "execute-api"] {
        assert_eq!(check(service), Err(Denied::WrongSignature), "{service}");
    }
}

#[test]
fn an_amz_header_added_after_signing_is_refused() {
    let mut sent = Sent::signed_header(&Draft::example(), None);
    sent.headers.insert("x-amz-target", HeaderValue::from_static("DynamoDB_20120810.DeleteTable"));
    let text = "Header 'x-amz-target' is present and must be signed.".to_owned();
    assert_eq!(sent.check_header(&keys(None), at(0)), Err(Denied::Incomplete(text)));
}

#[test]
fn what_is_no_signature_is_told_from_a_wrong_one() {
    let table = keys(None);
    let plain = Sent::get("127.0.0.1:4566", "/");
    assert_eq!(plain.check_header(&table, at(0)), Err(Denied::Missing));
    assert_eq!(plain.check_query(&table, at(0)), Err(Denied::Missing));
    let good = Sent::signed_header(&Draft::example(), None);
    let authorization = good.headers["authorization"].to_str().unwrap().to_owned();
    for (from, to) in [
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA512 "),
        ("AWS4-HMAC-SHA256 ", "Bearer "),
        ("Credential=AKIDEXAMPLE/20260102/us-east-1/", "Credential=AKIDEXAMPLE/20260103/us-east-1/"),
        ("Credential=AKIDEXAMPLE/", "Credential=AKIDEXAMPLE/x/"),
        ("/aws4_request", "/aws5_request"),
        (";host;", ";"),
        (";host;", ";host;host;"),
        ("SignedHeaders=", "Nothing="),
        ("Signature=", "Signature=00"),
        ("Signature=", "Signature=x, Signature="),
    ] {
        assert!(authorization.contains(from), "{from}");
        let mut sent = good.clone();
        sent.headers.insert("authorization", HeaderValue::from_str(&authorization.replacen(from, to, 1)).unwrap());
        assert!(matches!(sent.check_header(&table, at(0)), Err(Denied::Incomplete(_))), "{to}");
    }
    let mut undated = good.clone();
    undated.headers.remove("x-amz-date");
    assert!(matches!(undated.check_header(&table, at(0)), Err(Denied::Incomplete(_))));
}

#[test]
fn a_presigned_query_needs_each_of_its_parameters_once() {
    let table = keys(None);
    let good = Sent::signed_query(&Draft::presigned(), None);
    assert!(is_presigned(&good.uri));
    assert_eq!(good.check_query(&table, at(0)), Ok(signed("kinesisvideo")));
    let query = good.uri.query().unwrap();
    for part in query.split('&').filter(|part| part.starts_with("X-Amz-")) {
        let without: Vec<&str> = query.split('&').filter(|other| other != &part).collect();
        let sent = Sent::get(&good.host(), &format!("/kvs/m-1?{}", without.join("&")));
        assert!(sent.check_query(&table, at(0)).is_err(), "without {part}");
        let sent = Sent::get(&good.host(), &format!("/kvs/m-1?{query}&{part}"));
        assert!(sent.check_query(&table, at(0)).is_err(), "twice {part}");
    }
    for expires in ["0", "604801", "-1", "+299", "", "x"] {
        let changed = query.replace("X-Amz-Expires=299", &format!("X-Amz-Expires={expires}"));
        let sent = Sent::get(&good.host(), &format!("/kvs/m-1?{changed}"));
        assert!(matches!(sent.check_query(&table, at(0)), Err(Denied::Incomplete(_))), "{expires}");
    }
}

#[test]
fn no_secret_is_shown_when_a_table_is_printed() {
    let printed = format!("{:?}", keys(Some("token-of-the-role")));
    assert!(printed.contains("Administrator"));
    assert!(!printed.contains(SECRET) && !printed.contains("token-of-the-role"), "{printed}");
}

proptest! {
    #[test]
    fn what_aws_signs_in_a_header_is_accepted(draft in drafts(), token in tokens(), skew in -300_i64..=300) {
        let sent = Sent::signed_header(&draft, token.as_deref());
        prop_assert_eq!(sent.check_header(&keys(token.as_deref()), at(skew)), Ok(signed(draft.service)));
    }

    #[test]
    fn what_aws_presigns_is_accepted(draft in drafts(), token in tokens(), age in 0_i64..=299) {
        let draft = Draft { body: Vec::new(), ..draft };
        let sent = Sent::signed_query(&draft, token.as_deref());
        prop_assert_eq!(sent.check_query(&keys(token.as_deref()), at(age)), Ok(signed(draft.service)));
    }

    #[test]
    fn a_changed_byte_is_refused(draft in drafts(), place in 0_usize..5, index in any::<prop::sample::Index>()) {
        let mut sent = Sent::signed_header(&draft, None);
        prop_assume!(sent.change(place, index));
        prop_assert!(sent.check_header(&keys(None), at(0)).is_err());
    }

    #[test]
    fn a_changed_byte_of_a_url_is_refused(draft in drafts(), index in any::<prop::sample::Index>(), to in any::<u8>()) {
        let draft = Draft { body: Vec::new(), ..draft };
        let mut sent = Sent::signed_query(&draft, None);
        prop_assume!(sent.change_uri(index, to));
        prop_assert!(sent.check_query(&keys(None), at(0)).is_err());
    }

    #[test]
    fn no_request_whatever_makes_the_check_panic(authorization in ".*", date in ".*", query in "[!-~]*") {
        let mut sent = Sent::get("h", "/");
        if let Ok(uri) = format!("/?X-Amz-Signature=1&{}", query.replace(['#', '"'], "")).parse() {
            sent.uri = uri;
        }
        for (name, value) in [("authorization", authorization), ("x-amz-date", date)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                sent.headers.insert(name, value);
            }
        }
        prop_assert!(sent.check_header(&keys(None), at(0)).is_err());
        prop_assert!(sent.check_query(&keys(None), at(0)).is_err());
    }
}

/// A request before it is signed.
#[derive(Debug, Clone)]
struct Draft {
    method: &'static str,
    host: String,
    path_and_query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    service: &'static str,
}

impl Draft {
    fn example() -> Self {
        Self {
            method: "POST",
            host: "127.0.0.1:4566".into(),
            path_and_query: "/".into(),
            headers: vec![("content-type".into(), "application/x-amz-json-1.0".into())],
            body: b"{}".to_vec(),
            service: "dynamodb",
        }
    }

    fn presigned() -> Self {
        Self {
            method: "GET",
            path_and_query: "/kvs/m-1?X-Amz-ChannelARN=arn%3Aaws%3Akinesisvideo&X-Amz-ClientId=v".into(),
            headers: vec![],
            body: vec![],
            service: "kinesisvideo",
            ..Self::example()
        }
    }
}

/// A request as it arrives.
#[derive(Debug, Clone)]
struct Sent {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    fn get(host: &str, path_and_query: &str) -> Self {
        let headers = HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_str(host).unwrap())]);
        Self { method: Method::GET, uri: path_and_query.parse().unwrap(), headers, body: vec![] }
    }

    fn signed_header(draft: &Draft, token: Option<&str>) -> Self {
        Self::signed(draft, token, SignatureLocation::Headers, SignableBody::Bytes(&draft.body))
    }

    fn signed_query(draft: &Draft, token: Option<&str>) -> Self {
        Self::signed(draft, token, SignatureLocation::QueryParams, SignableBody::Bytes(&draft.body))
    }

    fn signed(draft: &Draft, token: Option<&str>, location: SignatureLocation, body: SignableBody<'_>) -> Self {
        let identity =
            aws_credential_types::Credentials::new(ACCESS_KEY, SECRET, token.map(str::to_owned), None, "test").into();
        let mut settings = SigningSettings::default();
        settings.signature_location = location;
        settings.expires_in = (location == SignatureLocation::QueryParams).then_some(Duration::from_secs(299));
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(draft.service)
            .time(SystemTime::UNIX_EPOCH + SIGNED_AT)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let uri = format!("http://{}{}", draft.host, draft.path_and_query);
        let mut headers = draft.headers.clone();
        headers.push(("host".into(), draft.host.clone()));
        let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signable = SignableRequest::new(draft.method, uri.as_str(), pairs, body).unwrap();
        let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
        let mut request = http::Request::builder().method(draft.method).uri(&uri).body(()).unwrap();
        for (name, value) in &headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
        }
        instructions.apply_to_request_http1x(&mut request);
        let (parts, ()) = request.into_parts();
        let uri = parts.uri.path_and_query().unwrap().as_str().parse().unwrap();
        Self { method: parts.method, uri, headers: parts.headers, body: draft.body.clone() }
    }

    fn host(&self) -> String {
        self.headers["host"].to_str().unwrap().to_owned()
    }

    fn request(&self) -> Request<'_> {
        Request { method: &self.method, uri: &self.uri, headers: &self.headers, body: &self.body }
    }

    fn check_header(&self, credentials: &Credentials, now: SystemTime) -> Result<Signed, Denied> {
        check_header(self.request(), credentials, now)
    }

    fn check_query(&self, credentials: &Credentials, now: SystemTime) -> Result<Signed, Denied> {
        check_query(self.request(), credentials, now)
    }

    /// Changes one signed thing; `false` when there was nothing to change.
    fn change(&mut self, place: usize, index: prop::sample::Index) -> bool {
        match place {
            0 => self.method = if self.method == Method::GET { Method::PUT } else { Method::GET },
            1 => return self.change_uri(index, b'7'),
            2 => {
                let Some(byte) = (!self.body.is_empty()).then(|| index.get_mut(&mut self.body)) else { return false };
                *byte ^= 1;
            }
            3 => {
                let value = self.headers["authorization"].to_str().unwrap().to_owned();
                let at = value.len() - 64 + index.index(64);
                let other = if value.as_bytes()[at] == b'0' { "1" } else { "0" };
                let value = format!("{}{other}{}", &value[..at], &value[at + 1..]);
                self.headers.insert("authorization", HeaderValue::from_str(&value).unwrap());
            }
            _ => {
                let names: Vec<HeaderName> =
                    self.headers.keys().filter(|name| *name != "authorization").cloned().collect();
                let value = format!("{}x", self.headers[index.get(&names)].to_str().unwrap());
                self.headers.insert(index.get(&names), HeaderValue::from_str(&value).unwrap());
            }
        }
        true
    }

    /// Changes a byte of path or query; `false` when the URI came to mean the same or to be none.
    fn change_uri(&mut self, index: prop::sample::Index, to: u8) -> bool {
        let before = self.uri.to_string();
        let mut text = before.clone().into_bytes();
        *index.get_mut(&mut text) = to;
        let Ok(uri) = Uri::try_from(text) else { return false };
        if uri.host().is_some() || meaning(&uri) == meaning(&self.uri) {
            return false;
        }
        self.uri = uri;
        true
    }
}

/// Path segments that count, and the decoded query without order.
fn meaning(uri: &Uri) -> (Vec<String>, Vec<(String, String)>) {
    let mut segments: Vec<String> = Vec::new();
    for segment in uri.path().split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(other.to_owned()),
        }
    }
    if ["/", "/.", "/.."].iter().any(|end| uri.path().ends_with(end)) {
        segments.push(String::new());
    }
    let mut query: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    query.retain(|(name, value)| !(name.is_empty() && value.is_empty()));
    query.sort();
    (segments, query)
}

fn drafts() -> impl Strategy<Value = Draft> {
    let method = prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]);
    let segment = "([A-Za-z0-9._~@:+!$&'()*,;=-]|%[2-7][0-9A-E]){0,6}";
    let path = prop::collection::vec(segment, 0..4).prop_map(|parts| format!("/{}", parts.join("/")));
    let text = "([A-Za-z0-9._~@:!$'()*,;/?+-]|%[2-7][0-9A-E]|%C3%A9){0,8}";
    let query = prop::collection::vec(("[a-zA-Z][a-zA-Z0-9-]{0,5}", text), 0..5)
        .prop_map(|pairs| pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"));
    let header = ("x-(amz-)?[a-z]{1,6}", "[!-~]([ -~]{0,10}[!-~])?");
    let headers = prop::collection::btree_map(header.0, header.1, 0..4).prop_map(|map| map.into_iter().collect());
    let host = prop::sample::select(vec!["127.0.0.1:4566", "kinesisvideo.us-east-1.amazonaws.com", "localhost:1"]);
    let service = prop::sample::select(vec!["dynamodb", "kinesisvideo", "execute-api", "sqs"]);
    (method, path, query, headers, host, service, prop::collection::vec(any::<u8>(), 0..40)).prop_map(
        |(method, path, query, headers, host, service, body)| {
            let path_and_query = if query.is_empty() { path } else { format!("{path}?{query}") };
            Draft { method, host: host.to_owned(), path_and_query, headers, body, service }
        },
    )
}

fn tokens() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[A-Za-z0-9+/=]{1,40}")
}

fn keys(token: Option<&str>) -> Credentials {
    let table = Credentials::new();
    let key = Key { secret: SECRET.to_owned(), session_token: token.map(str::to_owned), caller: Caller::Administrator };
    table.insert(ACCESS_KEY, key);
    table
}

fn signed(service: &str) -> Signed {
    Signed {
        caller: Caller::Administrator,
        access_key: ACCESS_KEY.to_owned(),
        region: "us-east-1".to_owned(),
        service: service.to_owned(),
    }
}

/// The time of signing, moved by so many seconds.
fn at(seconds: i64) -> SystemTime {
    let moved = SIGNED_AT.as_secs().checked_add_signed(seconds).unwrap();
    assert_eq!(Stamp::parse("20260102T030405Z"), Some(Stamp::of(SystemTime::UNIX_EPOCH + SIGNED_AT)));
    SystemTime::UNIX_EPOCH + Duration::from_secs(moved)
}
