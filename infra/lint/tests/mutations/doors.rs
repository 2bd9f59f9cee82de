//! Doors beside the doors: what a stranger would try to slip into the template.

/// Whose door, the text that goes, the text that comes.
pub(crate) const DOORS: &[(&str, &str, &str)] = &[
    // resources and properties that this stack has no use for
    (
        "a function's own URL",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::Lambda::Url, Properties: { AuthType: NONE, TargetFunctionArn: !Ref AuthFunction } }\n",
    ),
    (
        "an administrator",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::IAM::User, Properties: { ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess] } }\n",
    ),
    (
        "a policy beside the role",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::IAM::Policy, Properties: { PolicyName: x, Roles: [!Ref AuthFunctionRole] } }\n",
    ),
    (
        "alarms by anybody",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::SNS::TopicPolicy, Properties: { Topics: [!Ref Alarms] } }\n",
    ),
    (
        "timers by anybody",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::SQS::QueuePolicy, Properties: { Queues: [!Ref ClockQueue] } }\n",
    ),
    (
        "events for anybody",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::Kinesis::ResourcePolicy, Properties: { ResourceArn: !GetAtt EventStream.Arn } }\n",
    ),
    (
        "logs for another account",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::Logs::SubscriptionFilter, Properties: { LogGroupName: !Ref AuthLogs } }\n",
    ),
    (
        "a table for another account",
        RESOURCES,
        "\nResources:\n  Door: { Type: AWS::RAM::ResourceShare, Properties: { ResourceArns: [!GetAtt LiveTable.Arn] } }\n",
    ),
    (
        "a table's own policy",
        "      TableName: !Sub ${AWS::StackName}-live\n",
        "      TableName: !Sub ${AWS::StackName}-live\n      ResourcePolicy: {}\n",
    ),
    ("SAM's URL", AUTH, "      CodeUri: functions/auth\n      FunctionUrlConfig: { AuthType: NONE }\n"),
    (
        "foreign code beside ours",
        AUTH,
        "      CodeUri: functions/auth\n      Layers: [arn:aws:lambda:us-east-1:123456789012:layer:x:1]\n",
    ),
    (
        "foreign code beside all of ours",
        "    Handler: bootstrap\n",
        "    Handler: bootstrap\n    Layers: [arn:aws:lambda:us-east-1:123456789012:layer:x:1]\n",
    ),
    (
        "any origin with cookies",
        "      StageName: $default\n",
        "      StageName: $default\n      CorsConfiguration: { AllowOrigins: [\"*\"], AllowCredentials: true }\n",
    ),
    (
        "frames in a log",
        "      StageName: ws\n",
        "      StageName: ws\n      AccessLogSettings: { Format: $context.identity.sourceIp }\n",
    ),
    // policies
    ("a key for all", ACCOUNT, "Principal: \"*\""),
    ("a key for another account", ACCOUNT, "Principal: { AWS: arn:aws:iam::123456789012:root }"),
    (
        "a key for every log",
        "kms:EncryptionContext:aws:logs:arn: !Sub arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/*/${AWS::StackName}-*",
        "kms:EncryptionContext:aws:logs:arn: arn:aws:logs:*",
    ),
    ("the page for any distribution", "distribution/${Distribution}", "distribution/*"),
    ("the page for anybody", "Principal: { Service: cloudfront.amazonaws.com }", "Principal: \"*\""),
    (
        "a page that the edge writes",
        "            Action: s3:GetObject\n            Resource: !Sub ${SiteBucket.Arn}/*",
        "            Action: [s3:GetObject, s3:PutObject]\n            Resource: !Sub ${SiteBucket.Arn}/*",
    ),
    ("a function for all", "      Principal: apigateway.amazonaws.com\n", "      Principal: \"*\"\n"),
    ("alarms for somebody else", "      Endpoint: !Ref AlarmEmail\n", "      Endpoint: somebody@example.com\n"),
    // secrets
    (
        "a secret in the open",
        "\nOutputs:\n",
        "\nOutputs:\n  Secret: { Value: !Select [0, !Ref OriginSecretsParameter] }\n",
    ),
    (
        "a secret written down",
        "          PUBLIC_KEYS_PARAMETER: !Ref PublicKeysParameter\n",
        "          KEY: \"{{resolve:ssm-secure:/speed-connect/signing-key}}\"\n",
    ),
    (
        "a secret as a parameter",
        "    Type: AWS::SSM::Parameter::Value<List<String>>\n",
        "    Type: CommaDelimitedList\n",
    ),
    ("a secret by its value", "    Default: /speed-connect/device-secret\n", "    Default: secret\n"),
    (
        "everything logged",
        "LogFormat: JSON, SystemLogLevel: WARN, LogGroup: !Ref AuthLogs",
        "LogFormat: JSON, ApplicationLogLevel: TRACE, SystemLogLevel: WARN, LogGroup: !Ref AuthLogs",
    ),
    ("events for a year", "RetentionPeriodHours: 24", "RetentionPeriodHours: 8760"),
    // the edge
    ("an unsigned edge", "SigningBehavior: always", "SigningBehavior: never"),
    (
        "answers for everybody",
        "            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "            CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6",
    ),
    (
        "the viewer's Host",
        "OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac",
        "OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3",
    ),
    (
        "a bare page",
        "          ResponseHeadersPolicyId: !Ref PageHeaders\n          FunctionAssociations",
        "          FunctionAssociations",
    ),
    (
        "bare answers",
        "            ResponseHeadersPolicyId: !Ref PageHeaders\n            FunctionAssociations",
        "            FunctionAssociations",
    ),
    ("an old protocol to the APIs", "OriginSSLProtocols: [TLSv1.2]", "OriginSSLProtocols: [SSLv3, TLSv1.2]"),
    (
        "links told to others",
        "ReferrerPolicy: { ReferrerPolicy: no-referrer, Override: true }",
        "ReferrerPolicy: { ReferrerPolicy: unsafe-url, Override: true }",
    ),
    ("yesterday's edge", "      AutoPublish: true\n", ""),
];

const RESOURCES: &str = "\nResources:\n";
const AUTH: &str = "      CodeUri: functions/auth\n";
const ACCOUNT: &str = "Principal: { AWS: !Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:root\" }";
