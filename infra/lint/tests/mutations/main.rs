//! The real template is clean, and each way to spoil it is found.

mod doors;
mod fixed;
mod roles;

use doors::DOORS;
use fixed::FIXED;
use roles::ROLES_SPOILT;
use template_lint::{Finding, RUNBOOKS, check, check_roles};

const TEMPLATE: &str = include_str!("../../../../cloudformation.yaml");
const ROLES: &str = include_str!("../../../deploy/github-role.yaml");

#[test]
fn the_real_template_is_clean() {
    let findings = check(TEMPLATE).expect("the template parses");
    assert_eq!(findings, []);
    assert_eq!(check_roles(ROLES).expect("the roles parse"), []);
}

#[test]
fn every_mutant_is_found() {
    let mutants = MUTANTS.iter().chain(DOORS).chain(FIXED);
    assert_eq!(survivors(TEMPLATE, mutants, check), Vec::<&str>::new(), "these mutants live");
    assert_eq!(survivors(ROLES, ROLES_SPOILT, check_roles), Vec::<&str>::new(), "these mutants live");
}

fn survivors<'m>(
    text: &str,
    mutants: impl IntoIterator<Item = &'m (&'m str, &'m str, &'m str)>,
    check: impl Fn(&str) -> anyhow::Result<Vec<Finding>>,
) -> Vec<&'m str> {
    let lives = |(what, from, to): &&(&str, &str, &str)| {
        assert!(text.contains(from), "the mutant '{what}' no longer fits: {from}");
        check(&text.replacen(from, to, 1)).expect("a mutant still parses").is_empty()
    };
    mutants.into_iter().filter(lives).map(|(what, ..)| *what).collect()
}

#[test]
fn every_runbook_is_written() {
    let pages = include_str!("../../../../docs/OPERATIONS.md");
    let named = TEMPLATE.lines().filter_map(|line| line.split_once(RUNBOOKS)).map(|(_, runbook)| runbook.trim());
    let missing: Vec<&str> = named.filter(|runbook| !pages.contains(&format!("\n### {runbook}\n"))).collect();
    assert_eq!(missing, Vec::<&str>::new(), "these runbooks are not in docs/OPERATIONS.md");
}

#[test]
fn a_finding_names_its_line_and_what_to_do() {
    let mutant = TEMPLATE.replacen("EncryptionType: KMS", "EncryptionType: NONE", 1);
    let findings = check(&mutant).expect("parses");
    let line = 1 + mutant.lines().position(|line| line == "  EventStream:").expect("declared");
    let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("{line}: EventStream: StreamEncryption must be KMS")]);
}

#[test]
fn what_is_no_template_is_an_error() {
    assert!(check("").is_err());
    assert!(check("Resources: [").is_err());
    assert!(check("Parameters: {}").is_err());
}

