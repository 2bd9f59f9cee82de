//! The embedded DynamoDB inside this process: no socket, no signature is checked, and the tables are the template's.

use std::collections::BTreeMap;

use aws::{Aws, Credentials, Place};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use local::stack::table_request;
use local::template::Template;
use local_services::dynamodb::DynamoDb;
use local_wire::{Call, Caller, Service};

/// The adapter on new, empty tables.
pub fn adapter() -> Aws {
    adapter_over(&database())
}

/// New, empty tables.
pub fn database() -> DynamoDb {
    let database = DynamoDb::open(None).expect("a database in memory");
    for table in &template().tables {
        let (request, ttl) = table_request(table);
        database.create_table(&request, ttl.as_deref()).expect("a table of our template");
    }
    database
}

/// The adapter on tables that somebody else looks at, too.
pub fn adapter_over(database: &DynamoDb) -> Aws {
    let outputs = template().outputs;
    let named = |output: &str| outputs[output].clone();
    let place = Place {
        region: "us-east-1".into(),
        endpoint: Some("http://embedded".into()),
        live_table: named("LiveTableName"),
        ledger_table: named("LedgerTableName"),
        ..Place::default()
    };
    Aws::over(place, Credentials::new("AKIDLOCAL", "local", None, None, "test"), client(database.clone()))
}

fn template() -> Template {
    let place = local::template::place::Place { stack_name: "embedded".into(), port: 1, aws_port: 2 };
    Template::read(include_str!("../../../../cloudformation.yaml"), &BTreeMap::new(), &place).expect("our template")
}

fn client(database: DynamoDb) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Embedded(database));
    http_client_fn(move |_, _| connector.clone())
}

struct Embedded(DynamoDb);

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Embedded")
    }
}

impl HttpConnector for Embedded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let database = self.0.clone();
        HttpConnectorFuture::new(async move {
            let failed = |error: &dyn std::fmt::Display| ConnectorError::user(error.to_string().into());
            let operation = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
            let call = Call {
                service: "dynamodb".into(),
                operation: operation.unwrap_or_default().to_owned(),
                caller: Caller::Administrator,
                method: http::Method::POST,
                uri: http::Uri::from_static("/"),
                headers: http::HeaderMap::new(),
                body: request.body().bytes().unwrap_or_default().to_vec().into(),
            };
            let reply = database.call(call).await.map_err(|refusal| failed(&refusal.message))?;
            let status = reply.status.try_into().map_err(|error| failed(&error))?;
            Ok(HttpResponse::new(status, SdkBody::from(reply.body.to_vec())))
        })
    }
}
