//! Least privilege: one statement per need, and it says why.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::{Kind, Node};

/// All that functions and services do: rows and messages, never the tables and queues themselves.
const ACTIONS: &[&str] = &[
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "execute-api:ManageConnections",
    "glue:GetTable",
    "glue:GetTableVersion",
    "glue:GetTableVersions",
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:PutRecords",
    "kinesisvideo:ConnectAsMaster",
    "kinesisvideo:ConnectAsViewer",
    "kinesisvideo:CreateSignalingChannel",
    "kinesisvideo:DeleteSignalingChannel",
    "kinesisvideo:DescribeSignalingChannel",
    "kinesisvideo:GetIceServerConfig",
    "kinesisvideo:GetSignalingChannelEndpoint",
    "kinesisvideo:ListSignalingChannels",
    "logs:PutLogEvents",
    "s3:AbortMultipartUpload",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:PutObject",
    "ses:SendEmail",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "ssm:GetParameters",
];
/// What every ARN may hold: it names nothing of ours.
const EVERYWHERE: [&str; 3] = ["${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}"];
/// Whoever reads a table of Glue's needs leave for its catalog ("Specifying AWS Glue resource ARNs", Glue Developer Guide).
const CATALOG: &str = ":catalog";
/// Actions for which AWS knows no resource (Service Authorization Reference).
const WITHOUT_RESOURCE: [&str; 1] = ["kinesisvideo:ListSignalingChannels"];

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        template.functions().flat_map(|function| of_function(template, function)).collect();
    findings.extend(template.of("AWS::IAM::Role").flat_map(|role| of_service(template, role)));
    findings.extend(matchmakers(template));
    findings
}

fn of_function(template: &Template, function: &Resource) -> Vec<Finding> {
    let mut findings = Vec::new();
    if function.at(&["Role"]).is_some() {
        findings.push(function.finding("Role must not be given: its statements belong to Policies"));
    }
    let Some(policies) = function.at(&["Policies"]) else {
        return vec![function.finding("needs Policies of its own")];
    };
    for policy in policies.items() {
        match policy.at(&["Statement"]) {
            Some(statements) => {
                findings.extend(statements.items().into_iter().flat_map(|statement| of_statement(template, statement)));
            }
            None => findings.push(at(policy, "managed policies and policy templates are too wide: write statements")),
        }
    }
    findings
}

/// A role that one of AWS's services takes for us, and for nobody else ("The confused deputy problem", IAM User Guide).
/// Functions get theirs from `Policies`.
fn of_service(template: &Template, role: &Resource) -> Vec<Finding> {
    let trust = role.at(&["AssumeRolePolicyDocument", "Statement"]).map(Node::items).unwrap_or_default();
    let bound = |statement: &Node| {
        let service = statement.text(&["Principal", "Service"]);
        let account = statement.at(&["Condition", "StringEquals", "aws:SourceAccount"]);
        let source = statement.text(&["Condition", "ArnEquals", "aws:SourceArn"]);
        service.is_some_and(|service| service != "lambda.amazonaws.com")
            && account.is_some_and(|account| account.names("AWS::AccountId"))
            && source.is_some_and(|source| !source.contains('*'))
    };
    let mut findings = Vec::new();
    if trust.is_empty() || !trust.into_iter().all(bound) {
        findings.push(role.finding("must be taken by one service only, for this account and one source"));
    }
    if role.at(&["ManagedPolicyArns"]).is_some() {
        findings.push(role.finding("managed policies are too wide: write statements"));
    }
    let policies = role.at(&["Policies"]).map(Node::items).unwrap_or_default();
    let statements = policies.into_iter().filter_map(|policy| policy.at(&["PolicyDocument", "Statement"]));
    findings.extend(statements.flat_map(Node::items).flat_map(|statement| of_statement(template, statement)));
    findings
}

fn of_statement(template: &Template, statement: &Node) -> Vec<Finding> {
    let actions = texts(statement.at(&["Action"]));
    let resources = texts(statement.at(&["Resource"]));
    let listed = actions.iter().all(|action| WITHOUT_RESOURCE.contains(&action.as_str()));
    let services: Vec<&str> = actions.iter().filter_map(|action| action.split(':').next()).collect();
    let rules = [
        (statement.text(&["Effect"]) == Some("Allow"), "a function's statement only allows"),
        (template.explained(statement.line), "a comment above the statement must say why"),
        (!actions.is_empty() && !resources.is_empty(), "Action and Resource must be given (no NotAction, NotResource)"),
        (
            actions.iter().all(|action| ACTIONS.contains(&action.as_str())),
            "no rule knows the action: write down in permissions.rs that it harms nobody",
        ),
        (services.windows(2).all(|pair| pair[0] == pair[1]), "one statement serves one need: one service"),
        (listed || !resources.iter().any(|resource| is_too_wide(resource)), "the resource reaches beyond this stack"),
    ];
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| at(statement, wanted)).collect()
}

/// A resource is of this stack, or one that a parameter names; a wildcard is only allowed behind it.
fn is_too_wide(resource: &str) -> bool {
    let named = EVERYWHERE.iter().fold(resource.to_owned(), |rest, word| rest.replace(word, ""));
    if resource.contains('?') || resource.starts_with("arn:") && !named.contains("${") && !named.ends_with(CATALOG) {
        return true;
    }
    match resource.find('*') {
        None => false,
        Some(0) => true,
        Some(star) => {
            let before = &resource[..star];
            let own = ["${AWS::StackName}-", "/@connections/", ".Arn}/"].iter().any(|part| before.contains(part));
            !own
        }
    }
}

/// Who reads the queue and tells pages makes matches and ends calls: in one transaction each, which needs the actions of
/// all that can be in it (`DynamoDB` developer guide, `TransactWriteItems` and IAM).
fn matchmakers(template: &Template) -> Vec<Finding> {
    const WRITES: [&str; 3] = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
    let actions = |function: &Resource| {
        let policies = function.at(&["Policies"]).map(|policies| policies.items()).unwrap_or_default();
        let statements = policies.into_iter().filter_map(|policy| policy.at(&["Statement"])).flat_map(Node::items);
        statements.flat_map(|statement| texts(statement.at(&["Action"]))).collect::<Vec<_>>()
    };
    let makes = |actions: &[String]| {
        ["dynamodb:Query", "execute-api:ManageConnections"].iter().all(|wanted| actions.iter().any(|a| a == wanted))
    };
    let lacks = |actions: &[String]| WRITES.iter().any(|wanted| !actions.iter().any(|action| action == wanted));
    let functions = template.functions().filter(|function| {
        let actions = actions(function);
        makes(&actions) && lacks(&actions)
    });
    functions.map(|function| function.finding("makes matches and ends calls: it must put, update and delete")).collect()
}

fn texts(node: Option<&Node>) -> Vec<String> {
    let items = node.map(Node::items).unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| match &item.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::List(_) | Kind::Map(_) => None,
        })
        .collect()
}

fn at(node: &Node, message: &str) -> Finding {
    Finding { line: node.line, message: message.to_owned() }
}
