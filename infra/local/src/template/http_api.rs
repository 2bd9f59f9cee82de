//! HTTP APIs as the template declares them, with the routes of the functions' events.

use super::evaluate::Scope;
use super::event::Event;
use super::fault::Fault;
use super::function::Function;
use super::node::{Kind, Value};
use super::resource;
use super::schema;

/// Logical id of the API that SAM makes for events without `ApiId`.
const IMPLICIT: &str = "ServerlessHttpApi";

/// One `AWS::Serverless::HttpApi`.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpApi {
    /// Id, as AWS would make one up.
    pub id: String,
    /// Stage; `$default` has no place in the path.
    pub stage: String,
    /// CORS settings.
    pub cors: Option<Cors>,
    /// Its routes.
    pub routes: Vec<Route>,
}

/// A route and the function behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Method in capitals, or `ANY`.
    pub method: String,
    /// Path with `{name}` and `{name+}`, or `$default`.
    pub path: String,
    /// Logical id of the function.
    pub function: String,
}

/// `CorsConfiguration` ("Configure CORS for HTTP APIs", API Gateway Developer Guide).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cors {
    /// `AllowOrigins`
    pub origins: Vec<String>,
    /// `AllowMethods`
    pub methods: Vec<String>,
    /// `AllowHeaders`
    pub headers: Vec<String>,
    /// `ExposeHeaders`
    pub expose: Vec<String>,
    /// `MaxAge` in seconds
    pub max_age_s: Option<i64>,
    /// `AllowCredentials`
    pub credentials: bool,
}

/// Reads every HTTP API.
///
/// # Errors
/// The first fault found, an event of an API that does not exist among them.
pub fn all(scope: &Scope<'_>, functions: &[Function]) -> Result<Vec<HttpApi>, Fault> {
    let mut apis = Vec::new();
    for (found, _) in resource::all_of(scope, "AWS::Serverless::HttpApi")? {
        let stage = found.properties.optional_text("StageName")?.unwrap_or_else(|| "$default".to_owned());
        let cors = found.properties.get("CorsConfiguration").map(cors).transpose()?;
        apis.push(HttpApi { id: found.name, stage, cors, routes: Vec::new() });
    }
    for function in functions {
        for event in &function.events {
            let Event::Http { api_id, method, path } = event else { continue };
            let id = api_id.clone().unwrap_or_else(|| scope.place.made_up_id(IMPLICIT));
            if api_id.is_none() && !apis.iter().any(|api| api.id == id) {
                apis.push(HttpApi { id: id.clone(), stage: "$default".to_owned(), cors: None, routes: Vec::new() });
            }
            let api = apis.iter_mut().find(|api| api.id == id);
            let api = api.ok_or_else(|| {
                Fault::new(function.line, format!("{} has an event of an unknown HTTP API", function.logical_id))
            })?;
            if api.routes.iter().any(|route| route.method == *method && route.path == *path) {
                return Err(Fault::new(function.line, format!("the route {method} {path} is declared twice")));
            }
            let route = Route { method: method.clone(), path: path.clone(), function: function.logical_id.clone() };
            api.routes.push(route);
        }
    }
    Ok(apis)
}

fn cors(value: &Value) -> Result<Cors, Fault> {
    if let Kind::Text(_) | Kind::Bool(_) = &value.kind {
        return Err(Fault::new(value.line, "write CorsConfiguration as a mapping with AllowOrigins and so on"));
    }
    let keys = ["AllowOrigins", "AllowMethods", "AllowHeaders", "ExposeHeaders", "MaxAge", "AllowCredentials"];
    schema::only(value, "CorsConfiguration", &[&keys])?;
    let texts = |key: &str| value.get(key).map_or(Ok(Vec::new()), |list| list.texts(key));
    Ok(Cors {
        origins: texts("AllowOrigins")?,
        methods: texts("AllowMethods")?,
        headers: texts("AllowHeaders")?,
        expose: texts("ExposeHeaders")?,
        max_age_s: value.optional_number("MaxAge")?,
        credentials: value.optional_bool("AllowCredentials")?.unwrap_or(false),
    })
}
