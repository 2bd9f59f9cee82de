"""Our stack in the emulator: what SAM and CloudFormation do, and what the emulator leaves out."""

import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import time
import zipfile

import boto3
import botocore.exceptions
from samtranslator.yaml_helper import yaml_parse

from emulator import KEY, REGION, SECRET

STACK = "speed-connect-there"
BUCKET = "packages"
#: It does not look whose mail is sent or which parameters are read, and asks for a right to all.
ASKED_OF_ALL = ["ses:SendEmail", "ssm:GetParameters"]
#: Calls end by themselves after so many seconds.
SESSION_SECONDS = 12


class Cloud:
    """The emulator as a client sees it."""

    def __init__(self, address: str):
        self.address = address

    def client(self, service: str):
        keys = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
        return boto3.client(service, endpoint_url=self.address, region_name=REGION, **keys)


def packed(binary: pathlib.Path, folder: pathlib.Path) -> bytes:
    """A function's zip: the binary as `bootstrap`, without its debug information."""
    stripped = folder / binary.name
    subprocess.run(["strip", "-o", stripped, binary], check=True)
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(entry, stripped.read_bytes(), zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()


def is_unknown(resource: dict) -> bool:
    """What the emulator refuses; each is in README.md."""
    math = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return math or resource["Type"] in ("AWS::Athena::NamedQuery", "AWS::Budgets::Budget")


def adapted(text: str, kvs: str, address: str) -> tuple[dict, list[str]]:
    """The template with its packages, without what the emulator does not know, and what was left out."""
    template = yaml_parse(text)
    left_out = [name for name, resource in template["Resources"].items() if is_unknown(resource)]
    for name in left_out:
        del template["Resources"][name]
    globals_ = template["Globals"]["Function"]
    # By which SAM makes resources of CodeDeploy.
    del globals_["DeploymentPreference"]
    # Its own name for @connections, and KVS, which it has not.
    sockets = {"Fn::Sub": f"{address}/_aws/execute-api/${{WebSocketApi}}/ws"}
    endpoints = {"AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": sockets, "AWS_ENDPOINT_URL_KINESIS_VIDEO": kvs}
    globals_["Environment"] = {"Variables": endpoints}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            binary = resource["Metadata"]["BuildProperties"]["Binary"]
            resource["Properties"]["CodeUri"] = f"s3://{BUCKET}/{binary}.zip"
            for policy in resource["Properties"]["Policies"]:
                for statement in policy["Statement"]:
                    if statement["Action"] in ASKED_OF_ALL:
                        statement["Resource"] = "*"
    return template, [*left_out, "DeploymentPreference"]


def create(cloud: Cloud, template: dict) -> dict[str, str]:
    """Creates the stack; gives its outputs."""
    names = [name for name in template["Parameters"] if name.endswith("Parameter")]
    kebab = lambda name: re.sub(r"(?<!^)(?=[A-Z])", "-", name.removesuffix("Parameter")).lower()
    overrides = {name: f"/{STACK}/{kebab(name)}" for name in names}
    overrides["TurnSharedSecretParameter"] = f"/{STACK}/turn-secret"
    overrides |= {"SessionSeconds": str(SESSION_SECONDS), "ChannelPoolSize": "2", "Capacity": "small", "Rollout": "AllAtOnce"}
    s3, formation = cloud.client("s3"), cloud.client("cloudformation")
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=json.dumps(template).encode())
    formation.create_stack(
        StackName=STACK,
        TemplateURL=f"{cloud.address}/{BUCKET}/template.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in overrides.items()],
    )
    for _ in range(120):
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            break
        time.sleep(1)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
        reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed]
        sys.exit("\n".join([f"the stack is {stack['StackStatus']}", *reasons]))
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def keys_of_roles(cloud: Cloud) -> list[tuple[str, str, str]]:
    """The keys under which the emulator runs our functions: it derives them from both names (core/lambda_runtime.py)."""
    client, keys = cloud.client("lambda"), []
    sealed = lambda text: hashlib.sha256(text.encode()).hexdigest()
    for function in client.list_functions()["Functions"]:
        for version in client.list_versions_by_function(FunctionName=function["FunctionName"])["Versions"]:
            for arn in {version["FunctionArn"], version["FunctionArn"].removesuffix(":$LATEST")}:
                digest = sealed(f"{arn}:{version['Role']}")
                keys.append((f"ASIA{digest[:16].upper()}", sealed(f"secret:{digest}"), sealed(f"token:{digest}")))
    return keys


def refuses_what_no_role_allows(cloud: Cloud):
    """Fails if the emulator lets a function do what its role does not allow."""
    for key, secret, token in keys_of_roles(cloud):
        keys = {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}
        tables = boto3.client("dynamodb", endpoint_url=cloud.address, region_name=REGION, **keys)
        try:
            tables.delete_table(TableName=f"{STACK}-live")
        except botocore.exceptions.ClientError as refusal:
            # Keys of a version that has not run yet are not known.
            wanted = ("AccessDeniedException", "UnrecognizedClientException")
            assert refusal.response["Error"]["Code"] in wanted, refusal
        else:
            raise AssertionError(f"{key} deleted a table")


def route_http(cloud: Cloud) -> int:
    """SAM writes the HTTP API's routes as an OpenAPI body, which the emulator does not read; gives their number."""
    formation, gateway = cloud.client("cloudformation"), cloud.client("apigatewayv2")
    body = formation.get_template(StackName=STACK, TemplateStage="Processed")["TemplateBody"]
    template = body if isinstance(body, dict) else json.loads(body)
    resources = formation.describe_stack_resources(StackName=STACK)["StackResources"]
    physical = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    api, integrations, routes = physical["HttpApi"], {}, 0
    for path, methods in template["Resources"]["HttpApi"]["Properties"]["Body"]["paths"].items():
        for method, operation in methods.items():
            written = json.dumps(operation["x-amazon-apigateway-integration"]["uri"])
            function = next(name for name in re.findall(r"\w+", written) if name in physical and "Function" in name)
            if function not in integrations:
                uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{physical[function]}/invocations"
                made = gateway.create_integration(
                    ApiId=api, IntegrationType="AWS_PROXY", PayloadFormatVersion="2.0", IntegrationUri=uri
                )
                integrations[function] = made["IntegrationId"]
            gateway.create_route(
                ApiId=api, RouteKey=f"{method.upper()} {path}", Target=f"integrations/{integrations[function]}"
            )
            routes += 1
    return routes
