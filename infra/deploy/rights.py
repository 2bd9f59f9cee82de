"""Whether CloudFormation, in the role of github-role.yaml, may do all that it does to what the template declares.

rights.py REPOSITORY

Each type's schema names the actions that its handlers call; cfn-lint brings the schemas ("handlers", CloudFormation CLI User Guide).
"""

import fnmatch
import importlib.resources
import json
import pathlib
import sys

from cfnlint.decode import cfn_yaml

#: What the transform makes of a function, and of its alias and its canary ("Generated CloudFormation resources", SAM).
GENERATED = {
    "AWS::Serverless::Function": [
        "AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::Permission", "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping", "AWS::IAM::Role", "AWS::Events::Rule", "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
    ],
    "AWS::Serverless::HttpApi": ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"],
}
#: What handlers call only for properties that the template has not; and what IAM knows by another name.
SPARED = {
    "apigateway:TagResource": "POST on /tags (Service Authorization Reference)",
    "apigateway:UntagResource": "DELETE on /tags",
    "acm-pca:*": "certificates of a private authority",
    "application-autoscaling:*Polic*": "capacity that is provisioned",
    "application-autoscaling:*Action*": "capacity that is provisioned",
    "application-autoscaling:*Target": "capacity that is provisioned",
    "ec2:*": "functions in a network",
    "elasticfilesystem:*": "functions with a file system",
    "iam:*PermissionsBoundary": "roles with a boundary",
    "lakeformation:GetDataAccess": "a table governed by Lake Formation",
    "lakeformation:CreateTable": "a table governed by Lake Formation",
    "s3files:*": "functions with a file system",
    "s3tables:*": "buckets with tables of metadata",
}


def schemas() -> dict[str, dict]:
    folder = importlib.resources.files("cfnlint") / "data/schemas/resources"
    read = [json.loads(file.read_text()) for file in folder.iterdir() if file.name.endswith(".json")]
    return {schema["typeName"]: schema for schema in read}


def allowed(role: dict) -> list[str]:
    statements = [statement for policy in role["Properties"]["Policies"] for statement in policy["PolicyDocument"]["Statement"]]
    actions = [statement["Action"] for statement in statements if statement["Effect"] == "Allow"]
    return [name for action in actions for name in ([action] if isinstance(action, str) else action)]


def main():
    root = pathlib.Path(sys.argv[1])
    resources = lambda file: cfn_yaml.load(str(root / file))["Resources"]
    declared = {resource["Type"] for resource in resources("cloudformation.yaml").values()}
    types = {made for name in declared for made in GENERATED.get(name, [name])}
    may, known = allowed(resources("infra/deploy/github-role.yaml")["StackRole"]), schemas()
    matches = lambda action, patterns: any(fnmatch.fnmatch(action.lower(), pattern.lower()) for pattern in patterns)
    missing = [f"{name}: no schema of that type" for name in types - set(known)]
    for name in types & set(known):
        for verb, handler in known[name].get("handlers", {}).items():
            actions = [action for action in handler["permissions"] if verb != "list" and not matches(action, [*may, *SPARED])]
            missing += [f"{name}: to {verb} it, StackRole needs {action}" for action in actions]
    print("\n".join(sorted(missing)) or f"StackRole may make, read, change and delete all {len(types)} types")
    sys.exit(1 if missing else 0)


main()
