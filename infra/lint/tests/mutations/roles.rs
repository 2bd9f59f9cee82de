//! Ways to spoil the roles by which a workflow deploys.

/// What is spoilt, the text that goes, the text that comes.
pub(crate) const ROLES_SPOILT: &[(&str, &str, &str)] = &[
    (
        "any branch deploys",
        "              StringEquals:\n                token.actions.githubusercontent.com:aud: sts.amazonaws.com\n                token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:environment:${Environment}",
        "              StringEquals:\n                token.actions.githubusercontent.com:aud: sts.amazonaws.com\n              StringLike:\n                token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:*",
    ),
    (
        "any repository deploys",
        "                token.actions.githubusercontent.com:sub: !Sub repo:${Repository}:environment:${Environment}\n",
        "",
    ),
    (
        "a stack that changes the roles of its deploy",
        "              - Effect: Deny\n                Action: iam:*",
        "              - Effect: Deny\n                Action: iam:GetUser",
    ),
    (
        "a stack that gives itself any policy",
        "                Condition:\n                  ArnEquals:\n                    iam:PolicyARN:",
        "                Condition:\n                  ArnNotEquals:\n                    iam:PolicyARN:",
    ),
    (
        "roles of other stacks",
        "                  - iam:UpdateRoleDescription\n                Resource: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${StackName}-*",
        "                  - iam:UpdateRoleDescription\n                Resource: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",
    ),
    (
        "a role passed to any service",
        "                Condition:\n                  StringEquals: { iam:PassedToService: cloudformation.amazonaws.com }\n",
        "",
    ),
    (
        "any role passed",
        "Resource: !GetAtt StackRole.Arn",
        "Resource: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",
    ),
    (
        "keys of all stacks, read",
        "                Action: ssm:GetParameters\n                Resource: !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${StackName}/*",
        "                Action: ssm:GetParameters\n                Resource: !Sub arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/*",
    ),
    (
        "keys opened by a workflow",
        "              - Effect: Deny\n                Action: kms:Decrypt",
        "              - Effect: Allow\n                Action: kms:Decrypt",
    ),
    (
        "everybody takes CloudFormation's role",
        "            Principal: { Service: cloudformation.amazonaws.com }\n",
        "            Principal: { Service: cloudformation.amazonaws.com, AWS: !Sub \"arn:${AWS::Partition}:iam::${AWS::AccountId}:root\" }\n",
    ),
    (
        "a key of another stack",
        "                  StringEquals: { aws:ResourceTag/stack: !Ref StackName }\n",
        "                  StringLike: { aws:ResourceTag/stack: \"*\" }\n",
    ),
    (
        "one more right for the workflow",
        "                Action: cloudfront:CreateInvalidation\n",
        "                Action: [cloudfront:CreateInvalidation, cloudfront:UpdateDistribution]\n",
    ),
];
