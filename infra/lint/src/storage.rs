//! Tables, queues, streams, buckets: expiry, encryption, protection, names.

use crate::Finding;
use crate::template::{Resource, Template};
use crate::tree::Node;

/// What a log tells of people's ways is nobody's after a month.
const LOGS_KEPT_DAYS_MAX: i64 = 30;

pub(crate) fn check(template: &Template) -> Vec<Finding> {
    let tables = template.of("AWS::DynamoDB::Table").chain(template.of("AWS::DynamoDB::GlobalTable"));
    let mut findings: Vec<Finding> = tables.flat_map(table).collect();
    findings.extend(template.of("AWS::SQS::Queue").flat_map(|queue| of_queue(template, queue)));
    findings.extend(template.of("AWS::Kinesis::Stream").flat_map(stream));
    findings.extend(template.of("AWS::S3::Bucket").flat_map(|each| bucket(template, each)));
    findings.extend(template.of("AWS::Logs::LogGroup").flat_map(log_group));
    findings.extend(template.of("AWS::KMS::Key").flat_map(key));
    findings.extend(template.resources.iter().flat_map(names));
    findings
}

fn table(table: &Resource) -> Vec<Finding> {
    let kept = table.body.text(&["DeletionPolicy"]) == Some("Retain");
    let mut rules = vec![
        (table.has(&["TimeToLiveSpecification", "Enabled"], "true"), "rows must expire: TimeToLiveSpecification"),
        (table.has(&["TimeToLiveSpecification", "AttributeName"], "ttl"), "the TTL attribute is called ttl"),
        (table.has(&["SSESpecification", "SSEEnabled"], "true"), "SSESpecification must be enabled"),
        (table.has(&["BillingMode"], "PAY_PER_REQUEST"), "BillingMode must be PAY_PER_REQUEST"),
        (deletion_is_decided(table), "DeletionPolicy and UpdateReplacePolicy must be given and agree"),
    ];
    if kept {
        let all = |path: &[&str]| copies(table).iter().all(|copy| copy.text(path) == Some("true"));
        let restorable = all(&["PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"]);
        rules.push((restorable, "what is kept must be restorable, each copy of it: PointInTimeRecoveryEnabled"));
        rules.push((
            all(&["DeletionProtectionEnabled"]),
            "what is kept needs DeletionProtectionEnabled, each copy of it",
        ));
    } else {
        let ledger = table.logical_id == "LedgerTable";
        rules.push((!ledger, "the ledger is what must never be lost: DeletionPolicy Retain"));
    }
    broken(table, &rules)
}

/// Where the properties of a table's copies stand: one of each region, or the table itself.
fn copies<'a>(table: &'a Resource) -> Vec<&'a Node> {
    let replicas = table.at(&["Replicas"]).map(Node::items).unwrap_or_default();
    // `!If [CONDITION, THEN, ELSE]`
    let copy = |replica: &'a Node| if replica.tag == "If" { replica.items().get(1).copied() } else { Some(replica) };
    let copies: Vec<&Node> = replicas.into_iter().filter_map(copy).collect();
    if copies.is_empty() { table.body.at(&["Properties"]).into_iter().collect() } else { copies }
}

fn of_queue(template: &Template, queue: &Resource) -> Vec<Finding> {
    let ends = template.resources.iter().any(|other| {
        let places = [
            &["RedrivePolicy", "deadLetterTargetArn"][..],
            &["DestinationConfig", "OnFailure", "Destination"],
            &["EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"],
        ];
        places.iter().filter_map(|path| other.at(path)).any(|reference| reference.names(&queue.logical_id))
    });
    let redriven = queue.number(&["RedrivePolicy", "maxReceiveCount"]).is_some_and(|count| (1..=10).contains(&count));
    // 14 days, the longest SQS keeps a message: time for a person to look.
    let long = queue.number(&["MessageRetentionPeriod"]) == Some(1_209_600);
    let rules = [
        (queue.has(&["SqsManagedSseEnabled"], "true"), "SqsManagedSseEnabled must be true"),
        (ends || redriven, "needs a RedrivePolicy with a maxReceiveCount of 1 to 10, or to be somebody's last resort"),
        (!ends || long, "a queue of failures keeps them 14 days: MessageRetentionPeriod 1209600"),
        (deletion_is_decided(queue), "DeletionPolicy and UpdateReplacePolicy must be given and agree"),
    ];
    broken(queue, &rules)
}

fn stream(stream: &Resource) -> Vec<Finding> {
    let rules = [
        (stream.has(&["StreamEncryption", "EncryptionType"], "KMS"), "StreamEncryption must be KMS"),
        (
            stream.number(&["RetentionPeriodHours"]) == Some(24),
            "RetentionPeriodHours must be 24: who needs it longer asks the bucket",
        ),
    ];
    broken(stream, &rules)
}

