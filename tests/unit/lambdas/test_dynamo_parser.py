"""Rows are parsed as botocore parses them."""

import json
from typing import Any

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory

from lambdas.adapters.dynamo_parser import RowParserFactory

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "text": {"S": "Wembley"},
    "empty text": {"S": ""},
    "number": {"N": "1.50"},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "null": {"NULL": True},
    "texts": {"SS": ["a", "b"]},
    "numbers": {"NS": ["1", "2"]},
    "binary": {"B": "aGVsbG8="},
    "binaries": {"BS": ["aGVsbG8=", "aQ=="]},
    "list": {"L": [{"S": "a"}, {"B": "aGVsbG8="}, {"L": [{"N": "1"}]}]},
    "map": {"M": {"inner": {"M": {"deep": {"B": "aGVsbG8="}}}, "other": {"S": "b"}}},
    "empty list": {"L": []},
    "empty map": {"M": {}},
}
KEY = {"pk": {"S": "MATCH#1#0"}, "sk": {"S": "connection"}}
RESPONSES: dict[str, dict[str, Any]] = {
    "Query": {"Items": [*({name: each} for name, each in ATTRIBUTES.items()), ATTRIBUTES, {}], "Count": 16}
    | {"ScannedCount": 16, "LastEvaluatedKey": KEY},
    "GetItem": {"Item": ATTRIBUTES},
    "BatchGetItem": {
        "Responses": {"connections": [KEY, ATTRIBUTES]},
        "UnprocessedKeys": {"connections": {"Keys": [KEY], "ConsistentRead": True}},
    },
    "UpdateItem": {"Attributes": ATTRIBUTES},
    "DescribeTable": {"Table": {"TableName": "connections", "CreationDateTime": 1780000000.5}},
}


@pytest.mark.parametrize("operation", RESPONSES)
def test_parsed_like_botocore(operation: str) -> None:
    body = json.dumps(RESPONSES[operation]).encode()
    assert _parsed(RowParserFactory(), operation, 200, body) == _parsed(
        ResponseParserFactory(), operation, 200, body
    )


def test_errors_parsed_like_botocore() -> None:
    error = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
    body = json.dumps({"__type": error, "message": "The conditional request failed", "Item": KEY}).encode()
    own = _parsed(RowParserFactory(), "PutItem", 400, body)
    assert own == _parsed(ResponseParserFactory(), "PutItem", 400, body)
    assert own["Error"]["Code"] == "ConditionalCheckFailedException"


def _parsed(factory: ResponseParserFactory, operation: str, status: int, body: bytes) -> Any:
    model = botocore.session.get_session().get_service_model("dynamodb").operation_model(operation)
    assert model.output_shape is not None
    response = {"body": body, "status_code": status, "headers": {"x-amzn-requestid": "1"}}
    return factory.create_parser("json").parse(response, model.output_shape)
