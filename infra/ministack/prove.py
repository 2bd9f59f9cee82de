"""Deploys our template into an emulator that nobody here wrote, and has people meet there.

prove.py --root REPOSITORY --binaries FOLDER --folder FOR_LOGS
"""

import argparse
import asyncio
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

import boto3
import jsonschema
import websockets

sys.path.append(str(pathlib.Path(__file__).parents[1] / "deploy"))

import deploy
import job
import site_files
import stack
from emulator import KEY, SECRET, ministack, signaling
from environment import Environment

FUNCTIONS = ["auth", "api", "connect", "message", "disconnect", "clock", "channels", "analytics", "courier"]
#: What two people who meet, chat and part leave on the stream.
EVENTS = {
    "user.signed_in", "connection.opened", "queue.joined", "match.made", "session.started", "message.sent", "session.ended",
}


def step(what: str):
    print(f"      {what}", flush=True)


def until(what: str, wanted, patience: int = 60):
    """What `wanted` gives once it gives something."""
    for _ in range(patience * 4):
        if found := wanted():
            return found
        time.sleep(0.25)
    raise AssertionError(f"it never came to this: {what}")


def events(cloud: stack.Cloud, stream: str, schemas: pathlib.Path) -> set[str]:
    """The types of all that is on the stream; each event obeys its schema."""
    kinesis, types = cloud.client("kinesis"), set()
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        where = {"StreamName": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        records = kinesis.get_records(ShardIterator=kinesis.get_shard_iterator(**where)["ShardIterator"])["Records"]
        for event in (json.loads(record["Data"]) for record in records):
            jsonschema.validate(event, json.loads((schemas / f"{event['type']}.json").read_text()))
            types.add(event["type"])
    return types


async def channel_opens(told: dict):
    """The address of the KVS channel that somebody was told lets them in, and no other does."""
    signaling = told["signaling"]
    assert signaling["transport"] == "kvs", signaling
    async with websockets.connect(signaling["url"]):
        pass
    try:
        await websockets.connect(signaling["url"][:-1] + ("0" if signaling["url"][-1] != "0" else "1"))
    except websockets.exceptions.InvalidStatus as refusal:
        assert refusal.response.status_code == 403, refusal
    else:
        raise AssertionError("a forged signature opened the channel")


def a_deploy_knows_its_keys(root: pathlib.Path, name: str, create_keys: list):
    """A deploy of an environment ends early, with what to do, and that is enough. New keys make new versions of the functions."""
    environment, session = Environment(root, name), boto3.Session(region_name=stack.REGION)
    try:
        deploy.check(session, environment)
    except SystemExit as end:
        assert f"`cargo xtask keys create --stack {environment.stack} --region {environment.region}`" in str(end), end
    else:
        raise AssertionError("nobody missed the keys")
    subprocess.run([*create_keys, environment.stack], check=True, stdout=subprocess.DEVNULL)
    before = environment.release(deploy.check(session, environment))
    assert before == environment.release(deploy.check(session, environment)), "the same twice is another release"
    rotate = [word if word != "create" else "rotate-origin" for word in create_keys]
    subprocess.run([*rotate, environment.stack], check=True, stdout=subprocess.DEVNULL)
    assert before != environment.release(deploy.check(session, environment)), "functions would keep the secrets of before"


def page_is_published(cloud: stack.Cloud, bucket: str, page: pathlib.Path) -> int:
    s3 = cloud.client("s3")
    count = site_files.publish(s3, bucket, page)
    asset = next(name for name in site_files.in_order(page) if name.startswith(site_files.HASHED) and name.endswith(".js"))
    for name, kind, lives in [
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        (asset, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    ]:
        there = s3.get_object(Bucket=bucket, Key=name)
        assert (there["ContentType"], there["CacheControl"]) == (kind, lives), there
        assert there["Body"].read() == (page / name).read_bytes(), name
    return count


def proof(root: pathlib.Path, binaries: pathlib.Path, folder: pathlib.Path, address: str, kvs: str, admit):
    cloud = stack.Cloud(address)
    cloud.client("s3").create_bucket(Bucket=stack.BUCKET)
    for name in FUNCTIONS:
        package = stack.packed(binaries / name, folder)
        cloud.client("s3").put_object(Bucket=stack.BUCKET, Key=f"{name}.zip", Body=package)
    step(f"{len(FUNCTIONS)} packages are uploaded")

    create_keys = [binaries / "operator", "keys", "create", "--aws-port", address.rsplit(":", 1)[1], "--stack"]
    for name in ("dev", "prod"):
        a_deploy_knows_its_keys(root, name, create_keys)
    subprocess.run([*create_keys, stack.STACK], check=True, stdout=subprocess.DEVNULL)
    # The hand step of docs/OPERATIONS.md: the domain that mails come from is verified.
    cloud.client("sesv2").create_email_identity(EmailIdentity="example.com")
    template, left_out = stack.adapted((root / "cloudformation.yaml").read_text(), kvs, address)
    outputs = stack.create(cloud, template)
    routes = stack.route_http(cloud)
    functions = [resource["Properties"] for resource in template["Resources"].values() if "CodeUri" in resource["Properties"]]
    declared = [event for function in functions for event in function.get("Events", {}).values() if event["Type"] == "HttpApi"]
    assert routes == len(declared), f"{len(declared)} routes are declared, {routes} were made"
    admit(stack.keys_of_roles(cloud))
    step(f"the stack is CREATE_COMPLETE; {routes} routes; left out: {', '.join(left_out)}")

    parameter = lambda name: cloud.client("ssm").get_parameter(Name=f"/{stack.STACK}/{name}", WithDecryption=True)
    value = lambda name: parameter(name)["Parameter"]["Value"]
    site = job.Site(address, outputs, value("origin-secrets").split(",")[0])
    cloud.client("lambda").invoke(FunctionName=f"{stack.STACK}-channels", Payload=b"{}")
    status, ready = site.ask("GET", "/api/health/ready")
    assert status == 200 and all(part["ready"] for part in ready["parts"]), ready
    step("every part is ready")
    step(f"{page_is_published(cloud, outputs['SiteBucketName'], root / 'frontend/dist')} files of the page are published")

    stack.refuses_what_no_role_allows(cloud)
    step("roles are enforced")
    asyncio.run(job.refused(site))
    step("nobody gets in past the edge")
    told = asyncio.run(job.talk(site))
    asyncio.run(channel_opens(told))
    step("two people met, talked and parted; their channel let them in")
    asyncio.run(job.stay(site))
    step("two people met, and the clock ended their call")

    seen = until("the events are on the stream", lambda: EVENTS <= events(cloud, outputs["EventStreamName"], root / "docs/events"))
    assert seen
    counted = lambda: "video_chat_sessions_created_total 2" in str(site.ask("GET", "/api/metrics", bearer=value("metrics-token"))[1])
    until("analytics has counted both calls", counted)
    step("the events are on the stream, obey their schemas, and are counted")

    status, answer = site.ask("POST", "/api/login", {"email": "ada@example.org", "nickname": "Ada"})
    assert status == 202, answer
    mails = lambda: [text for text in [str(site_mails(address))] if site.origin in text]
    until("the courier has mailed a link", mails)
    step("a link was mailed")


def site_mails(address: str) -> object:
    with urllib.request.urlopen(f"{address}/_ministack/ses/messages", timeout=10) as answer:
        return json.load(answer)


def main():
    parser = argparse.ArgumentParser()
    for option in ("--root", "--binaries", "--folder"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ministack(folder) as address, signaling(asked.binaries / "examples/kvs", folder) as (kvs, admit):
        os.environ |= {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        step(f"ministack is at {address}")
        proof(asked.root, asked.binaries.resolve(), folder, address, kvs, admit)


if __name__ == "__main__":
    main()
