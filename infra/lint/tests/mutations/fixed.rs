//! Values that would do if nobody looked twice.

/// What is spoilt, the text that goes, the text that comes.
pub(crate) const FIXED: &[(&str, &str, &str)] = &[
    ("a socket's function for whatever gateway", "${WebSocketApi}/ws/$default\n\n", "*\n\n"),
    (
        "an address written when all is answered",
        "- { EventType: viewer-request, FunctionARN: !GetAtt ViewerAddress",
        "- { EventType: viewer-response, FunctionARN: !GetAtt ViewerAddress",
    ),
    (
        "an address that viewers say themselves",
        "request.headers['x-sc-viewer'] = { value: event.viewer.ip };",
        "request.headers['x-sc-viewer'] = request.headers['x-forwarded-for'] || { value: event.viewer.ip };",
    ),
    (
        "another's API behind the edge",
        "DomainName: !If [HasDomain, !Sub \"api.${DomainName}\", !Sub \"${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}\"]",
        "DomainName: api.example.net",
    ),
    ("scripts from anywhere", "script-src 'self';", "script-src 'self' *;"),
    ("a page that talks to strangers", "connect-src 'self' wss", "connect-src 'self' https://*.example.net wss"),
    (
        "answers for other pages, by the edge",
        "        CustomHeadersConfig:\n          Items:\n            - Header: Permissions-Policy",
        "        CorsConfig:\n          AccessControlAllowCredentials: true\n          AccessControlAllowHeaders: { Items: [authorization] }\n          AccessControlAllowMethods: { Items: [ALL] }\n          AccessControlAllowOrigins: { Items: [https://example.net] }\n          OriginOverride: true\n        CustomHeadersConfig:\n          Items:\n            - Header: Permissions-Policy",
    ),
    (
        "answers for other pages, by SAM",
        "\nResources:\n",
        "\n  HttpApi:\n    CorsConfiguration: { AllowOrigins: [\"*\"], AllowMethods: [\"*\"], AllowHeaders: [\"*\"] }\n\nResources:\n",
    ),
    ("a throttle in name only", "ThrottlingRateLimit: 4000\n", "ThrottlingRateLimit: 10000000\n"),
    ("logs for ten years", "RetentionInDays: 30\n", "RetentionInDays: 3653\n"),
    (
        "a canary that nothing wakes",
        "            Period: 60\n            Stat: Sum\n      EvaluationPeriods: 1\n      Threshold: 5\n",
        "            Period: 60\n            Stat: Sum\n      EvaluationPeriods: 1\n      Threshold: 5000000\n",
    ),
    (
        "who comes is written down at the edge",
        "        HttpVersion: http2and3\n",
        "        HttpVersion: http2and3\n        Logging: { Bucket: somebodys-logs.s3.amazonaws.com, IncludeCookies: true }\n",
    ),
    (
        "links to another page",
        "        - HasPublicOrigin\n        - !Ref PublicOrigin\n",
        "        - HasPublicOrigin\n        - https://example.net\n",
    ),
    (
        "links to another page, by default",
        "    Default: \"\"\n    AllowedPattern: ^(https?://[a-z0-9.:-]+)?$",
        "    Default: \"https://example.net\"\n    AllowedPattern: ^(https?://[a-z0-9.:-]+)?$",
    ),
    (
        "guests without number",
        "    Default: 20\n    MinValue: 1\n    Description: New guests",
        "    Default: 100000000\n    MinValue: 1\n    Description: New guests",
    ),
    (
        "terms that nobody is asked for",
        "  TermsVersion:\n    Type: Number\n    Default: 1",
        "  TermsVersion:\n    Type: Number\n    Default: 0",
    ),
    ("expired events that stay", "            NoncurrentVersionExpiration: { NoncurrentDays: 7 }\n", ""),
    (
        "answers for another's bucket",
        "          OutputLocation: !Sub s3://${EventBucket}/answers/\n          ExpectedBucketOwner: !Ref AWS::AccountId\n",
        "          OutputLocation: s3://somebodys-bucket/\n",
    ),
    (
        "a secret that everybody knows",
        "DEVICE_SECRET_PARAMETER: !Ref DeviceSecretParameter",
        "DEVICE_SECRET_PARAMETER: !Ref PublicKeysParameter",
    ),
    (
        "another stack's table",
        "            # Links by mail.\n",
        "            # Links by mail.\n            - Effect: Allow\n              Action: dynamodb:GetItem\n              Resource: !Sub arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/somebody-ledger\n            # Links by mail.\n",
    ),
    (
        "a ledger that a function may delete",
        "              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:DeleteItem]\n              Resource: !If",
        "              Action: [dynamodb:GetItem, dynamodb:Query, dynamodb:PutItem, dynamodb:DeleteItem, dynamodb:DeleteTable, dynamodb:UpdateTable, dynamodb:Scan]\n              Resource: !If",
    ),
    (
        "any queue with a name as long",
        "              Resource: !GetAtt ErrandQueue.Arn\n            # The socket",
        "              Resource: !Sub arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:????????????????????????\n            # The socket",
    ),
    ("alarms sealed by a key of everybody's", "KmsMasterKeyId: !Ref DataKeyAlias", "KmsMasterKeyId: alias/aws/sns"),
    (
        "a key that alarms may do anything with",
        "            Action: [kms:Decrypt, kms:GenerateDataKey]\n",
        "            Action: kms:*\n",
    ),
    (
        "files in the clear",
        "Resource: [!GetAtt SiteBucket.Arn, !Sub \"${SiteBucket.Arn}/*\"]\n            Condition: { Bool",
        "Resource: !GetAtt SiteBucket.Arn\n            Condition: { Bool",
    ),
    (
        "somebody's macro",
        "Transform: AWS::Serverless-2016-10-31\n",
        "Transform: [SomebodysMacro, AWS::Serverless-2016-10-31]\n",
    ),
    (
        "a listener at the edge",
        "            FunctionAssociations:\n              - { EventType: viewer-request, FunctionARN: !GetAtt ViewerAddress",
        "            LambdaFunctionAssociations:\n              - { EventType: origin-request, IncludeBody: true, LambdaFunctionARN: !Sub \"arn:aws:lambda:us-east-1:${AWS::AccountId}:function:listener:1\" }\n            FunctionAssociations:\n              - { EventType: viewer-request, FunctionARN: !GetAtt ViewerAddress",
    ),
    ("no web ACL", "        WebACLId: !If [HasWebAcl, !Ref WebAclArn, !Ref AWS::NoValue]\n", ""),
    (
        "a policy of content that any answer overrides",
        "          ContentSecurityPolicy:\n            Override: true",
        "          ContentSecurityPolicy:\n            Override: false",
    ),
    (
        "calls by a stranger's TURN server",
        "  IceServersJson:\n    Type: String\n    Default: \"\"",
        "  IceServersJson:\n    Type: String\n    Default: '[{\"urls\":[\"turn:turn.example.net\"],\"username\":\"a\",\"credential\":\"b\"}]'",
    ),
    (
        "deadlines that nobody reads",
        "      FunctionName: !Ref ClockFunction.Alias\n",
        "      FunctionName: !Ref ClockFunction.Alias\n      Enabled: false\n",
    ),
    ("all callers at once", "    Default: Canary10Percent10Minutes\n", "    Default: AllAtOnce\n"),
    (
        "alarms to a stranger",
        "  AlarmEmail:\n    Type: String\n    Default: \"\"",
        "  AlarmEmail:\n    Type: String\n    Default: somebody@example.net",
    ),
    ("forms to anywhere", "form-action 'self';", "form-action *;"),
    (
        "the keys of evidence for chat",
        "              Resource: !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${TurnSharedSecretParameter}\n\n  MessageLogs",
        "              Resource:\n                - !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${TurnSharedSecretParameter}\n                - !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${EvidenceKeysParameter}\n\n  MessageLogs",
    ),
    (
        "a second distribution",
        "\nResources:\n",
        "\nResources:\n  Second: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }\n",
    ),
    (
        "a second caller",
        "\nResources:\n",
        "\nResources:\n  Second: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref ApiFunction.Alias, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com, SourceArn: !Sub \"${WebSocketApi}/ws/$default\" } }\n",
    ),
    (
        "guests without number, in one function",
        "LOGINS_PER_MINUTE: !Ref LoginsPerMinute",
        "LOGINS_PER_MINUTE: 100000000",
    ),
    ("any page may ask", "ALLOWED_ORIGINS: !Ref AllowedOrigins", "ALLOWED_ORIGINS: \"*\""),
    (
        "chat posted to another's sockets",
        "WS_CALLBACK_URL: !If [HasDomain, !Sub \"https://ws.${DomainName}/ws\",",
        "WS_CALLBACK_URL: !If [HasDomain, \"https://ws.example.net/ws\",",
    ),
    (
        "a variable that the runtime obeys",
        "          LIVE_TABLE: !Ref LiveTable\n",
        "          LIVE_TABLE: !Ref LiveTable\n          LD_PRELOAD: /tmp/x\n",
    ),
    ("no web ACL, whatever is said", "HasWebAcl: !Not [!Equals [!Ref WebAclArn, \"\"]]", "HasWebAcl: !Equals [1, 2]"),
    ("an alarm that nothing wakes", "      Threshold: 100\n", "      Threshold: 100000000\n"),
];
