"""Calls that the twin makes to moto from its event loop, without the cost of boto3."""

import json
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from local.twin.edge.errors import BackendCallError
from local.twin.edge.routing import fake_authorization
from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access
from local.twin.permissions.caller import Caller
from local.twin.permissions.gate import PermissionGate
from local.twin.permissions.refusal import CODE, Refusal

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
    """Calls to moto in the protocols of its services, with the permissions of their caller."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        url: str,
        region: str,
        permissions: PermissionGate,
        caller: Caller = None,
    ) -> None:
        self._session = session
        self._url = url
        self._region = region
        self._permissions = permissions
        self._caller = caller

    def acting_as(self, caller: Caller) -> Self:
        """Return the same calls with the permissions of another caller."""
        return type(self)(
            self._session,
            url=self._url,
            region=self._region,
            permissions=self._permissions,
            caller=caller,
        )

    async def json(self, service: str, operation: str, value: dict[str, Any]) -> dict[str, Any]:
        """Call a JSON service and return its answer; raises BackendCallError."""
        prefix, version = _JSON_TARGETS[service]
        signing_name = "dynamodb" if service == "dynamodbstreams" else service
        headers = {
            "Authorization": fake_authorization(signing_name, self._region),
            "X-Amz-Target": f"{prefix}.{operation}",
            "Content-Type": f"application/x-amz-json-{version}",
        }
        data = json.dumps(value).encode()
        self._check(signing_name, headers, data)
        async with self._session.post(self._url + "/", data=data, headers=headers) as response:
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
        form = urlencode({"Action": operation, **parameters}).encode()
        self._check(service, headers, form)
        async with self._session.post(self._url + "/", data=form, headers=headers) as response:
            body = await response.read()
        if response.status >= 400:
            raise BackendCallError(f"{service}:{operation}", response.status, "Error", body.decode()[:500])
        return body

    async def put_object(self, bucket: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        """Write an object to S3; raises BackendCallError."""
        signed = headers | {"Authorization": fake_authorization("s3", self._region)}
        self._check("s3", signed, b"", method="PUT", path=f"/{bucket}/{key}")
        async with self._session.put(f"{self._url}/{bucket}/{key}", data=body, headers=signed) as response:
            answer = await response.read()
        if response.status >= 400:
            raise BackendCallError("s3:PutObject", response.status, "Error", answer.decode()[:500])

    async def get_object(self, bucket: str, key: str) -> tuple[int, Mapping[str, str], bytes]:
        """Return the status, the headers and the body of an object of S3, or of the error."""
        headers = {"Authorization": fake_authorization("s3", self._region)}
        url = URL(f"{self._url}/{bucket}/{quote(key)}", encoded=True)
        async with self._session.get(url, headers=headers) as response:
            return response.status, response.headers, await response.read()

    async def rest_json(self, service: str, method: str, path: str) -> dict[str, Any]:
        """Call a REST-JSON service without a body and return its answer; raises BackendCallError."""
        headers = {"Authorization": fake_authorization(service, self._region)}
        async with self._session.request(method, self._url + path, headers=headers) as response:
            body = await response.read()
        if response.status >= 400:
            raise _error(f"{service}:{method} {path}", response.status, body)
        answer: dict[str, Any] = json.loads(body) if body else {}
        return answer

    def check(self, access: Access) -> None:
        """Raise BackendCallError if the caller does not have an access."""
        _raise(self._permissions.authorise(self._caller, access))

    def _check(
        self, service: str, headers: Mapping[str, str], body: bytes, *, method: str = "POST", path: str = "/"
    ) -> None:
        if self._caller is None:
            return
        request = ServiceRequest(
            service=service, method=method, path=path, query_string="", headers=headers, body=body
        )
        _raise(self._permissions.check(self._caller, request))


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise BackendCallError(refusal.access.action, 403, CODE, refusal.message)


def _error(operation: str, status: int, body: bytes) -> BackendCallError:
    try:
        value = json.loads(body)
    except ValueError:
        value = {"message": body.decode(errors="replace")[:500]}
    code = str(value.get("__type", "Error")).rpartition("#")[2]
    return BackendCallError(operation, status, code, str(value.get("message", value.get("Message", ""))))
