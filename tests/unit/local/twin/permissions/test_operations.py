"""What a request needs is read from the request, in each protocol."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Arns
from local.twin.permissions.errors import UnmappedOperationError
from local.twin.permissions.operations import accesses

ACCOUNT = "eu-central-1:123456789012"


def needs(service: str, **request: Any) -> list[tuple[str, str]]:
    asked = {"method": "POST", "path": "/", "query_string": "", "headers": {}, "body": b"", **request}
    found = accesses(ServiceRequest(service=service, **asked), Arns(region="eu-central-1"))
    return [(access.action, access.resource) for access in found]


def in_json(target: str, **fields: Any) -> dict[str, Any]:
    return {"headers": {"X-Amz-Target": target}, "body": json.dumps(fields).encode()}


@pytest.mark.parametrize(
    ("service", "target", "fields", "expected"),
    [
        (
            "dynamodb",
            "DynamoDB_20120810.PutItem",
            {"TableName": "t"},
            [("dynamodb:PutItem", "dynamodb:{}:table/t")],
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.Query",
            {"TableName": "t", "IndexName": "i"},
            [("dynamodb:Query", "dynamodb:{}:table/t/index/i")],
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.BatchGetItem",
            {"RequestItems": {"t": {}, "u": {}}},
            [
                ("dynamodb:BatchGetItem", "dynamodb:{}:table/t"),
                ("dynamodb:BatchGetItem", "dynamodb:{}:table/u"),
            ],
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "t"}}]},
            [
                ("dynamodb:ConditionCheckItem", "dynamodb:{}:table/t"),
                ("dynamodb:PutItem", "dynamodb:{}:table/t"),
            ],
        ),
        (
            "kinesis",
            "Kinesis_20131202.PutRecords",
            {"StreamName": "s"},
            [("kinesis:PutRecords", "kinesis:{}:stream/s")],
        ),
        (
            "sqs",
            "AmazonSQS.SendMessageBatch",
            {"QueueUrl": "http://127.0.0.1/123456789012/q"},
            [("sqs:SendMessage", "sqs:{}:q")],
        ),
        (
            "ssm",
            "AmazonSSM.GetParameter",
            {"Name": "/touchline/a"},
            [("ssm:GetParameter", "ssm:{}:parameter/touchline/a")],
        ),
        (
            "ssm",
            "AmazonSSM.DeleteParameters",
            {"Names": ["/touchline/a", "/touchline/b"]},
            [
                ("ssm:DeleteParameters", "ssm:{}:parameter/touchline/a"),
                ("ssm:DeleteParameters", "ssm:{}:parameter/touchline/b"),
            ],
        ),
        (
            "events",
            "AWSEvents.PutEvents",
            {"Entries": [{}]},
            [("events:PutEvents", "events:{}:event-bus/default")],
        ),
        (
            "glue",
            "AWSGlue.GetTable",
            {"DatabaseName": "d", "Name": "t"},
            [
                ("glue:GetTable", "glue:{}:catalog"),
                ("glue:GetTable", "glue:{}:database/d"),
                ("glue:GetTable", "glue:{}:table/d/t"),
            ],
        ),
        (
            "firehose",
            "Firehose_20150804.PutRecordBatch",
            {"DeliveryStreamName": "d"},
            [("firehose:PutRecordBatch", "firehose:{}:deliverystream/d")],
        ),
    ],
)
def test_a_json_request_names_its_resources_in_its_body(
    service: str, target: str, fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    resources = [(action, "arn:aws:" + resource.format(ACCOUNT)) for action, resource in expected]

    assert needs(service, **in_json(target, **fields)) == resources


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "/raw/a/b", "", ("s3:GetObject", "raw/a/b")),
        ("HEAD", "/raw/a", "", ("s3:GetObject", "raw/a")),
        ("GET", "/raw/a", "versionId=1", ("s3:GetObjectVersion", "raw/a")),
        ("PUT", "/raw/a%20b", "", ("s3:PutObject", "raw/a b")),
        ("DELETE", "/raw/a", "", ("s3:DeleteObject", "raw/a")),
        ("GET", "/raw", "list-type=2&prefix=a", ("s3:ListBucket", "raw")),
        ("GET", "/raw", "versions", ("s3:ListBucketVersions", "raw")),
        ("POST", "/raw/a", "uploads", ("s3:PutObject", "raw/a")),
        ("DELETE", "/raw/a", "uploadId=1", ("s3:AbortMultipartUpload", "raw/a")),
    ],
)
def test_an_s3_request_is_read_from_its_method_path_and_query(
    method: str, path: str, query: str, expected: tuple[str, str]
) -> None:
    action, resource = expected

    found = needs("s3", method=method, path=path, query_string=query)

    assert found == [(action, f"arn:aws:s3:::{resource}")]


def test_deleting_objects_needs_the_permission_for_each_of_them() -> None:
    body = b"<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>"

    found = needs("s3", path="/raw", query_string="delete", body=body)

    assert found == [("s3:DeleteObject", f"arn:aws:s3:::raw/{key}") for key in "ab"]


def test_a_copy_reads_its_source() -> None:
    found = needs("s3", method="PUT", path="/raw/b", headers={"X-Amz-Copy-Source": "media/a?versionId=1"})

    assert found == [("s3:PutObject", "arn:aws:s3:::raw/b"), ("s3:GetObject", "arn:aws:s3:::media/a")]


def test_a_query_request_names_its_resource_in_its_form() -> None:
    topic = f"arn:aws:sns:{ACCOUNT}:moments"
    body = urlencode({"Action": "PublishBatch", "TopicArn": topic}).encode()

    assert needs("sns", body=body) == [("sns:Publish", topic)]


def test_posting_to_a_connection_names_the_stage_the_method_and_the_connection() -> None:
    found = needs("execute-api", path="/_aws/execute-api/api1/live/@connections/abc%3D")

    resource = f"arn:aws:execute-api:{ACCOUNT}:api1/live/POST/@connections/abc="
    assert found == [("execute-api:ManageConnections", resource)]


def test_invoking_an_alias_names_it() -> None:
    path = "/2015-03-31/functions/dispatch/invocations"

    found = needs("lambda", path=path, query_string="Qualifier=live")

    assert found == [("lambda:InvokeFunction", f"arn:aws:lambda:{ACCOUNT}:function:dispatch:live")]


def test_a_request_that_gives_a_service_a_role_needs_to_pass_it() -> None:
    role = "arn:aws:iam::123456789012:role/reader"
    dataset = f"arn:aws:personalize:{ACCOUNT}:dataset/g/ITEMS"
    target = "AmazonPersonalize.CreateDatasetImportJob"

    found = needs("personalize", **in_json(target, datasetArn=dataset, jobName="j", roleArn=role))

    job = f"arn:aws:personalize:{ACCOUNT}:dataset-import-job/j"
    action = "personalize:CreateDatasetImportJob"
    assert found == [(action, dataset), (action, job), ("iam:PassRole", role)]


def test_a_schema_is_named_by_the_request_that_creates_it() -> None:
    assert needs("personalize", **in_json("AmazonPersonalize.CreateSchema", name="s", schema="{}")) == [
        ("personalize:CreateSchema", f"arn:aws:personalize:{ACCOUNT}:schema/s")
    ]


def test_a_creation_with_tags_needs_the_right_to_tag_what_it_creates() -> None:
    solution = f"arn:aws:personalize:{ACCOUNT}:solution/s"
    tags = [{"tagKey": "stage", "tagValue": "test"}]
    target = "AmazonPersonalize.CreateSolutionVersion"
    assert needs("personalize", **in_json(target, solutionArn=solution, tags=tags)) == [
        ("personalize:CreateSolutionVersion", solution),
        ("personalize:TagResource", f"{solution}/new"),
    ]


def test_a_transcription_reads_and_writes_with_the_permissions_of_its_caller() -> None:
    media = {"MediaFileUri": "s3://media/samples/a.wav"}
    target = "Transcribe.StartTranscriptionJob"

    found = needs(
        "transcribe", **in_json(target, Media=media, OutputBucketName="media", OutputKey="transcripts/a")
    )

    assert found == [
        ("transcribe:StartTranscriptionJob", "*"),
        ("s3:GetObject", "arn:aws:s3:::media/samples/a.wav"),
        ("s3:PutObject", "arn:aws:s3:::media/transcripts/a"),
    ]


@pytest.mark.parametrize(
    ("service", "request_line"),
    [
        ("s3", {"method": "PUT", "path": "/raw", "query_string": "policy"}),
        ("lambda", {"method": "PUT", "path": "/2015-03-31/functions/f/code"}),
        ("robomaker", {"path": "/createRobot"}),
    ],
)
def test_an_operation_without_a_known_permission_is_an_error_that_names_the_place_to_add_it(
    service: str, request_line: dict[str, str]
) -> None:
    with pytest.raises(UnmappedOperationError, match="add it to local/twin/permissions/operations"):
        needs(service, **request_line)


def test_publishing_needs_the_namespace_of_the_channel() -> None:
    path, body = "/_aws/appsync-api/a1/event", {"channel": "/touchline/abc", "events": ["1"]}
    namespace = f"arn:aws:appsync:{ACCOUNT}:apis/a1/channelNamespace/touchline"
    assert needs("appsync", path=path, body=json.dumps(body).encode()) == [
        ("appsync:EventPublish", namespace)
    ]
    for unreadable in (b"{", b"[]", b'{"channel": "/*"}'):
        assert needs("appsync", path=path, body=unreadable) == []
    with pytest.raises(UnmappedOperationError, match="/v2/apis"):
        needs("appsync", method="GET", path="/v2/apis")
