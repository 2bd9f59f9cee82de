//! What the world reaches: throttles, transport, headers.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::Node;

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
    let access = template.of("AWS::CloudFront::OriginAccessControl");
    let unsigned = access.filter(|it| !it.has(&["OriginAccessControlConfig", "SigningBehavior"], "always"));
    findings.extend(unsigned.map(|access| access.finding("SigningBehavior must be always")));
    let functions = template.of("AWS::CloudFront::Function").filter(|it| !it.has(&["AutoPublish"], "true"));
    findings
        .extend(functions.map(|function| function.finding("AutoPublish must be true, or viewers pass an older one")));
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
    findings.extend(passing(config.at(&["DefaultCacheBehavior"]), &others));
    let origins = config.at(&["Origins"]).map(|list| list.items()).unwrap_or_default();
    let open = origins.iter().filter(|origin| {
        let private = origin.at(&["OriginAccessControlId"]).is_some();
        let ours = origin.at(&["CustomOriginConfig"]);
        let protocols =
            ours.and_then(|ours| ours.at(&["OriginSSLProtocols"])).map(|list| list.items()).unwrap_or_default();
        let by_tls = protocols.iter().filter_map(|protocol| protocol.text(&[])).eq(["TLSv1.2"]);
        let https = ours.and_then(|ours| ours.text(&["OriginProtocolPolicy"])) == Some("https-only");
        !(private || https && by_tls)
    });
    findings.extend(open.map(|origin| Finding {
        line: origin.line,
        message: "an origin is reached by https and TLSv1.2 only".to_owned(),
    }));
    findings
}

/// CloudFront's own policies ("Use managed cache policies", "Use managed origin request policies").
const CACHING_DISABLED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_VIEWER_EXCEPT_HOST_HEADER: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// What people ask of functions is nobody else's answer, and whatever a browser shows obeys our headers.
fn passing(page: Option<&Node>, others: &[&Node]) -> Vec<Finding> {
    let asks_functions = |behaviour: &&Node| {
        behaviour.text(&["CachePolicyId"]) == Some(CACHING_DISABLED)
            && behaviour.text(&["OriginRequestPolicyId"]) == Some(ALL_VIEWER_EXCEPT_HOST_HEADER)
    };
    let dressed = |behaviour: &&Node| {
        let headers = behaviour.at(&["ResponseHeadersPolicyId"]).is_some_and(|policy| policy.names("PageHeaders"));
        // No browser shows what a socket says.
        headers || behaviour.text(&["PathPattern"]) == Some("/ws")
    };
    let at =
        |message: &'static str| move |behaviour: &&Node| Finding { line: behaviour.line, message: message.to_owned() };
    let kept = others.iter().filter(|behaviour| !asks_functions(behaviour));
    let kept = kept.map(at("what is asked of functions is never cached, and comes without the viewer's Host header"));
    let bare: Vec<&Node> = others.iter().copied().chain(page).filter(|behaviour| !dressed(behaviour)).collect();
    kept.chain(bare.iter().map(at("a behaviour must answer with PageHeaders"))).collect()
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
        (
            at(&["ReferrerPolicy", "ReferrerPolicy"]) == Some("no-referrer"),
            "ReferrerPolicy must be no-referrer: addresses of rooms and links are secrets",
        ),
        (at(&["ContentTypeOptions", "Override"]) == Some("true"), "ContentTypeOptions (nosniff) must be set"),
        (age.is_some_and(|age| age >= year), "StrictTransportSecurity must last at least a year"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| policy.finding(wanted)).collect()
}
