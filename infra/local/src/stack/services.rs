//! The imitated services with the resources a template declares.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use local_kvs::{Kvs, Turn, TurnOptions};
use local_services::Task;
use local_services::door::{Door, Meter};
use local_services::dynamodb::DynamoDb;
use local_services::kinesis::{Kinesis, SHARDS_ON_DEMAND};
use local_services::ses::Ses;
use local_services::sqs::{self, Sqs};
use local_services::ssm::Ssm;
use local_wire::sigv4::Credentials;
use local_wire::{Authorize, Service};
use serde_json::{Value, json};

use super::bill::Bill;
use super::{Options, StartError, seed};
use crate::gateway::http_api::HttpApi;
use crate::gateway::websocket::WebSocketApi;
use crate::lambda::Lambda;
use crate::template::Template;
use crate::template::place::{ACCOUNT_ID, Place, REGION};
use crate::template::resource::Resource;

/// How often expired items are deleted.
const TTL_SWEEP_EVERY: Duration = Duration::from_secs(10);
/// `RetentionPeriodHours` when the template gives none (`AWS::Kinesis::Stream`).
const RETENTION_DEFAULT_HOURS: i64 = 24;
/// Attributes of a queue that mean something here.
const QUEUE_ATTRIBUTES: [&str; 6] = [
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "VisibilityTimeout",
];

/// All services of a stack.
pub struct Services {
    /// DynamoDB.
    pub dynamodb: Arc<DynamoDb>,
    /// Kinesis Data Streams.
    pub kinesis: Arc<Kinesis>,
    /// SQS.
    pub sqs: Arc<Sqs>,
    /// SSM parameters.
    pub ssm: Arc<Ssm>,
    /// SES.
    pub ses: Arc<Ses>,
    /// KVS signaling.
    pub kvs: Kvs,
    turn: Turn,
    sweeper: Task,
}

impl Services {
    /// Opens the services and makes the template's parameters, tables, streams and queues.
    ///
    /// # Errors
    /// A line for the first thing that cannot be made.
    pub async fn start(
        options: &Options,
        template: &Template,
        place: &Place,
        ssm: Arc<Ssm>,
        (credentials, authorize): (&Credentials, &Authorize),
    ) -> Result<Self, StartError> {
        let data = options.data.as_deref();
        let line = |error: &dyn std::fmt::Display| StartError::from(error.to_string());
        let dynamodb = Arc::new(DynamoDb::open(data).map_err(|error| line(&error))?);
        let kinesis = Arc::new(Kinesis::open(data).map_err(|error| line(&error))?);
        let sqs = Arc::new(Sqs::open(data, place.aws_endpoint()).map_err(|error| line(&error))?);
        let ses = Arc::new(Ses::open(data).map_err(|error| line(&error))?);
        seed::parameters(&ssm, template)?;
        let limits = local_kvs::Limits::default();
        let secret = seed::turn_secret(&ssm, template);
        let turn = TurnOptions { port: options.turn_port, secret, limits: limits.clone() };
        let turn = Turn::start(turn).await.map_err(|error| line(&error))?;
        let kvs = Kvs::open(local_kvs::Options {
            aws_port: place.aws_port,
            region: REGION.to_owned(),
            account: ACCOUNT_ID.to_owned(),
            data: options.data.clone(),
            credentials: credentials.clone(),
            authorize: Arc::clone(authorize),
            relay: turn.relay(),
            limits,
        });
        let kvs = kvs.map_err(|error| line(&error))?;
        let sweeper = dynamodb.sweep_every(TTL_SWEEP_EVERY);
        let services = Self { dynamodb, kinesis, sqs, ssm, ses, kvs, turn, sweeper };
        services.make(template)?;
        Ok(services)
    }

