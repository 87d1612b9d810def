"""Calls that the twin makes to moto from its event loop, without the cost of boto3."""

import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from local.twin.edge.errors import BackendCallError
from local.twin.edge.routing import fake_authorization

_JSON_TARGETS = {
    "sqs": ("AmazonSQS", "1.0"),
    "kinesis": ("Kinesis_20131202", "1.1"),
    "dynamodbstreams": ("DynamoDBStreams_20120810", "1.0"),
    "dynamodb": ("DynamoDB_20120810", "1.0"),
    "events": ("AWSEvents", "1.1"),
    "states": ("AWSStepFunctions", "1.0"),
    "glue": ("AWSGlue", "1.1"),
    "logs": ("Logs_20140328", "1.1"),
    "ssm": ("AmazonSSM", "1.1"),
    "secretsmanager": ("secretsmanager", "1.1"),
}


class BackendCalls:
    """Calls to moto in the protocols of its services."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str, region: str) -> None:
        self._session = session
        self._url = url
        self._region = region

    async def json(self, service: str, operation: str, value: dict[str, Any]) -> dict[str, Any]:
        """Call a JSON service and return its answer; raises BackendCallError."""
        prefix, version = _JSON_TARGETS[service]
        signing_name = "dynamodb" if service == "dynamodbstreams" else service
        headers = {
            "Authorization": fake_authorization(signing_name, self._region),
            "X-Amz-Target": f"{prefix}.{operation}",
            "Content-Type": f"application/x-amz-json-{version}",
        }
        async with self._session.post(self._url + "/", data=json.dumps(value), headers=headers) as response:
            body = await response.read()
        if response.status >= 400:
            raise _error(f"{service}:{operation}", response.status, body)
        answer: dict[str, Any] = json.loads(body) if body else {}
        return answer

    async def query(self, service: str, operation: str, parameters: dict[str, str]) -> bytes:
        """Call a query service and return its XML; raises BackendCallError."""
        headers = {
            "Authorization": fake_authorization(service, self._region),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        form = urlencode({"Action": operation, **parameters})
        async with self._session.post(self._url + "/", data=form, headers=headers) as response:
            body = await response.read()
        if response.status >= 400:
            raise BackendCallError(f"{service}:{operation}", response.status, "Error", body.decode()[:500])
        return body

    async def put_object(self, bucket: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        """Write an object to S3; raises BackendCallError."""
        signed = headers | {"Authorization": fake_authorization("s3", self._region)}
        async with self._session.put(f"{self._url}/{bucket}/{key}", data=body, headers=signed) as response:
            answer = await response.read()
        if response.status >= 400:
            raise BackendCallError("s3:PutObject", response.status, "Error", answer.decode()[:500])

    async def rest_json(self, service: str, method: str, path: str) -> dict[str, Any]:
        """Call a REST-JSON service without a body and return its answer; raises BackendCallError."""
        headers = {"Authorization": fake_authorization(service, self._region)}
        async with self._session.request(method, self._url + path, headers=headers) as response:
            body = await response.read()
        if response.status >= 400:
            raise _error(f"{service}:{method} {path}", response.status, body)
        answer: dict[str, Any] = json.loads(body) if body else {}
        return answer


def _error(operation: str, status: int, body: bytes) -> BackendCallError:
    try:
        value = json.loads(body)
    except ValueError:
        value = {"message": body.decode(errors="replace")[:500]}
    code = str(value.get("__type", "Error")).rpartition("#")[2]
    return BackendCallError(operation, status, code, str(value.get("message", value.get("Message", ""))))