fn log_group(group: &Resource) -> Vec<Finding> {
    let rules = [
        (
            group.number(&["RetentionInDays"]).is_some_and(|days| days <= LOGS_KEPT_DAYS_MAX),
            "RetentionInDays must be given, and 30 at most",
        ),
        (group.at(&["KmsKeyId"]).is_some_and(|key| key.names("DataKey")), "KmsKeyId must be our own key"),
        (deletion_is_decided(group), "DeletionPolicy and UpdateReplacePolicy must be given and agree"),
    ];
    broken(group, &rules)
}

fn key(key: &Resource) -> Vec<Finding> {
    let rules = [
        (key.has(&["EnableKeyRotation"], "true"), "EnableKeyRotation must be true"),
        (deletion_is_decided(key), "DeletionPolicy and UpdateReplacePolicy must be given and agree"),
    ];
    broken(key, &rules)
}

fn bucket(template: &Template, bucket: &Resource) -> Vec<Finding> {
    let doors = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let shut = doors.iter().all(|door| bucket.has(&["PublicAccessBlockConfiguration", door], "true"));
    let policies = template.of("AWS::S3::BucketPolicy");
    let mut policies = policies.filter(|policy| policy.at(&["Bucket"]).is_some_and(|it| it.names(&bucket.logical_id)));
    let owners = bucket.at(&["OwnershipControls", "Rules"]).map(Node::items).unwrap_or_default();
    let enforced = |rule: &&Node| rule.text(&["ObjectOwnership"]) == Some("BucketOwnerEnforced");
    let rules = [
        (owners.iter().any(enforced), "OwnershipControls must be BucketOwnerEnforced: no access lists"),
        (policies.any(denies_plain_http), "a BucketPolicy must deny what comes without TLS"),
        (shut, "PublicAccessBlockConfiguration must shut all four doors"),
        (bucket.at(&["BucketEncryption"]).is_some(), "BucketEncryption must be given"),
        (bucket.has(&["VersioningConfiguration", "Status"], "Enabled"), "VersioningConfiguration must be Enabled"),
        (deletion_is_decided(bucket), "DeletionPolicy and UpdateReplacePolicy must be given and agree"),
    ];
    broken(bucket, &rules)
}

fn denies_plain_http(policy: &Resource) -> bool {
    let statements = policy.at(&["PolicyDocument", "Statement"]).map(Node::items).unwrap_or_default();
    statements.iter().any(|statement| {
        let plain = statement.text(&["Condition", "Bool", "aws:SecureTransport"]) == Some("false");
        let all = statement.text(&["Principal"]) == Some("*") && statement.text(&["Action"]) == Some("s3:*");
        plain && all && statement.text(&["Effect"]) == Some("Deny")
    })
}

fn names(resource: &Resource) -> Vec<Finding> {
    let paths = [
        &["TableName"][..],
        &["QueueName"],
        &["FunctionName"],
        &["BucketName"],
        &["LogGroupName"],
        &["AliasName"],
        &["TopicName"],
        &["AlarmName"],
        &["DashboardName"],
        &["DeliveryStreamName"],
        &["Name"],
        &["OriginAccessControlConfig", "Name"],
        &["ResponseHeadersPolicyConfig", "Name"],
    ];
    let given = paths
        .iter()
        .filter_map(|path| resource.at(path))
        .filter(|name| !["Ref", "GetAtt"].contains(&name.tag.as_str()));
    let own = |text: &str| {
        ["", "/", "/aws/lambda/", "/aws/apigateway/", "/aws/kinesisfirehose/", "alias/"]
            .iter()
            .any(|start| text.starts_with(&format!("{start}${{AWS::StackName}}")))
    };
    given
        .filter(|name| name.tag != "Sub" || !name.text(&[]).is_some_and(own))
        .map(|name| Finding {
            line: name.line,
            message: format!("{}: a name begins with the stack's", resource.logical_id),
        })
        .collect()
}

/// What a first deploy made that failed may go again ("DeletionPolicy attribute", CloudFormation User Guide).
fn deletion_is_decided(resource: &Resource) -> bool {
    let policy = |when| resource.body.text(&[when]);
    let (deleted, replaced) = (policy("DeletionPolicy"), policy("UpdateReplacePolicy"));
    deleted.is_some() && (deleted == replaced || (deleted, replaced) == (Some("RetainExceptOnCreate"), Some("Retain")))
}

fn broken(resource: &Resource, rules: &[(bool, &str)]) -> Vec<Finding> {
    rules.iter().filter(|(holds, _)| !holds).map(|(_, wanted)| resource.finding(wanted)).collect()
}
