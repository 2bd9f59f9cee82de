"""boto3 against the local KVS: control plane and GetIceServerConfig.

Reads KVS_ENDPOINT; prints "ok <sentence>" for each step; ends with a traceback when one fails.
"""

import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

KEYS = {"aws_access_key_id": "AKIDLOCAL", "aws_secret_access_key": "local"}


def client(service, **keys):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=os.environ["KVS_ENDPOINT"],
        config=Config(retries={"total_max_attempts": 1}),
        **(keys or KEYS),
    )


def refused(code, status, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        found = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        assert found == (code, status), found
        assert error.response["Error"]["Message"]
    else:
        raise AssertionError(f"{code} was expected")


def active(kvs, **which):
    for _ in range(50):
        info = kvs.describe_signaling_channel(**which)["ChannelInfo"]
        if info["ChannelStatus"] == "ACTIVE":
            return info
        time.sleep(0.25)
    raise AssertionError(f"{which} does not become ACTIVE")


def main():
    kvs = client("kinesisvideo")
    arn = kvs.create_signaling_channel(ChannelName="boto-1", Tags=[{"Key": "stack", "Value": "local"}])["ChannelARN"]
    info = active(kvs, ChannelName="boto-1")
    assert (info["ChannelARN"], info["ChannelType"]) == (arn, "SINGLE_MASTER"), info
    assert info["SingleMasterConfiguration"] == {"MessageTtlSeconds": 60}, info
    assert abs(info["CreationTime"].timestamp() - time.time()) < 60, info
    print("ok a channel is created and described")

    refused("ResourceInUseException", 400, kvs.create_signaling_channel, ChannelName="boto-1")
    refused("ResourceNotFoundException", 404, kvs.describe_signaling_channel, ChannelName="nobody")
    refused("InvalidArgumentException", 400, kvs.describe_signaling_channel)
    refused("InvalidArgumentException", 400, kvs.create_signaling_channel, ChannelName="no spaces")
    print("ok refusals have AWS's names and statuses")

    configuration = {"Protocols": ["WSS", "HTTPS"], "Role": "VIEWER"}
    endpoints = kvs.get_signaling_channel_endpoint(
        ChannelARN=arn, SingleMasterChannelEndpointConfiguration=configuration
    )["ResourceEndpointList"]
    by_protocol = {one["Protocol"]: one["ResourceEndpoint"] for one in endpoints}
    assert by_protocol["HTTPS"] == os.environ["KVS_ENDPOINT"], by_protocol
    assert "/kvs/v-" in by_protocol["WSS"] and by_protocol["WSS"].startswith("ws://127.0.0.1:"), by_protocol
    print("ok endpoints are given by role")

    signaling = client("kinesis-video-signaling")
    servers = signaling.get_ice_server_config(ChannelARN=arn, Service="TURN")["IceServerList"]
    assert [server["Ttl"] for server in servers] == [300], servers
    assert servers[0]["Uris"][0].startswith("turn:127.0.0.1:"), servers
    print("ok ICE servers are given")

    arguments = {"ChannelARN": arn, "SingleMasterConfiguration": {"MessageTtlSeconds": 5}}
    refused("VersionMismatchException", 400, kvs.update_signaling_channel, CurrentVersion="stale", **arguments)
    kvs.update_signaling_channel(CurrentVersion=info["Version"], **arguments)
    newer = active(kvs, ChannelARN=arn)
    assert newer["SingleMasterConfiguration"] == {"MessageTtlSeconds": 5}, newer
    assert newer["Version"] != info["Version"], newer
    print("ok an update needs the current version")

    for number in range(2, 6):
        kvs.create_signaling_channel(ChannelName=f"boto-{number}")
    pages = kvs.get_paginator("list_signaling_channels").paginate(
        ChannelNameCondition={"ComparisonOperator": "BEGINS_WITH", "ComparisonValue": "boto-"},
        PaginationConfig={"PageSize": 2},
    )
    names = [[one["ChannelName"] for one in page["ChannelInfoList"]] for page in pages]
    assert names == [["boto-1", "boto-2"], ["boto-3", "boto-4"], ["boto-5"]], names
    print("ok channels are listed in pages")

    kvs.delete_signaling_channel(ChannelARN=arn, CurrentVersion=newer["Version"])
    for _ in range(50):
        try:
            assert kvs.describe_signaling_channel(ChannelARN=arn)["ChannelInfo"]["ChannelStatus"] == "DELETING"
        except kvs.exceptions.ResourceNotFoundException:
            break
        time.sleep(0.25)
    else:
        raise AssertionError("the channel is still there")
    print("ok a deleted channel goes")

    stranger = client("kinesisvideo", aws_access_key_id="AKIDLOCAL", aws_secret_access_key="another")
    refused("InvalidSignatureException", 403, stranger.list_signaling_channels)
    print("ok a wrong secret is refused")


main()
