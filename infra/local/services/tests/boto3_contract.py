"""The local services as boto3 sees them. Usage: boto3_contract.py <endpoint url>"""

import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
CHECKS = []


def client(service, key="AKIDLOCAL", secret="local", token=None):
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}, read_timeout=30),
    )


def check(function):
    CHECKS.append(function)
    return function


def refused(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("not refused")


@check
def dynamodb():
    db = client("dynamodb")
    table = "boto3-contract"
    db.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    arn = db.describe_table(TableName=table)["Table"]["TableArn"]
    assert arn == f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}", arn
    db.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    code = refused(
        db.put_item, TableName=table, Item={"pk": {"S": "a"}}, ConditionExpression="attribute_not_exists(pk)"
    )
    assert code == "ConditionalCheckFailedException", code
    try:
        db.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": {"pk": {"S": "b"}}}},
                {
                    "ConditionCheck": {
                        "TableName": table,
                        "Key": {"pk": {"S": "a"}},
                        "ConditionExpression": "n = :two",
                        "ExpressionAttributeValues": {":two": {"N": "2"}},
                    }
                },
            ]
        )
        raise AssertionError("not refused")
    except db.exceptions.TransactionCanceledException as error:
        codes = [reason["Code"] for reason in error.response["CancellationReasons"]]
        assert codes == ["None", "ConditionalCheckFailed"], codes
    assert "Item" not in db.get_item(TableName=table, Key={"pk": {"S": "b"}})
    code = refused(db.get_item, TableName="boto3-missing", Key={"pk": {"S": "a"}})
    assert code == "ResourceNotFoundException", code
    arn_of_stream = db.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    streams = client("dynamodbstreams")
    stream = streams.describe_stream(StreamArn=arn_of_stream)["StreamDescription"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn_of_stream, ShardId=stream["Shards"][0]["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [record["eventName"] for record in records] == ["INSERT"], records
    assert records[0]["awsRegion"] == "us-east-1"


@check
def kinesis():
    stream = client("kinesis")
    stream.create_stream(StreamName="boto3", ShardCount=2)
    summary = stream.describe_stream_summary(StreamName="boto3")["StreamDescriptionSummary"]
    assert summary["StreamStatus"] == "ACTIVE" and summary["OpenShardCount"] == 2, summary
    answer = stream.put_records(
        StreamName="boto3", Records=[{"Data": bytes([n]), "PartitionKey": "a"} for n in range(5)]
    )
    assert answer["FailedRecordCount"] == 0
    shard = answer["Records"][0]["ShardId"]
    assert shard == "shardId-000000000000", shard
    iterator = stream.get_shard_iterator(
        StreamName="boto3",
        ShardId=shard,
        ShardIteratorType="AFTER_SEQUENCE_NUMBER",
        StartingSequenceNumber=answer["Records"][2]["SequenceNumber"],
    )["ShardIterator"]
    read = stream.get_records(ShardIterator=iterator)
    assert [record["Data"] for record in read["Records"]] == [b"\x03", b"\x04"], read
    assert read["MillisBehindLatest"] == 0 and read["NextShardIterator"]
    code = refused(stream.describe_stream, StreamName="missing")
    assert code == "ResourceNotFoundException", code


@check
def sqs():
    queues = client("sqs")
    url = queues.create_queue(QueueName="boto3", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    attributes = {"kind": {"DataType": "String", "StringValue": "é"}, "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    # boto3 recomputes the MD5 of the body that it receives, and raises when it differs.
    sent = queues.send_message(QueueUrl=url, MessageBody="grüße", MessageAttributes=attributes)
    assert len(sent["MD5OfMessageAttributes"]) == 32
    message = queues.receive_message(QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"])["Messages"][0]
    assert message["Body"] == "grüße" and message["MessageAttributes"] == attributes, message
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert "Messages" not in queues.receive_message(QueueUrl=url)
    again = queues.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]
    assert again["MessageId"] == message["MessageId"]
    queues.delete_message(QueueUrl=url, ReceiptHandle=again["ReceiptHandle"])
    begin = time.monotonic()
    queues.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
    later = queues.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"][0]
    assert later["Body"] == "later" and 1 <= time.monotonic() - begin < 1.5
    batch = queues.send_message_batch(
        QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "2", "DelaySeconds": 901}]
    )
    assert [entry["Id"] for entry in batch["Successful"]] == ["a"]
    assert [entry["Id"] for entry in batch["Failed"]] == ["b"]
    try:
        queues.get_queue_url(QueueName="missing")
        raise AssertionError("not refused")
    except queues.exceptions.QueueDoesNotExist as error:
        assert error.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"


@check
def ssm():
    parameters = client("ssm")
    parameters.put_parameter(Name="/boto3/key", Value="secret", Type="SecureString")
    assert parameters.get_parameter(Name="/boto3/key", WithDecryption=True)["Parameter"]["Value"] == "secret"
    assert parameters.get_parameter(Name="/boto3/key")["Parameter"]["Value"] != "secret"
    pages = parameters.get_paginator("get_parameters_by_path").paginate(Path="/boto3")
    assert [parameter["Name"] for page in pages for parameter in page["Parameters"]] == ["/boto3/key"]
    assert refused(parameters.get_parameter, Name="/missing") == "ParameterNotFound"


@check
def ses():
    mail = client("sesv2")
    answer = mail.send_email(
        FromEmailAddress="a@example.com",
        Destination={"ToAddresses": ["b@example.com"]},
        Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
    )
    assert answer["MessageId"]
    code = refused(mail.send_email, Content={"Template": {"TemplateName": "x"}})
    assert code == "BadRequestException", code


@check
def keys():
    assert refused(client("sqs", secret="guessed").list_queues) == "InvalidSignatureException"
    assert refused(client("ssm", key="AKIDNOBODY").get_parameter, Name="x") == "UnrecognizedClientException"
    assert refused(client("sesv2", token="x").send_email, Content={}) == "UnrecognizedClientException"


for function in CHECKS:
    function()
print(f"boto3 contract: all {len(CHECKS)} hold")
