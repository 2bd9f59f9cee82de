"""One environment, deployed: functions and template by SAM, then the page.

deploy.py --root REPOSITORY --env NAME --arch arm64|x86_64 [--yes] [--only build|deploy]
"""

import argparse
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
import botocore.exceptions

import site_files
from environment import Environment

#: A new stack's first channels come within a minute, CloudFront's first answer within some more.
READY_WITHIN_S = 600


def step(what: str):
    print(f"==> {what}", flush=True)


def check(session: boto3.Session, environment: Environment) -> dict[str, int]:
    """Ends with what to do where a deploy could only fail; otherwise the version of each key."""
    try:
        account = session.client("sts").get_caller_identity()["Account"]
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        sys.exit(f"error: there are no AWS credentials that work ({error}): log in first, for example by `aws sso login`")
    ssm, missing, versions = session.client("ssm"), [], {}
    keys = environment.keys()
    for start in range(0, len(keys), 10):
        told = ssm.get_parameters(Names=keys[start : start + 10])
        missing += told["InvalidParameters"]
        versions |= {parameter["Name"]: parameter["Version"] for parameter in told["Parameters"]}
    if missing:
        wanted = f"cargo xtask keys create --stack {environment.stack} --region {environment.region}"
        sys.exit(f"error: {', '.join(missing)} are not there: run `{wanted}` first")
    step(f"{environment.stack} in {environment.region}, account {account}")
    return versions


def sam(environment: Environment, *arguments: str):
    command = [pathlib.Path(sys.executable).parent / "sam", *arguments]
    if subprocess.run(command, cwd=environment.root, check=False).returncode != 0:
        sys.exit("error: SAM's words are above; nothing further was done")


def stamp(environment: Environment, keys: dict[str, int]):
    """Writes beside each function what it is made of, so that a version is published for new parameters and keys too: SAM makes
    one only where the code is another (AutoPublishAlias, SAM Developer Guide)."""
    functions = list((environment.root / ".aws-sam/build").glob("*/bootstrap"))
    if not functions:
        sys.exit("error: nothing is built: leave `--only deploy` away")
    for bootstrap in functions:
        bootstrap.with_name("release").write_text(environment.release(keys))


def outputs(session: boto3.Session, stack: str) -> dict[str, str]:
    described = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def ready(url: str):
    """Waits until every part answers."""
    step(f"waiting for {url}/api/health/ready")
    last = "no answer"
    for _ in range(READY_WITHIN_S // 5):
        try:
            with urllib.request.urlopen(f"{url}/api/health/ready", timeout=10) as answer:
                return print(answer.read().decode())
        except urllib.error.HTTPError as error:
            last = error.read().decode()
        except OSError as error:
            last = str(error)
        time.sleep(5)
    sys.exit(f"error: it is deployed, and not ready after {READY_WITHIN_S} s: {last}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--env", required=True)
    parser.add_argument("--arch", choices=["arm64", "x86_64"], required=True)
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--only", choices=["build", "deploy"])
    asked = parser.parse_args()
    environment = Environment(asked.root.resolve(), asked.env)
    environment.overrides["Architecture"] = asked.arch
    session = boto3.Session(region_name=environment.region)
    keys = check(session, environment) if asked.only != "build" else {}

    overrides = ["--parameter-overrides", *(f"{name}={value}" for name, value in environment.overrides.items())]
    if asked.only != "deploy":
        step("building the functions")
        sam(environment, "build", *overrides)
    if asked.only == "build":
        return step("built: .aws-sam/build and frontend/dist")
    stamp(environment, keys)
    step("deploying the stack")
    confirmed = ["--no-confirm-changeset"] if asked.yes else []
    sam(environment, "deploy", "--config-env", environment.name, *confirmed, *overrides)

    told = outputs(session, environment.stack)
    count = site_files.publish(session.client("s3"), told["SiteBucketName"], environment.root / "frontend/dist")
    step(f"published {count} files of the page")
    everything = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
    session.client("cloudfront").create_invalidation(DistributionId=told["DistributionId"], InvalidationBatch=everything)
    ready(told["SiteUrl"])
    step(f"{told['SiteUrl']} is up")


if __name__ == "__main__":
    main()
