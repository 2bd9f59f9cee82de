//! WebSocket APIs, put together from `AWS::ApiGatewayV2` resources.

use super::evaluate::Scope;
use super::fault::Fault;
use super::function::Function;
use super::node::Value;
use super::resource::{self, Resource};

/// Limits of `TimeoutInMillis`, and its default ("Quotas for configuring and running a WebSocket API").
const TIMEOUT_MS: std::ops::RangeInclusive<i64> = 50..=29_000;

/// One WebSocket API with its stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSocketApi {
    /// Id, as AWS would make one up.
    pub id: String,
    /// Name of the stage, which is also the path.
    pub stage: String,
    /// The member of a JSON message that chooses the route, from `$request.body.<member>`.
    pub selector: String,
    /// Its routes.
    pub routes: Vec<SocketRoute>,
}

/// A route and the function behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketRoute {
    /// `$connect`, `$disconnect`, `$default` or a value of the selector.
    pub key: String,
    /// Logical id of the function.
    pub function: String,
    /// How long the integration may take, in ms.
    pub timeout_ms: u64,
    /// Whether the function's answer goes back to the sender.
    pub responds: bool,
}

/// Reads every WebSocket API.
///
/// # Errors
/// The first fault found: no stage or two, an integration that is missing or leads to no function.
pub fn all(scope: &Scope<'_>, functions: &[Function]) -> Result<Vec<WebSocketApi>, Fault> {
    resource::all_of(scope, "AWS::ApiGatewayV2::Deployment")?;
    let apis = resource::all_of(scope, "AWS::ApiGatewayV2::Api")?;
    apis.into_iter().map(|(api, _)| one(scope, &api, functions)).collect()
}

fn one(scope: &Scope<'_>, api: &Resource, functions: &[Function]) -> Result<WebSocketApi, Fault> {
    let fault = |message: String| Fault::new(api.line, message);
    if api.properties.required_text("ProtocolType")? != "WEBSOCKET" {
        return Err(fault(format!(
            "{}: only ProtocolType WEBSOCKET is imitated, take AWS::Serverless::HttpApi",
            api.logical_id
        )));
    }
    let expression = api.properties.required_text("RouteSelectionExpression")?;
    let selector = expression.strip_prefix("$request.body.").filter(|member| !member.contains(['.', '$', '{']));
    let selector = selector.ok_or_else(|| {
        fault(format!("RouteSelectionExpression {expression} is not imitated, only $request.body.<member>"))
    })?;
    let stages = of_api(scope, "AWS::ApiGatewayV2::Stage", &api.name)?;
    let [stage] = stages.as_slice() else {
        return Err(fault(format!("{} needs one AWS::ApiGatewayV2::Stage, it has {}", api.logical_id, stages.len())));
    };
    let integrations = of_api(scope, "AWS::ApiGatewayV2::Integration", &api.name)?;
    let responses = of_api(scope, "AWS::ApiGatewayV2::RouteResponse", &api.name)?;
    let mut routes: Vec<SocketRoute> = Vec::new();
    for route in of_api(scope, "AWS::ApiGatewayV2::Route", &api.name)? {
        let route = self::route(&route, &integrations, &responses, functions)?;
        if routes.iter().any(|known| known.key == route.key) {
            return Err(fault(format!("the route {} is declared twice", route.key)));
        }
        routes.push(route);
    }
    let stage = stage.properties.required_text("StageName")?;
    Ok(WebSocketApi { id: api.name.clone(), stage, selector: selector.to_owned(), routes })
}

fn of_api(scope: &Scope<'_>, kind: &str, api_id: &str) -> Result<Vec<Resource>, Fault> {
    let mut found = Vec::new();
    for (resource, _) in resource::all_of(scope, kind)? {
        if resource.properties.required_text("ApiId")? == api_id {
            found.push(resource);
        }
    }
    Ok(found)
}

fn route(
    route: &Resource,
    integrations: &[Resource],
    responses: &[Resource],
    functions: &[Function],
) -> Result<SocketRoute, Fault> {
    let target = route.properties.required_text("Target")?;
    let integration = target.strip_prefix("integrations/");
    let integration = integration.and_then(|id| integrations.iter().find(|integration| integration.name == id));
    let integration =
        integration.ok_or_else(|| Fault::new(route.line, format!("{target} is no integration of this API")))?;
    let mut responds = false;
    for response in responses {
        responds |= response.properties.required_text("RouteId")? == route.name;
    }
    Ok(SocketRoute {
        key: route.properties.required_text("RouteKey")?,
        function: function_of(integration, functions)?,
        timeout_ms: timeout_ms(&integration.properties)?,
        responds,
    })
}

/// `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations`
fn function_of(integration: &Resource, functions: &[Function]) -> Result<String, Fault> {
    if integration.properties.required_text("IntegrationType")? != "AWS_PROXY" {
        return Err(Fault::new(integration.line, "only IntegrationType AWS_PROXY is imitated"));
    }
    let uri = integration.properties.required_text("IntegrationUri")?;
    let arn = uri.split_once("/functions/").and_then(|(_, rest)| rest.strip_suffix("/invocations"));
    let function = functions.iter().find(|function| Some(function.arn.as_str()) == arn);
    let function =
        function.ok_or_else(|| Fault::new(integration.line, format!("IntegrationUri leads to no function: {uri}")))?;
    Ok(function.logical_id.clone())
}

fn timeout_ms(properties: &Value) -> Result<u64, Fault> {
    let given = properties.optional_number("TimeoutInMillis")?.unwrap_or(*TIMEOUT_MS.end());
    let fits = u64::try_from(given).ok().filter(|_| TIMEOUT_MS.contains(&given));
    fits.ok_or_else(|| Fault::new(properties.line, format!("TimeoutInMillis must be from 50 to 29000, not {given}")))
}
