//! What reaches a function has come by CloudFront: it shows the origin secret, and the ways past it are shut where they can be.

use crate::Finding;
use crate::template::{Resource, Template};

/// The parameter with the secrets.
const SECRETS: &str = "OriginSecretsParameter";

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let asked = template.functions().filter(|function| is_asked_by_the_world(template, function));
    let gullible = asked.filter(|function| !knows_the_secrets(function));
    let mut findings: Vec<Finding> =
        gullible.map(|function| function.finding("ORIGIN_SECRETS must tell it who has come by the edge")).collect();
    for kind in ["AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"] {
        let open = template.of(kind).filter(|api| !shuts_its_endpoint(api));
        findings.extend(open.map(|api| api.finding("DisableExecuteApiEndpoint must be !If [HasDomain, true, false]")));
    }
    let weak = template.of("AWS::ApiGatewayV2::DomainName").filter(|domain| !speaks_tls_1_2(domain));
    findings.extend(weak.map(|domain| domain.finding("SecurityPolicy must be TLS_1_2")));
    findings
}

/// Whether a route of an API leads to it from outside: all of HTTP, and what opens a socket.
fn is_asked_by_the_world(template: &Template, function: &Resource) -> bool {
    let events = function.at(&["Events"]).map_or(&[][..], |events| events.entries());
    let by_http = events.iter().any(|(.., event)| event.text(&["Type"]) == Some("HttpApi"));
    let mut permissions = template.of("AWS::Lambda::Permission");
    by_http
        || permissions.any(|permission| {
            let names = permission.text(&["FunctionName"]).is_some_and(|name| name.starts_with(&function.logical_id));
            names && permission.text(&["SourceArn"]).is_some_and(|route| route.ends_with("/$connect"))
        })
}

fn knows_the_secrets(function: &Resource) -> bool {
    let list =
        function.at(&["Environment", "Variables", "ORIGIN_SECRETS"]).map(|list| list.items()).unwrap_or_default();
    list.last().is_some_and(|list| list.names(SECRETS))
}

fn shuts_its_endpoint(api: &Resource) -> bool {
    let choice = api.at(&["DisableExecuteApiEndpoint"]).map(|choice| choice.items()).unwrap_or_default();
    choice.iter().filter_map(|part| part.text(&[])).eq(["HasDomain", "true", "false"])
}

fn speaks_tls_1_2(domain: &Resource) -> bool {
    let configurations = domain.at(&["DomainNameConfigurations"]).map(|list| list.items()).unwrap_or_default();
    configurations.iter().all(|one| one.text(&["SecurityPolicy"]) == Some("TLS_1_2"))
}