    /// The routes of the AWS port, and what counts the calls to it.
    pub fn door(
        &self,
        management: Arc<dyn Service>,
        credentials: Credentials,
        authorize: Authorize,
    ) -> (Router, Meter) {
        let services: [(&'static str, Arc<dyn Service>); 7] = [
            ("dynamodb", Arc::clone(&self.dynamodb) as Arc<dyn Service>),
            ("kinesis", Arc::clone(&self.kinesis) as Arc<dyn Service>),
            ("sqs", Arc::clone(&self.sqs) as Arc<dyn Service>),
            ("ssm", Arc::clone(&self.ssm) as Arc<dyn Service>),
            ("ses", Arc::clone(&self.ses) as Arc<dyn Service>),
            ("kinesisvideo", self.kvs.service()),
            ("execute-api", management),
        ];
        let door = Door::new(services, credentials, authorize);
        let meter = door.meter();
        (self.kvs.sockets().merge(door.router()), meter)
    }

    /// What the work of all parts costs.
    pub fn bill(
        &self,
        apis: Vec<Arc<HttpApi>>,
        sockets: &[Arc<WebSocketApi>],
        lambda: &Arc<Lambda>,
        meter: Meter,
    ) -> Bill {
        Bill {
            apis,
            sockets: sockets.to_vec(),
            lambda: Arc::clone(lambda),
            dynamodb: Arc::clone(&self.dynamodb),
            sqs: Arc::clone(&self.sqs),
            kinesis: Arc::clone(&self.kinesis),
            kvs: self.kvs.clone(),
            meter,
        }
    }

    /// Ends what runs in the background.
    pub async fn stop(self) {
        self.sweeper.stop().await;
        self.turn.stop().await;
    }

    fn make(&self, template: &Template) -> Result<(), StartError> {
        for table in &template.tables {
            let (request, ttl) = table_request(table);
            self.dynamodb.create_table(&request, ttl.as_deref()).map_err(|error| at(table, &error))?;
        }
        for stream in &template.streams {
            let hours = stream.properties.optional_number("RetentionPeriodHours").map_err(|fault| fault.to_string())?;
            let hours = u64::try_from(hours.unwrap_or(RETENTION_DEFAULT_HOURS)).unwrap_or_default();
            self.kinesis
                .create_stream(&stream.name, shards(stream)?, hours)
                .map_err(|refusal| at(stream, &refusal.message))?;
        }
        // A queue must be there before another can send its dead letters to it.
        let (last, first): (Vec<&Resource>, Vec<&Resource>) =
            template.queues.iter().partition(|queue| queue.properties.get("RedrivePolicy").is_some());
        for queue in first.into_iter().chain(last) {
            let spec = sqs::Spec { name: queue.name.clone(), attributes: queue_attributes(queue) };
            self.sqs.create_queue(&spec).map_err(|refusal| at(queue, &refusal.message))?;
        }
        Ok(())
    }
}

fn at(resource: &Resource, reason: &dyn std::fmt::Display) -> StartError {
    format!("{} (line {} of the template): {reason}", resource.logical_id, resource.line).into()
}

/// The `CreateTable` request of a table, and its TTL attribute.
#[must_use]
pub fn table_request(table: &Resource) -> (Value, Option<String>) {
    let declared = table.to_json("TableName");
    let mut request = json!({ "BillingMode": "PAY_PER_REQUEST" });
    for key in ["TableName", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        if let Some(value) = declared.get(key) {
            request[key] = value.clone();
        }
    }
    if let Some(view) = declared["StreamSpecification"].get("StreamViewType") {
        request["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
    }
    let ttl = &declared["TimeToLiveSpecification"];
    let enabled = ttl["Enabled"] == true || ttl["Enabled"] == "true";
    (request, ttl["AttributeName"].as_str().filter(|_| enabled).map(str::to_owned))
}

fn shards(stream: &Resource) -> Result<usize, StartError> {
    let mode = stream.properties.get("StreamModeDetails").map(|mode| mode.optional_text("StreamMode"));
    let on_demand = matches!(mode, Some(Ok(Some(mode))) if mode == "ON_DEMAND");
    let count = stream.properties.optional_number("ShardCount").map_err(|fault| fault.to_string())?;
    match count.map(usize::try_from) {
        None if on_demand => Ok(SHARDS_ON_DEMAND),
        None => Ok(1),
        Some(Ok(count)) => Ok(count),
        Some(Err(_)) => Err(at(stream, &"ShardCount is negative")),
    }
}

fn queue_attributes(queue: &Resource) -> BTreeMap<String, String> {
    let declared = queue.to_json("QueueName");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let attribute = |name: &str| Some((name.to_owned(), text(declared.get(name)?)));
    QUEUE_ATTRIBUTES.iter().filter_map(|name| attribute(name)).collect()
}
