//! A closed world: a type of resource that no rule has thought of, or a property that opens a door beside the doors, must be
//! written down here before it can be in the template.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::Node;

/// Every type that the template may hold, and its properties where one too many could let somebody in; elsewhere any.
const KINDS: &[(&str, &[&str])] = &[
    ("AWS::ApiGatewayV2::Api", &["DisableExecuteApiEndpoint", "Name", "ProtocolType", "RouteSelectionExpression"]),
    ("AWS::ApiGatewayV2::ApiMapping", &[]),
    ("AWS::ApiGatewayV2::DomainName", &[]),
    ("AWS::ApiGatewayV2::Integration", &[]),
    ("AWS::ApiGatewayV2::Route", &["ApiId", "RouteKey", "Target"]),
    ("AWS::ApiGatewayV2::Stage", &["ApiId", "AutoDeploy", "DefaultRouteSettings", "StageName"]),
    ("AWS::Athena::NamedQuery", &[]),
    ("AWS::Athena::WorkGroup", &[]),
    ("AWS::Budgets::Budget", &[]),
    ("AWS::CertificateManager::Certificate", &[]),
    ("AWS::CloudFront::Distribution", &[]),
    ("AWS::CloudFront::Function", &[]),
    ("AWS::CloudFront::OriginAccessControl", &[]),
    ("AWS::CloudFront::ResponseHeadersPolicy", &[]),
    ("AWS::CloudWatch::Alarm", &[]),
    ("AWS::CloudWatch::Dashboard", &[]),
    (
        "AWS::DynamoDB::GlobalTable",
        &[
            "AttributeDefinitions",
            "BillingMode",
            "KeySchema",
            "Replicas",
            "SSESpecification",
            "StreamSpecification",
            "TableName",
            "TimeToLiveSpecification",
        ],
    ),
    (
        "AWS::DynamoDB::Table",
        &[
            "AttributeDefinitions",
            "BillingMode",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "SSESpecification",
            "TableName",
            "TimeToLiveSpecification",
        ],
    ),
    ("AWS::Glue::Database", &[]),
    ("AWS::Glue::Table", &[]),
    ("AWS::IAM::Role", &[]),
    ("AWS::KMS::Alias", &[]),
    ("AWS::KMS::Key", &[]),
    ("AWS::Kinesis::Stream", &[]),
    ("AWS::KinesisFirehose::DeliveryStream", &[]),
    ("AWS::Lambda::EventSourceMapping", &[]),
    ("AWS::Lambda::Permission", &["Action", "FunctionName", "Principal", "SourceArn"]),
    ("AWS::Logs::LogGroup", &["KmsKeyId", "LogGroupName", "RetentionInDays"]),
    ("AWS::Logs::LogStream", &[]),
    ("AWS::Route53::RecordSetGroup", &[]),
    (
        "AWS::S3::Bucket",
        &[
            "BucketEncryption",
            "BucketName",
            "LifecycleConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "VersioningConfiguration",
        ],
    ),
    ("AWS::S3::BucketPolicy", &[]),
    ("AWS::SNS::Subscription", &[]),
    ("AWS::SNS::Topic", &["KmsMasterKeyId", "TopicName"]),
    ("AWS::SQS::Queue", &[]),
    ("AWS::SSM::Parameter", &[]),
    (
        "AWS::Serverless::Function",
        &[
            "CodeUri",
            "Environment",
            "EventInvokeConfig",
            "Events",
            "FunctionName",
            "LoggingConfig",
            "Policies",
            "ReservedConcurrentExecutions",
            "Timeout",
        ],
    ),
    (
        "AWS::Serverless::HttpApi",
        &["AccessLogSettings", "DefaultRouteSettings", "DisableExecuteApiEndpoint", "Name", "StageName"],
    ),
];
/// What all functions may have in common.
const GLOBALS: &[&str] = &[
    "Architectures",
    "AutoPublishAlias",
    "DeploymentPreference",
    "Handler",
    "MemorySize",
    "Runtime",
    "Timeout",
    "Tracing",
];

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mut findings: Vec<Finding> = template.resources.iter().flat_map(of_resource).collect();
    findings.extend(template.global(&[]).into_iter().flat_map(|globals| strangers("Globals", globals, GLOBALS)));
    findings
}

fn of_resource(resource: &Resource) -> Vec<Finding> {
    let Some((_, known)) = KINDS.iter().find(|(kind, _)| *kind == resource.kind) else {
        let unknown = format!("no rule knows {}: write down in kinds.rs what keeps it safe", resource.kind);
        return vec![resource.finding(&unknown)];
    };
    let properties = resource.at(&[]).filter(|_| !known.is_empty());
    properties.into_iter().flat_map(|properties| strangers(&resource.logical_id, properties, known)).collect()
}

fn strangers(whose: &str, properties: &Node, known: &[&str]) -> Vec<Finding> {
    let strange = properties.entries().iter().filter(|(name, ..)| !known.contains(&name.as_str()));
    let finding = |(name, line, _): &(String, usize, Node)| Finding {
        line: *line,
        message: format!("{whose}: no rule knows {name} here: write down in kinds.rs what keeps it safe"),
    };
    strange.map(finding).collect()
}
