//! What CloudFront adds: the page's response headers, and headers for the origins.

use std::collections::BTreeMap;

use super::evaluate::Scope;
use super::fault::Fault;
use super::node::Value;
use super::resource;
use super::schema;

/// What the distribution adds to requests and answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Headers of every answer for the page, by the `ResponseHeadersPolicy`; `None` when there is none.
    pub response_headers: Option<Vec<(String, String)>>,
    /// Path patterns and the domain name of the origin behind each, in order of precedence.
    pub behaviors: Vec<(String, String)>,
    /// `OriginCustomHeaders` by the origin's domain name.
    pub origin_headers_by_domain: BTreeMap<String, Vec<(String, String)>>,
}

/// Reads the policy and the distribution.
///
/// # Errors
/// The first fault found.
pub fn read(scope: &Scope<'_>) -> Result<Page, Fault> {
    let mut page = Page::default();
    for (policy, _) in resource::all_of(scope, "AWS::CloudFront::ResponseHeadersPolicy")? {
        if let Some(config) = policy.properties.get("ResponseHeadersPolicyConfig") {
            page.response_headers.get_or_insert_default().extend(response_headers(config)?);
        }
    }
    for (distribution, _) in resource::all_of(scope, "AWS::CloudFront::Distribution")? {
        if let Some(config) = distribution.properties.get("DistributionConfig") {
            origins_and_behaviors(config, &mut page)?;
        }
    }
    Ok(page)
}

fn origins_and_behaviors(config: &Value, page: &mut Page) -> Result<(), Fault> {
    let mut domain_by_id = BTreeMap::new();
    for origin in config.get("Origins").map_or(&[][..], Value::items) {
        let headers = origin.get("OriginCustomHeaders").map_or(&[][..], Value::items);
        let pair = |header: &Value| Ok((header.required_text("HeaderName")?, header.required_text("HeaderValue")?));
        let headers = headers.iter().map(pair).collect::<Result<Vec<_>, Fault>>()?;
        let domain = origin.required_text("DomainName")?;
        domain_by_id.insert(origin.required_text("Id")?, domain.clone());
        page.origin_headers_by_domain.insert(domain, headers);
    }
    for behavior in config.get("CacheBehaviors").map_or(&[][..], Value::items) {
        let target = behavior.required_text("TargetOriginId")?;
        let domain = domain_by_id.get(&target);
        let domain = domain.ok_or_else(|| Fault::new(behavior.line, format!("there is no origin {target}")))?;
        page.behaviors.push((behavior.required_text("PathPattern")?, domain.clone()));
    }
    Ok(())
}

/// "Understand response headers policies", CloudFront Developer Guide.
fn response_headers(config: &Value) -> Result<Vec<(String, String)>, Fault> {
    let sections = ["Name", "Comment", "SecurityHeadersConfig", "CustomHeadersConfig"];
    schema::only(config, "ResponseHeadersPolicyConfig", &[&sections])?;
    let mut headers = Vec::new();
    let security = config.get("SecurityHeadersConfig");
    for entry in security.map_or(Ok(&[][..]), |security| security.entries("SecurityHeadersConfig"))? {
        let value = &entry.value;
        let (name, text) = match entry.key.as_str() {
            "ContentSecurityPolicy" => ("content-security-policy", value.required_text("ContentSecurityPolicy")?),
            "ContentTypeOptions" => ("x-content-type-options", "nosniff".to_owned()),
            "FrameOptions" => ("x-frame-options", value.required_text("FrameOption")?),
            "ReferrerPolicy" => ("referrer-policy", value.required_text("ReferrerPolicy")?),
            "StrictTransportSecurity" => ("strict-transport-security", strict_transport(value)?),
            "XSSProtection" => continue,
            other => {
                return Err(Fault::new(
                    entry.line,
                    format!("the local stack does not know the header section {other}"),
                ));
            }
        };
        headers.push((name.to_owned(), text));
    }
    let custom = config.get("CustomHeadersConfig").and_then(|custom| custom.get("Items"));
    for item in custom.map_or(&[][..], Value::items) {
        headers.push((item.required_text("Header")?.to_lowercase(), item.required_text("Value")?));
    }
    Ok(headers)
}

fn strict_transport(value: &Value) -> Result<String, Fault> {
    let mut text = format!("max-age={}", value.required_text("AccessControlMaxAgeSec")?);
    if value.optional_bool("IncludeSubdomains")?.unwrap_or(false) {
        text.push_str("; includeSubDomains");
    }
    if value.optional_bool("Preload")?.unwrap_or(false) {
        text.push_str("; preload");
    }
    Ok(text)
}
