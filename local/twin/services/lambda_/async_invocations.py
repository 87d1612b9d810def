"""Asynchronous invocations: retried, then sent to a destination or a dead-letter queue."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from local.twin.background_tasks import BackgroundTasks
from local.twin.permissions.caller import Caller, RoleSession
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.environment import Outcome
from local.twin.services.lambda_.errors import FunctionError
from local.twin.services.lambda_.registry import FunctionRegistry

SendToTarget = Callable[[str, str, Mapping[str, Any]], Awaitable[None]]
SendAs = Callable[[Caller, str, str, Mapping[str, Any]], Awaitable[None]]
"""Sends text to the resource that an ARN names, with the permissions of a caller."""
_FIRST_RETRY_SECONDS = 0.25


class AsyncInvocations:
    """Invokes functions in the background, as Lambda does for the invocation type `Event`."""

    def __init__(self, functions: FunctionRegistry, *, send: SendAs) -> None:
        self._functions = functions
        self._send = send
        self._tasks = BackgroundTasks()

    def start(self, name_or_arn: str, payload: bytes) -> None:
        """Queue an invocation; raises UnknownFunctionError."""
        self._tasks.start(self._invoke(self._functions.get(name_or_arn), payload))

    async def close(self) -> None:
        """Cancel the invocations that are waiting or running."""
        await self._tasks.cancel()

    async def _invoke(self, function: FunctionConfiguration, payload: bytes) -> None:
        settings = function.asynchronous
        give_up_at = time.monotonic() + settings.maximum_event_age_seconds
        pause = _FIRST_RETRY_SECONDS
        outcome = Outcome(payload=b"null", function_error="Throttled")
        for attempt in range(settings.maximum_retry_attempts + 1):
            if attempt:
                await asyncio.sleep(pause)
                pause *= 2
            try:
                outcome = await self._functions.invoke(function.name, payload)
            except FunctionError as error:
                outcome = Outcome(payload=str(error).encode(), function_error="Throttled")
            if outcome.function_error is None or time.monotonic() > give_up_at:
                break
        invocations = attempt + 1
        if outcome.function_error is None:
            await self._report(settings.on_success, payload, outcome, invocations, function, "Success")
            return
        self._functions.count(function.name, "AsyncEventsDropped")
        await self._report(settings.on_failure, payload, outcome, invocations, function, "RetriesExhausted")
        await self._send_dead_letter(function, payload, outcome)

    async def _report(
        self,
        destination: str | None,
        payload: bytes,
        outcome: Outcome,
        invocations: int,
        function: FunctionConfiguration,
        condition: str,
    ) -> None:
        if destination is None:
            return
        context = {
            "requestId": outcome.request_id,
            "functionArn": f"{function.arn}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": invocations,
        }
        response = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": outcome.function_error}
        record = {
            "version": "1.0",
            "requestContext": context,
            "requestPayload": _json_or_text(payload),
            "responseContext": response,
            "responsePayload": _json_or_text(outcome.payload),
        }
        await self._send(_role(function), destination, json.dumps(record), {})

    async def _send_dead_letter(
        self, function: FunctionConfiguration, payload: bytes, outcome: Outcome
    ) -> None:
        if function.asynchronous.dead_letter_arn is None:
            return
        attributes = {
            "RequestID": outcome.request_id,
            "ErrorCode": "200",
            "ErrorMessage": outcome.payload.decode()[:1024],
        }
        destination = function.asynchronous.dead_letter_arn
        await self._send(_role(function), destination, payload.decode(), {"attributes": attributes})


def _role(function: FunctionConfiguration) -> RoleSession:
    """Return the caller of a function's destinations."""
    return RoleSession(role_arn=function.role_arn)


def _json_or_text(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