/// What is spoilt, the text, and what replaces its first occurrence.
const MUTANTS: &[(&str, &str, &str)] = &[
    // whoever makes matches and ends calls may write all that is in their transactions
    (
        "pages cannot end calls",
        "updated. A transaction needs the actions of its items.\n            - Effect: Allow\n              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem]",
        "updated. A transaction needs the actions of its items.\n            - Effect: Allow\n              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:DeleteItem]",
    ),
    (
        "timers cannot end calls",
        "gives the channel back: one transaction each.\n            - Effect: Allow\n              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem]",
        "gives the channel back: one transaction each.\n            - Effect: Allow\n              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:DeleteItem]",
    ),
    // functions
    ("no log retention", "-auth\n      RetentionInDays: 30\n", "-auth\n"),
    ("logs elsewhere", "LogGroup: !Ref AuthLogs", "LogGroup: !Ref ApiLogs"),
    (
        "foreign log group name",
        "LogGroupName: !Sub /aws/lambda/${AWS::StackName}-auth",
        "LogGroupName: /aws/lambda/auth",
    ),
    ("another runtime", "Runtime: provided.al2023", "Runtime: nodejs20.x"),
    ("as many at once as there are", "      ReservedConcurrentExecutions: 1\n", ""),
    ("no timeout", "    Timeout: 10\n", ""),
    ("another binary", "BuildProperties: { Binary: auth }", "BuildProperties: { Binary: api }"),
    (
        "failures of a schedule lost",
        "OnFailure: { Type: SQS, Destination: !GetAtt ChannelsFailures.Arn }",
        "OnSuccess: {}",
    ),
    // sources
    ("one bad message fails its batch", "      FunctionResponseTypes: [ReportBatchItemFailures]\n", ""),
    ("messages reappear while handled", "VisibilityTimeout: 60", "VisibilityTimeout: 30"),
    ("retried for ever", "      MaximumRetryAttempts: 5\n", ""),
    ("retried for ever by name", "MaximumRetryAttempts: 5", "MaximumRetryAttempts: -1"),
    ("kept for ever", "      MaximumRecordAgeInSeconds: 86400\n", ""),
    ("no bisecting", "BisectBatchOnFunctionError: true", "BisectBatchOnFunctionError: false"),
    ("failed records lost", "OnFailure: { Destination: !GetAtt AnalyticsFailures.Arn }", "OnSuccess: {}"),
    ("SAM's own mapping", "Type: Schedule, Properties: { Schedule: rate(1 minute) }", "Type: SQS, Properties: {}"),
    // permissions
    ("any action", "Action: sqs:SendMessage", "Action: \"*\""),
    ("any action of a service", "Action: sqs:SendMessage", "Action: sqs:*"),
    ("a prefix of actions", "Action: kinesis:PutRecords", "Action: kinesis:Put*"),
    ("any table", "Resource: !GetAtt LiveTable.Arn", "Resource: \"*\""),
    ("any table by ARN", "Resource: !GetAtt LiveTable.Arn", "Resource: !Sub arn:aws:dynamodb:*:*:table/*"),
    ("any channel", "channel/${AWS::StackName}-pool_*/*", "channel/*"),
    ("any parameter", "parameter${SigningKeyParameter}", "parameter/*"),
    ("any key listed", "Action: kinesisvideo:ListSignalingChannels", "Action: ssm:GetParameters"),
    (
        "another signer",
        "cannot sign them.\n            - Effect: Allow\n              Action: ssm:GetParameters\n              Resource:\n                - !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${PublicKeysParameter}",
        "cannot sign them.\n            - Effect: Allow\n              Action: ssm:GetParameters\n              Resource:\n                - !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${SigningKeyParameter}",
    ),
    ("everything but", "Action: sqs:SendMessage", "NotAction: sqs:SendMessage"),
    ("denied, not left out", "- Effect: Allow\n              Action: sqs", "- Effect: Deny\n              Action: sqs"),
    ("a statement without a reason", "            # user.signed_in\n", ""),
    ("two needs in one", "Action: kinesis:PutRecords", "Action: [kinesis:PutRecords, sqs:SendMessage]"),
    (
        "a policy template",
        "        - Version: \"2012-10-17\"\n          Statement:",
        "        - DynamoDBCrudPolicy: { TableName: x }\n        - Statement:",
    ),
    (
        "a managed policy",
        "        - Version: \"2012-10-17\"\n          Statement:",
        "        - AdministratorAccess\n        - Statement:",
    ),
    (
        "a role of its own",
        "      CodeUri: functions/auth\n",
        "      CodeUri: functions/auth\n      Role: arn:aws:iam::1:role/x\n",
    ),
    ("no traces", "    Tracing: !Ref Tracing\n", ""),
    // storage
    (
        "rows for ever",
        "TimeToLiveSpecification: { AttributeName: ttl, Enabled: true }",
        "TimeToLiveSpecification: { AttributeName: ttl, Enabled: false }",
    ),
    ("another ttl", "AttributeName: ttl", "AttributeName: expires"),
    ("a plain table", "SSEEnabled: true", "SSEEnabled: false"),
    ("provisioned", "BillingMode: PAY_PER_REQUEST", "BillingMode: PROVISIONED"),
    ("no restore", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"),
    ("the ledger may be deleted", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false"),
    (
        "no restore of the copy",
        "LedgerReplica\n            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }",
        "LedgerReplica\n            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false }",
    ),
    (
        "a copy that may be deleted",
        "PointInTimeRecoveryEnabled: true }\n            DeletionProtectionEnabled: true",
        "PointInTimeRecoveryEnabled: true }\n            DeletionProtectionEnabled: false",
    ),
    (
        "the ledger goes with its stack",
        "DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n    Properties:\n      TableName",
        "DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete\n    Properties:\n      TableName",
    ),
    (
        "deletion undecided",
        "    DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete\n    Properties:\n      TableName",
        "    Properties:\n      TableName",
    ),
    ("a plain queue", "SqsManagedSseEnabled: true", "SqsManagedSseEnabled: false"),
    (
        "no redrive",
        "      RedrivePolicy:\n        deadLetterTargetArn: !GetAtt ClockDeadLetters.Arn\n        maxReceiveCount: 5\n",
        "",
    ),
    ("plain logs", "      RetentionInDays: 30\n      KmsKeyId: !GetAtt DataKey.Arn\n", "      RetentionInDays: 30\n"),
    ("a key for ever", "EnableKeyRotation: true", "EnableKeyRotation: false"),
    (
        "requests unlogged",
        "DestinationArn: !GetAtt HttpAccessLogs.Arn\n        # No address, no path that names anybody, no header.\n        Format",
        "Fmt",
    ),
    ("addresses logged", "\"route\":\"$context.routeKey\"", "\"ip\":\"$context.identity.sourceIp\""),
    ("redriven never", "maxReceiveCount: 5", "maxReceiveCount: 1000"),
    ("failures forgotten", "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60"),
    ("a plain stream", "EncryptionType: KMS", "EncryptionType: NONE"),
    ("a bucket in the clear", "aws:SecureTransport: \"false\"", "aws:SecureTransport: \"true\""),
    ("a role for every delivery", "deliverystream/${AWS::StackName}-events", "deliverystream/*"),
    (
        "a role for every account",
        "StringEquals: { aws:SourceAccount: !Ref AWS::AccountId }",
        "StringLike: { aws:x: y }",
    ),
    ("a role for functions", "Service: firehose.amazonaws.com", "Service: lambda.amazonaws.com"),
    (
        "a managed policy for deliveries",
        "      # As \"Controlling access",
        "      ManagedPolicyArns: [x]\n      # As \"Controlling access",
    ),
    ("deliveries anywhere", "- !Sub ${EventBucket.Arn}/events/*", "- \"*\""),
    ("deliveries of any table", "table/${EventDatabase}/${EventTable}", "table/*"),
    ("anything with files", "[s3:PutObject, s3:GetObject, s3:AbortMultipartUpload]", "s3:*"),
    (
        "no Parquet",
        "        DataFormatConversionConfiguration:\n          Enabled: true",
        "        DataFormatConversionConfiguration:\n          Enabled: false",
    ),
    ("another partition", "day=!{partitionKeyFromQuery:day}/", "day=!{timestamp:yyyy-MM-dd}/"),
    ("errors among events", "ErrorOutputPrefix: errors/", "ErrorOutputPrefix: events/"),
    (
        "deliveries that fail silently",
        "        CloudWatchLoggingOptions:\n          Enabled: true",
        "        CloudWatchLoggingOptions:\n          Enabled: false",
    ),
    ("settings of whoever asks", "EnforceWorkGroupConfiguration: true", "EnforceWorkGroupConfiguration: false"),
    ("questions of any price", "        BytesScannedCutoffPerQuery: 10737418240\n", ""),
    ("plain answers", "          EncryptionConfiguration: { EncryptionOption: SSE_S3 }\n", ""),
    ("events for ever", "            ExpirationInDays: !Ref EventsKeptDays\n", ""),
    (
        "events that go with their stack",
        "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n    Properties:\n      BucketEncryption",
        "    DeletionPolicy: Delete\n    UpdateReplacePolicy: Delete\n    Properties:\n      BucketEncryption",
    ),
    (
        "a plain bucket",
        "      BucketEncryption:\n        ServerSideEncryptionConfiguration:\n          - ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 }\n",
        "",
    ),
    ("objects of others", "ObjectOwnership: BucketOwnerEnforced", "ObjectOwnership: ObjectWriter"),
    ("a public bucket", "BlockPublicPolicy: true", "BlockPublicPolicy: false"),
    ("an open bucket", "RestrictPublicBuckets: true", "RestrictPublicBuckets: false"),
    ("no versions", "Status: Enabled", "Status: Suspended"),
    ("a name without the stack's", "TableName: !Sub ${AWS::StackName}-live", "TableName: live"),
    ("a foreign prefix", "QueueName: !Sub ${AWS::StackName}-clock\n", "QueueName: !Sub x-${AWS::StackName}-clock\n"),
    ("a plain topic", "      KmsMasterKeyId: !Ref DataKeyAlias\n", ""),
    (
        "throttled into the dead letters",
        "      ScalingConfig: { MaximumConcurrency: !FindInMap [Capacity, !Ref Capacity, clock] }\n",
        "",
    ),
    ("nobody at all", "ReservedConcurrentExecutions: 1", "ReservedConcurrentExecutions: 0"),
    // alarms
    ("an alarm that tells nobody", "      AlarmActions: [!Ref Alarms]\n", ""),
    ("an alarm without a runbook", " What to do is in docs/OPERATIONS.md#late-deadlines", ""),
    (
        "unwatched failures",
        "QueueName, Value: !GetAtt ErrandDeadLetters.QueueName",
        "QueueName, Value: !GetAtt ErrandQueue.QueueName",
    ),
    // the edge
    ("HTTP without throttle", "        ThrottlingRateLimit: 4000\n", ""),
    ("sockets without throttle", "        ThrottlingBurstLimit: 5000\n", ""),
    ("plain http", "ViewerProtocolPolicy: redirect-to-https", "ViewerProtocolPolicy: allow-all"),
    ("a plain origin", "OriginProtocolPolicy: https-only", "OriginProtocolPolicy: match-viewer"),
    (
        "a forged address",
        "FunctionARN: !GetAtt ViewerAddress.FunctionMetadata.FunctionARN",
        "FunctionARN: !GetAtt PageRewrite.FunctionMetadata.FunctionARN",
    ),
    (
        "past the edge",
        "            OriginCustomHeaders:\n              - { HeaderName: x-sc-origin-secret, HeaderValue: !Select [0, !Ref OriginSecretsParameter] }\n",
        "",
    ),
    ("a secret that everybody knows", "HeaderValue: !Select [0, !Ref OriginSecretsParameter]", "HeaderValue: secret"),
    ("functions that believe anybody", "          ORIGIN_SECRETS: !Join [\",\", !Ref OriginSecretsParameter]\n", ""),
    ("HTTP by the back door", "DisableExecuteApiEndpoint: !If [HasDomain, true, false]", "Description: x"),
    (
        "sockets by the back door",
        "RouteSelectionExpression: $request.body.action\n      DisableExecuteApiEndpoint: !If [HasDomain, true, false]",
        "RouteSelectionExpression: $request.body.action",
    ),
    ("old TLS for APIs", "SecurityPolicy: TLS_1_2", "SecurityPolicy: TLS_1_0"),
    ("old TLS for people", "MinimumProtocolVersion: TLSv1.2_2021", "MinimumProtocolVersion: TLSv1"),
    ("any script source", "require-trusted-types-for 'script';", ""),
    (
        "opened by others",
        "Header: Cross-Origin-Opener-Policy\n              Value: same-origin",
        "Header: X-None\n              Value: same-origin",
    ),
    (
        "read by others",
        "Header: Cross-Origin-Resource-Policy\n              Value: same-origin",
        "Header: Cross-Origin-Resource-Policy\n              Value: cross-origin",
    ),
    ("a camera for all", "camera=(self)", "camera=*"),
    // roll-out
    ("all at once, for all", "      Type: !Ref Rollout\n", "      Type: AllAtOnce\n"),
    ("never turned back", "      Alarms: [!Ref CanaryAlarm]\n", ""),
    ("no alias", "    AutoPublishAlias: live\n", ""),
    ("sockets past the alias", "Alias: !Ref ConnectFunction.Alias", "Alias: !GetAtt ConnectFunction.Arn"),
    ("a queue past the alias", "FunctionName: !Ref ClockFunction.Alias", "FunctionName: !Ref ClockFunction"),
    ("a permission for the newest", "FunctionName: !Ref MessageFunction.Alias", "FunctionName: !Ref MessageFunction"),
    ("inline scripts", "script-src 'self'", "script-src 'self' 'unsafe-inline'"),
    ("everything by default", "default-src 'none'", "default-src *"),
    ("framed", "frame-ancestors 'none'", "frame-ancestors *"),
    ("any socket", "connect-src 'self' wss://*.kinesisvideo.${AWS::Region}.${AWS::URLSuffix};", "connect-src *;"),
    ("sniffed", "ContentTypeOptions: { Override: true }", "XSSProtection: { Override: true, Protection: true }"),
    ("short HSTS", "AccessControlMaxAgeSec: 63072000", "AccessControlMaxAgeSec: 60"),
    (
        "any route may call",
        "      SourceArn: !Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebSocketApi}/ws/$connect\n",
        "",
    ),
];
