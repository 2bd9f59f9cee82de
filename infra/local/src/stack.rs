//! Starts what a template declares, and stops it again.

pub mod bill;
mod listen;
mod seed;
mod services;
mod sources;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use local_services::Task;
use local_services::door::Meter;
use local_services::ssm::Ssm;
use local_wire::sigv4::{Credentials, Key};
use local_wire::{Caller, Functions};

use crate::face::headers::PageHeaders;
use crate::face::{Behavior, Face, Pages, Target};
use crate::gateway::http_api::HttpApi;
use crate::gateway::management::Management;
use crate::gateway::websocket::{Durations, WebSocketApi};
use crate::lambda::{self, Lambda, Limits, Program, environment};
use crate::permissions::Permissions;
use crate::samconfig;
use crate::template::function::Function;
use crate::template::place::Place;
use crate::template::{self, Template};
use crate::traces::Traces;
use listen::Server;
use services::Services;
pub use services::table_request;

/// The administrator's access key.
pub const ADMINISTRATOR_KEY: &str = "AKIDLOCAL";
/// The administrator's secret.
pub const ADMINISTRATOR_SECRET: &str = "local";
/// The stack's name when `samconfig.toml` gives none.
pub const STACK_NAME: &str = "speed-connect-local";
/// How long a stop may take before what is left is given up.
const STOP_MAX: Duration = Duration::from_millis(4_500);
/// The parameter that names the page's origin, when the template declares it.
const ORIGIN_PARAMETER: &str = "PublicOrigin";

/// What to start, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The template.
    pub template: PathBuf,
    /// `samconfig.toml` and the environment in it whose overrides count, when there is one.
    pub samconfig: Option<(PathBuf, String)>,
    /// Folder with the functions' binaries.
    pub functions_dir: PathBuf,
    /// Folder with the built page.
    pub site: Option<PathBuf>,
    /// Port of page and APIs; 0 takes a free one.
    pub port: u16,
    /// Port of the AWS endpoints; 0 takes a free one.
    pub aws_port: u16,
    /// UDP port of the TURN server; 0 takes a free one.
    pub turn_port: u16,
    /// Folder for everything that shall survive; without one it is in memory.
    pub data: Option<PathBuf>,
    /// Parameters that go before those of `samconfig.toml`.
    pub parameters: BTreeMap<String, String>,
    /// The log of what roles allow and refuse, which several stacks may share.
    pub permissions: Option<PathBuf>,
    /// How long sockets may live.
    pub durations: Durations,
    /// How long workers may take and rest.
    pub limits: Limits,
    /// Is told what happens, line by line.
    pub progress: fn(&str),
}

impl Options {
    /// A template with its functions, on free ports, in memory, silent.
    pub fn new(template: impl Into<PathBuf>, functions_dir: impl Into<PathBuf>) -> Self {
        Self {
            template: template.into(),
            samconfig: None,
            functions_dir: functions_dir.into(),
            site: None,
            port: 0,
            aws_port: 0,
            turn_port: 0,
            data: None,
            parameters: BTreeMap::new(),
            permissions: None,
            durations: Durations::default(),
            limits: Limits::default(),
            progress: |_| {},
        }
    }
}

/// Why a stack did not start: one line for each reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartError(pub Vec<String>);

impl<T: Into<String>> From<T> for StartError {
    fn from(line: T) -> Self {
        Self(vec![line.into()])
    }
}

/// Where a running stack answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urls {
    /// Page, `/api` and `/_local`.
    pub origin: String,
    /// Every AWS service.
    pub aws: String,
    /// The WebSocket APIs, with their stages.
    pub sockets: Vec<String>,
}

/// A running stack.
pub struct Stack {
    urls: Urls,
    template: Template,
    credentials: Credentials,
    permissions: Arc<Permissions>,
    lambda: Arc<Lambda>,
    services: Services,
    sources: Vec<Task>,
    servers: Vec<Server>,
}

impl Stack {
    /// Starts everything and waits until every function asks for work.
    ///
    /// # Errors
    /// [`StartError`]: a port in use, a broken template, a missing binary or page, a function that cannot start.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let deployment = deployment(&options)?;
        if let Some(site) = options.site.as_ref().filter(|site| !site.is_dir()) {
            return Err(format!("--site {}: there is no such folder; build the page first", site.display()).into());
        }
        let front = listen::bind(options.port, "--port").await?;
        let back = listen::bind(options.aws_port, "--aws-port").await?;
        let place = place(&deployment, front.address.port(), back.address.port());
        let ssm = Arc::new(Ssm::open(options.data.as_deref()).map_err(|error| error.to_string())?);
        let template = read_template(&options, deployment.parameters, &place, &|name| seed::list(&ssm, name))?;
        (options.progress)(&summary(&template));

