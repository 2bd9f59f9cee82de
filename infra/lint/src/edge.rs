//! What the world reaches: throttles, transport, headers.

use crate::Finding;
use crate::template::{Resource, Template};

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mut findings = Vec::new();
    for kind in ["AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Stage"] {
        for api in template.of(kind) {
            let limit = |key| api.number(&["DefaultRouteSettings", key]).is_some_and(|limit| limit > 0);
            if !(limit("ThrottlingRateLimit") && limit("ThrottlingBurstLimit")) {
                findings.push(api.finding("DefaultRouteSettings must throttle by rate and burst"));
            }
        }
    }
    findings.extend(
        template
            .of("AWS::Serverless::HttpApi")
            .filter(|api| !logs_requests(api))
            .map(|api| api.finding("AccessLogSettings must log each request, and nothing of a person")),
    );
    findings.extend(template.of("AWS::CloudFront::Distribution").flat_map(distribution));
    findings.extend(template.of("AWS::CloudFront::ResponseHeadersPolicy").flat_map(headers));
    findings.extend(
        template
            .of("AWS::Lambda::Permission")
            .filter(|permission| permission.at(&["SourceArn"]).is_none())
            .map(|permission| permission.finding("SourceArn must say which route may call")),
    );
    findings
}

/// What a log of requests may hold ("Logging variables" of API Gateway).
const LOGGED: [&str; 5] = ["requestId", "routeKey", "status", "responseLatency", "error.message"];

fn logs_requests(api: &Resource) -> bool {
    let format = api.text(&["AccessLogSettings", "Format"]).unwrap_or_default();
    let mut variables = format.split("$context.").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
    api.at(&["AccessLogSettings", "DestinationArn"]).is_some()
        && format.contains("$context.")
        && variables.all(|variable| LOGGED.contains(&variable))
}

fn distribution(distribution: &Resource) -> Vec<Finding> {
    let config = ["DistributionConfig"];
    let Some(config) = distribution.at(&config) else { return vec![distribution.finding("has no DistributionConfig")] };
    let others = config.at(&["CacheBehaviors"]).map(|list| list.items()).unwrap_or_default();
    let behaviours = others.iter().copied().chain(config.at(&["DefaultCacheBehavior"]));
    let mut findings: Vec<Finding> = behaviours
        .filter(|behaviour| {
            !matches!(behaviour.text(&["ViewerProtocolPolicy"]), Some("https-only" | "redirect-to-https"))
        })
        .map(|behaviour| Finding { line: behaviour.line, message: "a behaviour must demand https".to_owned() })
        .collect();
    let unnamed = others.iter().filter(|behaviour| {
        let functions = behaviour.at(&["FunctionAssociations"]).map(|list| list.items()).unwrap_or_default();
        !functions.iter().any(|function| function.at(&["FunctionARN"]).is_some_and(|arn| arn.names("ViewerAddress")))
    });
    findings.extend(unnamed.map(|behaviour| Finding {
        line: behaviour.line,
        message: "whatever reaches a function must pass ViewerAddress, or anybody names his own address".to_owned(),
    }));
    let origins = config.at(&["Origins"]).map(|list| list.items()).unwrap_or_default();
    let open = origins.iter().filter(|origin| {
        let private = origin.at(&["OriginAccessControlId"]).is_some();
        !private && origin.text(&["CustomOriginConfig", "OriginProtocolPolicy"]) != Some("https-only")
    });
    findings.extend(
        open.map(|origin| Finding { line: origin.line, message: "an origin is reached by https only".to_owned() }),
    );
    findings
}

/// What a browser lets the page use, and nobody whom it frames.
const PERMISSIONS: &str =
    "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";

fn headers(policy: &Resource) -> Vec<Finding> {
    let custom = policy.at(&["ResponseHeadersPolicyConfig", "CustomHeadersConfig", "Items"]);
    let custom = custom.map(|list| list.items()).unwrap_or_default();
    let says = |name: &str, value: &str| {
        custom.iter().any(|item| item.text(&["Header"]) == Some(name) && item.text(&["Value"]) == Some(value))
    };
    let root = ["ResponseHeadersPolicyConfig", "SecurityHeadersConfig"];
    let at = |path: &[&'static str]| policy.text(&[&root[..], path].concat());
    let content = at(&["ContentSecurityPolicy", "ContentSecurityPolicy"]).unwrap_or_default();
    let year = 31_536_000;
    let age = at(&["StrictTransportSecurity", "AccessControlMaxAgeSec"]).and_then(|text| text.parse::<i64>().ok());
    let rules = [
        (!content.contains("unsafe-"), "the content security policy must not allow unsafe-anything"),
        (content.contains("default-src 'none'"), "the content security policy must begin with nothing allowed"),
        (content.contains("frame-ancestors 'none'"), "nobody may frame the page"),
        (
            !content.contains("connect-src *") && !content.contains("wss: ") && !content.contains("https: "),
            "connect-src must name its hosts",
        ),
        (
            content.contains("require-trusted-types-for 'script'") && !content.contains("'allow-duplicates'"),
            "scripts must be of trusted types",
        ),
        (says("Cross-Origin-Opener-Policy", "same-origin"), "Cross-Origin-Opener-Policy must be same-origin"),
        (says("Cross-Origin-Resource-Policy", "same-origin"), "Cross-Origin-Resource-Policy must be same-origin"),
        (says("Permissions-Policy", PERMISSIONS), "Permissions-Policy must allow this page its camera and microphone"),
        (at(&["ContentTypeOptions", "Override"]) == Some("true"), "ContentTypeOptions (nosniff) must be set"),
        (age.is_some_and(|age| age >= year), "StrictTransportSecurity must last at least a year"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| policy.finding(wanted)).collect()
}
