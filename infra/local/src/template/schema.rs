//! Which resource types and properties the local stack knows.
//!
//! A property is *imitated* (it changes what happens here) or *accepted* (it has no meaning on one
//! machine: encryption at rest, tags, backups, billing). Everything else is an error, so that the
//! template cannot say something that the local stack silently does not do.

use super::fault::Fault;
use super::node::Value;

/// A resource type that is imitated, with its properties.
struct Known {
    kind: &'static str,
    imitated: &'static [&'static str],
    accepted: &'static [&'static str],
}

const KNOWN: &[Known] = &[
    Known {
        kind: "AWS::Serverless::Function",
        imitated: &[
            "FunctionName",
            "CodeUri",
            "MemorySize",
            "Timeout",
            "Environment",
            "Events",
            "Policies",
            "ReservedConcurrentExecutions",
            "EventInvokeConfig",
            "Role",
            "Tracing",
        ],
        accepted: &[
            "Runtime",
            "Handler",
            "Architectures",
            "Description",
            "LoggingConfig",
            "Tags",
            "EphemeralStorage",
            "PermissionsBoundary",
            "RecursiveLoop",
            "SnapStart",
            "RolePath",
            "AutoPublishAlias",
            "DeploymentPreference",
        ],
    },
    Known {
        kind: "AWS::Serverless::HttpApi",
        imitated: &["StageName", "CorsConfiguration"],
        accepted: &[
            "Name",
            "Description",
            "Tags",
            "AccessLogSettings",
            "DefaultRouteSettings",
            "RouteSettings",
            "DisableExecuteApiEndpoint",
            "Domain",
            "FailOnWarnings",
            "PropagateTags",
        ],
    },
    Known {
        kind: "AWS::ApiGatewayV2::Api",
        imitated: &["ProtocolType", "RouteSelectionExpression"],
        accepted: &["Name", "Description", "Tags", "DisableExecuteApiEndpoint", "IpAddressType"],
    },
    Known {
        kind: "AWS::ApiGatewayV2::Stage",
        imitated: &["ApiId", "StageName"],
        accepted: &[
            "AutoDeploy",
            "DeploymentId",
            "DefaultRouteSettings",
            "RouteSettings",
            "AccessLogSettings",
            "Description",
            "Tags",
        ],
    },
    Known {
        kind: "AWS::ApiGatewayV2::Route",
        imitated: &["ApiId", "RouteKey", "Target", "RouteResponseSelectionExpression"],
        accepted: &["OperationName", "AuthorizationType", "ApiKeyRequired"],
    },
    Known {
        kind: "AWS::ApiGatewayV2::RouteResponse",
        imitated: &["ApiId", "RouteId", "RouteResponseKey"],
        accepted: &["ModelSelectionExpression"],
    },
    Known {
        kind: "AWS::ApiGatewayV2::Integration",
        imitated: &["ApiId", "IntegrationType", "IntegrationUri", "TimeoutInMillis"],
        accepted: &["IntegrationMethod", "Description", "ConnectionType", "PayloadFormatVersion"],
    },
    Known { kind: "AWS::ApiGatewayV2::Deployment", imitated: &["ApiId"], accepted: &["Description", "StageName"] },
    Known {
        kind: "AWS::DynamoDB::Table",
        imitated: &[
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "GlobalSecondaryIndexes",
            "LocalSecondaryIndexes",
            "TimeToLiveSpecification",
            "BillingMode",
            "StreamSpecification",
        ],
        accepted: &[
            "SSESpecification",
            "PointInTimeRecoverySpecification",
            "DeletionProtectionEnabled",
            "Tags",
            "TableClass",
            "ContributorInsightsSpecification",
            "OnDemandThroughput",
            "WarmThroughput",
            "ProvisionedThroughput",
            "ResourcePolicy",
        ],
    },
    // In one region a table like any other.
    Known {
        kind: "AWS::DynamoDB::GlobalTable",
        imitated: &[
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "GlobalSecondaryIndexes",
            "LocalSecondaryIndexes",
            "TimeToLiveSpecification",
            "BillingMode",
            "StreamSpecification",
        ],
        accepted: &["SSESpecification", "Replicas", "WriteOnDemandThroughputSettings", "WarmThroughput"],
    },
    Known {
        kind: "AWS::Kinesis::Stream",
        imitated: &["Name", "ShardCount", "RetentionPeriodHours", "StreamModeDetails"],
        accepted: &["StreamEncryption", "Tags", "DesiredShardLevelMetrics"],
    },
    Known {
        kind: "AWS::SQS::Queue",
        imitated: &[
            "QueueName",
            "DelaySeconds",
            "VisibilityTimeout",
            "MessageRetentionPeriod",
            "MaximumMessageSize",
            "ReceiveMessageWaitTimeSeconds",
            "RedrivePolicy",
        ],
        accepted: &["SqsManagedSseEnabled", "KmsMasterKeyId", "Tags", "RedriveAllowPolicy"],
    },
    Known {
        kind: "AWS::SSM::Parameter",
        imitated: &["Name", "Type", "Value"],
        accepted: &["Description", "Tier", "Tags", "AllowedPattern"],
    },
    Known {
        kind: "AWS::Lambda::EventSourceMapping",
        imitated: &[
            "FunctionName",
            "EventSourceArn",
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "Enabled",
            "FunctionResponseTypes",
            "StartingPosition",
            "BisectBatchOnFunctionError",
            "MaximumRetryAttempts",
            "MaximumRecordAgeInSeconds",
            "ParallelizationFactor",
            "DestinationConfig",
            "ScalingConfig",
        ],
        accepted: &["Tags", "MetricsConfig"],
    },
];

/// Types without an imitation: permissions between services, logs, alarms, the page's delivery. What
/// the local stack needs of `AWS::IAM::Role` and `AWS::CloudFront::*` (statements, the page's headers,
/// what is added for the origins) it reads all the same. Their properties are not checked.
const NOT_IMITATED: &[&str] = &[
    "AWS::Athena::NamedQuery",
    "AWS::Athena::WorkGroup",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::Budgets::Budget",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::LogStream",
    "AWS::Logs::MetricFilter",
    "AWS::Route53::RecordSet",
    "AWS::Route53::RecordSetGroup",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SQS::QueuePolicy",
    "AWS::WAFv2::WebACL",
];

/// Whether the type may stand in a template.
pub fn is_known(kind: &str) -> bool {
    known(kind).is_some() || is_not_imitated(kind)
}

/// Whether the type is one of those that nothing here imitates.
pub fn is_not_imitated(kind: &str) -> bool {
    NOT_IMITATED.contains(&kind)
}

/// Checks the properties of a resource against what is known of its type.
///
/// # Errors
/// The first unknown property, with its line.
pub fn check(kind: &str, properties: &Value) -> Result<(), Fault> {
    let Some(known) = known(kind) else { return Ok(()) };
    only(properties, kind, &[known.imitated, known.accepted])
}

/// Checks that a mapping has no key but those listed.
///
/// # Errors
/// The first other key, with its line.
pub fn only(mapping: &Value, what: &str, keys: &[&[&str]]) -> Result<(), Fault> {
    let unknown = |key: &str| !keys.iter().any(|keys| keys.contains(&key));
    match mapping.entries(what)?.iter().find(|entry| unknown(&entry.key)) {
        Some(entry) => {
            let message = format!("{what} has a property {} that the local stack does not know", entry.key);
            Err(Fault::new(entry.line, message))
        }
        None => Ok(()),
    }
}

fn known(kind: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.kind == kind)
}