        let credentials = Credentials::new();
        let administrator =
            Key { secret: ADMINISTRATOR_SECRET.to_owned(), session_token: None, caller: Caller::Administrator };
        credentials.insert(ADMINISTRATOR_KEY, administrator);
        let permissions = Arc::new(Permissions::new(&template, options.permissions.clone()));
        let authorize = permissions.authorize();
        let services = Services::start(&options, &template, &place, ssm, (&credentials, &authorize)).await?;

        let traces = Traces::start().await.map_err(|error| error.to_string())?;
        let programs = programs(&options, &template, &place, (traces.address, &credentials))?;
        let lambda = Arc::new(Lambda::new(programs, options.limits));
        let functions: Arc<dyn Functions> = Arc::clone(&lambda) as Arc<dyn Functions>;
        let sockets: Vec<Arc<WebSocketApi>> = template
            .websocket_apis
            .iter()
            .cloned()
            .map(|api| WebSocketApi::new(api, Arc::clone(&functions), options.durations))
            .collect();
        let (door, meter) = services.door(Arc::new(Management::new(sockets.clone())), credentials.clone(), authorize);
        let face = face(&options, &template, &place, (&services, meter, traces), &lambda, &sockets);
        let servers = vec![back.serve(door), front.serve(face.router())];

        (options.progress)("starting the functions");
        let sources = match lambda.warm().await {
            Ok(()) => sources::start(&template, &services, &functions, &permissions),
            Err(lines) => Err(StartError(lines)),
        };
        let urls = Urls {
            origin: place.origin(),
            aws: place.aws_endpoint(),
            sockets: sockets
                .iter()
                .map(|api| format!("ws://localhost:{}/{}", place.port, api.origin().stage))
                .collect(),
        };
        let mut stack =
            Self { urls, template, credentials, permissions, lambda, services, sources: Vec::new(), servers };
        match sources {
            Ok(sources) => {
                stack.sources = sources;
                Ok(stack)
            }
            Err(error) => {
                stack.stop().await;
                Err(error)
            }
        }
    }

    /// Where it answers.
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// What was started.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The table of keys; a test may add its own.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What the roles allow, and have refused.
    pub fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// The functions.
    pub fn lambda(&self) -> &Arc<Lambda> {
        &self.lambda
    }

    /// Ends every part, the processes of the functions included, within 5 s.
    pub async fn stop(self) {
        let Self { lambda, services, sources, servers, .. } = self;
        let all = async {
            futures_util::future::join_all(sources.into_iter().map(Task::stop)).await;
            lambda.stop().await;
            drop(servers);
            services.stop().await;
        };
        // What is left after that ends with this process.
        let _ = tokio::time::timeout(STOP_MAX, all).await;
    }
}

/// The template as a start with these options would read it.
///
/// # Errors
/// [`StartError`]: a file that cannot be read, or a broken template.
pub fn read(options: &Options) -> Result<Template, StartError> {
    let deployment = deployment(options)?;
    let place = place(&deployment, options.port, options.aws_port);
    read_template(options, deployment.parameters, &place, &str::to_owned)
}

fn place(deployment: &samconfig::Deployment, port: u16, aws_port: u16) -> Place {
    let stack_name = deployment.stack_name.clone().unwrap_or_else(|| STACK_NAME.to_owned());
    Place { stack_name, port, aws_port }
}

fn deployment(options: &Options) -> Result<samconfig::Deployment, StartError> {
    let Some((path, environment)) = &options.samconfig else { return Ok(samconfig::Deployment::default()) };
    let text = read_file(path, "--samconfig")?;
    samconfig::read(&text, environment).map_err(|reason| format!("{}:{reason}", path.display()).into())
}

