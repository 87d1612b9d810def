"""Lambda's API: invoking functions, describing functions and event source mappings, changing a timeout."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_error
from local.twin.services.lambda_.async_invocations import AsyncInvocations
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.errors import ThrottledError, UnknownFunctionError
from local.twin.services.lambda_.registry import FunctionRegistry

_FUNCTIONS = "/2015-03-31/functions"
_MAPPINGS = "/2015-03-31/event-source-mappings"
_CHANGEABLE = {"Timeout", "Environment"}
_SYNC_LIMIT = 6 * 1024 * 1024
_ASYNC_LIMIT = 1024 * 1024


class LambdaService:
    """Serves Lambda's REST API; functions are created from the templates alone."""

    def __init__(
        self,
        functions: FunctionRegistry,
        async_invocations: AsyncInvocations,
        describe_mappings: Callable[[], list[dict[str, Any]]],
    ) -> None:
        self._functions = functions
        self._async_invocations = async_invocations
        self._describe_mappings = describe_mappings

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request."""
        path = unquote(request.path).rstrip("/")
        try:
            if path.startswith(_FUNCTIONS):
                return await self._function(request, path.removeprefix(_FUNCTIONS).strip("/"))
            if path.startswith(_MAPPINGS) and request.method == "GET":
                return self._get_mappings(request, path.removeprefix(_MAPPINGS).strip("/"))
        except UnknownFunctionError as error:
            return json_error("ResourceNotFoundException", str(error), status=404)
        except ThrottledError as error:
            return json_error("TooManyRequestsException", str(error), status=429)
        message = f"the twin does not serve {request.method} {path}: functions come from the templates"
        return json_error("InvalidParameterValueException", message)

    async def _function(self, request: ServiceRequest, rest: str) -> ServiceAnswer:
        name, _, action = rest.partition("/")
        if request.method == "POST" and action == "invocations":
            return await self._invoke(request, name)
        if request.method == "GET" and not name:
            return _rest({"Functions": [describe(function) for function in self._functions.all()]})
        if request.method == "GET" and not action:
            configuration = describe(self._functions.get(name))
            return _rest({"Configuration": configuration, "Code": {"RepositoryType": "S3"}})
        if request.method == "GET" and action == "configuration":
            return _rest(describe(self._functions.get(name)))
        if request.method == "PUT" and action == "configuration" and request.json().keys() <= _CHANGEABLE:
            return self._change(name, **request.json())
        return json_error(
            "InvalidParameterValueException", f"the twin does not serve {request.method} {rest}"
        )

    def _change(self, name: str, **changes: Any) -> ServiceAnswer:
        """Change the timeout or the environment; later invocations have it."""
        function = self._functions.get(name)
        if "Timeout" in changes:
            function = replace(function, timeout_seconds=float(changes["Timeout"]))
        if "Environment" in changes:
            function = replace(function, environment=changes["Environment"]["Variables"])
        self._functions.put_function(function)
        return _rest(describe(self._functions.get(name)))

    async def _invoke(self, request: ServiceRequest, name: str) -> ServiceAnswer:
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        payload = request.body or b"{}"
        if len(payload) > (_ASYNC_LIMIT if kind == "Event" else _SYNC_LIMIT):
            return json_error(
                "RequestTooLargeException", f"the payload of {len(payload)} bytes is too large", status=413
            )
        try:
            json.loads(payload)
        except ValueError as error:
            return json_error(
                "InvalidRequestContentException", f"Could not parse request body into json: {error}"
            )
        if kind == "DryRun":
            self._functions.get(name)
            return ServiceAnswer(status=204)
        if kind == "Event":
            self._async_invocations.start(name, payload)
            return ServiceAnswer(status=202)
        outcome = await self._functions.invoke(name, payload)
        headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST"}
        if outcome.function_error is not None:
            headers["X-Amz-Function-Error"] = outcome.function_error
        if request.headers.get("X-Amz-Log-Type") == "Tail":
            tail = "\n".join(self._functions.log_tail(name)).encode()[-4096:]
            headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
        return ServiceAnswer(headers=headers, body=outcome.payload)

    def _get_mappings(self, request: ServiceRequest, uuid: str) -> ServiceAnswer:
        mappings = self._describe_mappings()
        if uuid:
            found = [mapping for mapping in mappings if mapping["UUID"] == uuid]
            if not found:
                return json_error(
                    "ResourceNotFoundException", f"there is no event source mapping {uuid}", status=404
                )
            return _rest(found[0])
        wanted = parse_qs(request.query_string).get("FunctionName")
        if wanted:
            arn = self._functions.get(wanted[0]).arn
            mappings = [mapping for mapping in mappings if mapping["FunctionArn"] == arn]
        return _rest({"EventSourceMappings": mappings})


def describe(function: FunctionConfiguration) -> dict[str, Any]:
    """Return a function in the form of GetFunctionConfiguration."""
    return {
        "FunctionName": function.name,
        "FunctionArn": function.arn,
        "Runtime": function.runtime,
        "Handler": function.handler,
        "Timeout": int(function.timeout_seconds),
        "MemorySize": function.memory_mb,
        "Environment": {"Variables": dict(function.environment)},
        "Version": "$LATEST",
        "State": "Active",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "LastUpdateStatus": "Successful",
    }


def _rest(value: Any) -> ServiceAnswer:
    return ServiceAnswer(headers={"Content-Type": "application/json"}, body=json.dumps(value).encode())
