//! Who else is let in: policies of keys and buckets, permissions to call, addresses that are told.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::{Kind, Node};

/// The account itself, by whose own policies people get in.
const ACCOUNT: &str = "arn:${AWS::Partition}:iam::${AWS::AccountId}:root";
/// Reads a topic's key to tell of alarms; for it AWS's own example has no condition ("Amazon SNS Developer Guide", "Enable
/// compatibility between event sources from AWS services and encrypted topics").
const UNCONDITIONAL: &str = "cloudwatch.amazonaws.com";

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let keys = template.of("AWS::KMS::Key").flat_map(|key| allowed(key, "KeyPolicy"));
    let mut findings: Vec<Finding> = keys.filter(|statement| !is_bound(statement)).map(too_many).collect();
    let files = template.of("AWS::S3::BucketPolicy").flat_map(|policy| allowed(policy, "PolicyDocument"));
    findings.extend(files.filter(|statement| !is_for_our_distribution(statement)).map(|statement| Finding {
        line: statement.line,
        message: "only our own distribution gets at files, and only reads them".to_owned(),
    }));
    let called = template.of("AWS::Lambda::Permission");
    let by_others = called.filter(|permission| !permission.has(&["Principal"], "apigateway.amazonaws.com"));
    findings.extend(by_others.map(|permission| permission.finding("only API Gateway may call a function")));
    let told = template.of("AWS::SNS::Subscription");
    let elsewhere = told.filter(|told| !told.at(&["Endpoint"]).is_some_and(|address| address.names("AlarmEmail")));
    findings.extend(elsewhere.map(|told| told.finding("only AlarmEmail is told")));
    findings
}

fn allowed<'a>(resource: &'a Resource, document: &str) -> Vec<&'a Node> {
    let statements = resource.at(&[document, "Statement"]).map(Node::items).unwrap_or_default();
    statements.into_iter().filter(|statement| statement.text(&["Effect"]) != Some("Deny")).collect()
}

/// The account, or one service for what is ours.
fn is_bound(statement: &Node) -> bool {
    let Some(Kind::Map(principals)) = statement.at(&["Principal"]).map(|principal| &principal.kind) else {
        return false;
    };
    principals.iter().all(|(kind, _, who)| match (kind.as_str(), who.text(&[])) {
        ("AWS", Some(account)) => account == ACCOUNT,
        ("Service", Some(UNCONDITIONAL)) => true,
        ("Service", Some(_)) => {
            statement.at(&["Condition"]).is_some_and(|condition| mentions(condition, "${AWS::StackName}"))
        }
        _ => false,
    })
}

fn is_for_our_distribution(statement: &Node) -> bool {
    statement.text(&["Principal", "Service"]) == Some("cloudfront.amazonaws.com")
        && statement.text(&["Action"]) == Some("s3:GetObject")
        && statement
            .text(&["Condition", "StringEquals", "AWS:SourceArn"])
            .is_some_and(|source| source.ends_with(":distribution/${Distribution}"))
}

fn mentions(node: &Node, words: &str) -> bool {
    match &node.kind {
        Kind::Text(text) => text.contains(words),
        Kind::List(items) => items.iter().any(|item| mentions(item, words)),
        Kind::Map(entries) => entries.iter().any(|(.., value)| mentions(value, words)),
    }
}

fn too_many(statement: &Node) -> Finding {
    Finding {
        line: statement.line,
        message: "a key is for this account, and for services only in what is this stack's".to_owned(),
    }
}