fn read_template(
    options: &Options,
    overrides: BTreeMap<String, String>,
    place: &Place,
    stored: &dyn Fn(&str) -> String,
) -> Result<Template, StartError> {
    let text = read_file(&options.template, "--template")?;
    let located = |fault: template::fault::Fault| {
        format!("{}:{}{fault}", options.template.display(), if fault.line == 0 { " " } else { "" })
    };
    let mut given = overrides;
    if template::parameter_names(&text).map_err(located)?.iter().any(|name| name == ORIGIN_PARAMETER) {
        given.insert(ORIGIN_PARAMETER.to_owned(), place.origin());
    }
    given.extend(options.parameters.clone());
    Template::read_with(&text, &given, place, stored).map_err(|fault| located(fault).into())
}

fn read_file(path: &Path, option: &str) -> Result<String, StartError> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {} ({option}): {error}", path.display()).into())
}

fn summary(template: &Template) -> String {
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let parts = [
        count(template.functions.len(), "function"),
        count(template.tables.len(), "table"),
        count(template.queues.len(), "queue"),
        count(template.streams.len(), "stream"),
        count(template.http_apis.iter().map(|api| api.routes.len()).sum(), "route"),
    ];
    format!("the template declares {}", parts.join(", "))
}

fn programs(
    options: &Options,
    template: &Template,
    place: &Place,
    (traces, credentials): (SocketAddr, &Credentials),
) -> Result<Vec<Program>, StartError> {
    let mut missing = Vec::new();
    let connections =
        template.websocket_apis.first().map(|api| format!("{}/{}", place.api_endpoint(&api.id), api.stage));
    let program = |function: &Function| {
        let path = options.functions_dir.join(&function.binary);
        if !path.is_file() {
            missing.push(format!(
                "function {}: there is no binary {}; build it first",
                function.binary,
                path.display()
            ));
        }
        Program {
            logical_id: function.logical_id.clone(),
            label: function.binary.clone(),
            arn: function.arn.clone(),
            path,
            memory_mb: function.memory_mb,
            timeout: Duration::from_secs(function.timeout_s.into()),
            workers_max: function
                .concurrency_max
                .map_or(lambda::WORKERS_MAX_DEFAULT, |most| lambda::WORKERS_MAX_DEFAULT.min(most as usize)),
            environment: environment::of(function, place, connections.as_deref(), traces, credentials),
        }
    };
    let programs = template.functions.iter().map(program).collect();
    if missing.is_empty() { Ok(programs) } else { Err(StartError(missing)) }
}

fn face(
    options: &Options,
    template: &Template,
    place: &Place,
    (services, meter, traces): (&Services, Meter, Traces),
    lambda: &Arc<Lambda>,
    sockets: &[Arc<WebSocketApi>],
) -> Face {
    let functions: Arc<dyn Functions> = Arc::clone(lambda) as Arc<dyn Functions>;
    let mut apis = Vec::new();
    let mut targets: Vec<(String, String, Target)> = Vec::new();
    for api in &template.http_apis {
        let target = Arc::new(HttpApi::new(api.clone(), Arc::clone(&functions)));
        targets.push((Place::api_host(&api.id), "/api/*".to_owned(), Target::Http(Arc::clone(&target))));
        apis.push(target);
    }
    for api in sockets {
        let (host, path) = (Place::api_host(&api.origin().api_id), format!("/{}", api.origin().stage));
        targets.push((host, path, Target::Socket(Arc::clone(api))));
    }
    let page = &template.page;
    let behavior = |pattern: &str, domain: &str, target: &Target| {
        let added = page.origin_headers_by_domain.get(domain).into_iter().flatten();
        let header = |(name, value): &(String, String)| {
            Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
        };
        Behavior { pattern: pattern.to_owned(), target: target.clone(), added: added.filter_map(header).collect() }
    };
    let behaviors = if page.behaviors.is_empty() {
        targets.iter().map(|(domain, pattern, target)| behavior(pattern, domain, target)).collect()
    } else {
        let to_target = |(pattern, domain): &(String, String)| {
            let (_, _, target) = targets.iter().find(|(host, _, _)| host == domain)?;
            Some(behavior(pattern, domain, target))
        };
        page.behaviors.iter().filter_map(to_target).collect()
    };
    Face {
        behaviors,
        site: options.site.clone(),
        headers: PageHeaders::new(page.response_headers.as_deref(), place),
        pages: Pages {
            outputs: template.outputs.clone(),
            mail: Arc::clone(&services.ses),
            kvs: services.kvs.clone(),
            traces,
            lambda: Arc::clone(lambda),
            sockets: sockets.to_vec(),
            bill: services.bill(apis, sockets, lambda, meter),
        },
    }
}
