"""The edge: control endpoints that act are POST, and no other site's page can reach them."""

import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from local.twin.twin import Twin

pytestmark = pytest.mark.twin

READING = ("state", "metrics", "logs?function=echo", "permissions")
ACTING = (
    "prewarm?function=echo",
    "kill?function=echo",
    "flush",
    "deploy?stack=None",
    "update?assembly=None",
    "quota?stages=none",
)


def ask(twin: Twin, method: str, path: str, **headers: str) -> tuple[int, Any]:
    status, text = ask_text(twin, method, path, **headers)
    return status, json.loads(text or "null")


def ask_text(twin: Twin, method: str, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(twin.edge_url).netloc, timeout=60)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("endpoint", READING)
def test_what_reads_is_get(twin: Twin, endpoint: str) -> None:
    assert ask(twin, "GET", f"/_touchline/{endpoint}")[0] == 200
    assert ask(twin, "POST", f"/_touchline/{endpoint}")[0] == 405


@pytest.mark.parametrize("endpoint", ACTING)
def test_what_acts_is_post(twin: Twin, endpoint: str) -> None:
    status, answer = ask(twin, "GET", f"/_touchline/{endpoint}")
    assert (status, answer["message"]) == (405, f"{endpoint.partition('?')[0]}: expected POST, got GET")
    assert ask(twin, "POST", f"/_touchline/{endpoint}")[0] in (200, 400)


def test_every_endpoint_is_in_these_lists(twin: Twin) -> None:
    _, answer = ask(twin, "GET", "/_touchline/nothing")
    assert answer["known"] == sorted(each.partition("?")[0] for each in (*READING, *ACTING))


@pytest.mark.parametrize(
    "path", ["/_touchline/state", "/_touchline/kill?function=echo", "/", "/a-bucket/key"]
)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_pages_of_other_sites_are_refused(twin: Twin, path: str, headers: dict[str, str]) -> None:
    for method in ("GET", "POST"):
        status, answer = ask(twin, method, path, **headers)
        assert (status, answer["message"].partition(":")[0]) == (403, next(iter(headers)))


OPEN_TO_PAGES = ("ApiUrl", "RealtimeUrl", "DocumentsUrl")
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 of a page"}


def path_of(twin: Twin, output: str) -> str:
    return urlsplit(twin.output(output)).path


def paths_for_functions(twin: Twin) -> list[str]:
    """Return what functions post to: an Event API, and the connections of a WebSocket API."""
    api = path_of(twin, "ApiUrl")
    return [path_of(twin, "EventsUrl"), f"{api}/live/@connections/c1", f"{api}/live/%40connections/c1"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_data_plane_answers_under_a_name_of_another_site(twin: Twin, method: str) -> None:
    # A page whose own name resolves to this machine may send any header: DNS rebinding.
    paths = [*(path_of(twin, each) for each in OPEN_TO_PAGES), *paths_for_functions(twin)]
    for path in paths:
        status, answer = ask(twin, method, path, Host="evil.example", **SIGNED)
        assert (path, status, answer["message"].partition(":")[0]) == (path, 403, "Host")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_pages_of_other_sites_post_nothing_as_functions(twin: Twin, headers: dict[str, str]) -> None:
    for path in paths_for_functions(twin):
        status, answer = ask(twin, "POST", path, **headers, **SIGNED)
        assert (path, status, answer["message"].partition(":")[0]) == (path, 403, next(iter(headers)))


@pytest.mark.parametrize("output", OPEN_TO_PAGES)
def test_pages_of_any_site_may_use_what_is_made_for_pages(twin: Twin, output: str) -> None:
    _, answer = ask_text(twin, "GET", path_of(twin, output), Origin="https://app.example")
    assert "of this machine" not in answer


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/moto-api/reset",
        "//moto-api/reset",
        "/%6doto-api/reset",
        "/./moto-api/reset",
        "/a-bucket/../moto-api/reset",
    ],
)
def test_nobody_can_reset_moto(twin: Twin, method: str, path: str) -> None:
    assert ask(twin, method, path)[0] == 404


@pytest.mark.parametrize("endpoint", [each for each in (*READING, *ACTING) if each.endswith("=echo")])
def test_a_function_that_does_not_exist_is_named(twin: Twin, endpoint: str) -> None:
    method = "GET" if endpoint in READING else "POST"
    status, answer = ask(twin, method, f"/_touchline/{endpoint.replace('echo', '../../etc/passwd')}")
    assert (status, "passwd" in answer["message"]) == (400, True)


SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Users",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [
            {"name": "USER_ID", "type": "string"},
            {"name": "TIER", "type": "string", "categorical": True},
        ],
        "version": "1.0",
    }
)
CREATED: dict[str, tuple[str, dict[str, Any], str]] = {
    "sqs": ("create_queue", {"QueueName": "any-region"}, "list_queues"),
    "sns": ("create_topic", {"Name": "any-region"}, "list_topics"),
    "kinesis": ("create_stream", {"StreamName": "any-region", "ShardCount": 1}, "list_streams"),
    "s3": (
        "create_bucket",
        {"Bucket": "any-region", "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}},
        "list_buckets",
    ),
    "events": ("put_rule", {"Name": "any-region", "ScheduleExpression": "rate(1 day)"}, "list_rules"),
    "ssm": ("put_parameter", {"Name": "any-region", "Value": "1", "Type": "String"}, "describe_parameters"),
    "secretsmanager": ("create_secret", {"Name": "any-region", "SecretString": "1"}, "list_secrets"),
    "personalize": ("create_schema", {"name": "any-region", "schema": SCHEMA}, "list_schemas"),
    "cognito-idp": ("create_user_pool", {"PoolName": "any-region"}, "list_user_pools"),
    "dynamodb": (
        "create_table",
        {
            "TableName": "any-region",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
        "list_tables",
    ),
}
LISTED_WITH = {"cognito-idp": {"MaxResults": 10}}


def dummy_client(twin: Twin, service: str, region: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=twin.edge_url,
        region_name=region,
        aws_access_key_id="any",
        aws_secret_access_key="thing",
    )


@pytest.mark.parametrize("service", CREATED)
def test_credentials_of_any_region_reach_the_same_resources(twin: Twin, service: str) -> None:
    # GIVEN a resource that is created with the credentials of one region
    create, arguments, listing = CREATED[service]
    getattr(dummy_client(twin, service, "us-west-2"), create)(**arguments)
    # WHEN clients of that, another and the twin's own region list it
    answers = [
        getattr(dummy_client(twin, service, region), listing)(**LISTED_WITH.get(service, {}))
        for region in ("us-west-2", "ap-southeast-2", twin.region)
    ]
    # THEN they get the same
    for answer in answers:
        del answer["ResponseMetadata"]
    assert "any-region" in str(answers[0])
    assert answers[0] == answers[1] == answers[2]


def test_a_client_that_asks_before_it_sends_a_body_is_told_to_go_on(twin: Twin) -> None:
    # GIVEN a request like boto3's for an object, whose body waits for the answer to `Expect`
    host, port = urlsplit(twin.edge_url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        lines = (
            "PUT /nobodys/key HTTP/1.1",
            f"Host: {host}:{port}",
            "Content-Length: 2",
            "Expect: 100-continue",
        )
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        # THEN the twin says so before the body has come, and answers when it has
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert connection.recv(1000).startswith(b"HTTP/1.1 404")
