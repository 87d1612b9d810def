"""Invoking functions for the gateway."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


class NotInvokedError(Exception):
    """The function's policy does not allow the API to invoke it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationResult:
    """A finished invocation; `function_error` is `Handled` or `Unhandled` if the function raised."""

    payload: bytes
    function_error: str | None = None


Invoke = Callable[[str, bytes, str], Awaitable[InvocationResult]]
"""Invokes a function with a payload for the ARN of a route or an authorizer, which its policy must allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The function's decoded return value."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The function raised, could not be invoked, or exceeded the integration's timeout."""

    message: str
    timed_out: bool = False


async def call(
    invoke: Invoke, function_name: str, event: dict[str, Any], timeout_seconds: float, *, source_arn: str
) -> Answered | Failed:
    """Invoke a function with an event; a failure is a value, not an exception."""
    payload = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        async with asyncio.timeout(timeout_seconds):
            result = await invoke(function_name, payload, source_arn)
    except TimeoutError:
        return Failed(message="Endpoint request timed out", timed_out=True)
    except Exception as error:  # noqa: BLE001 - any error of the injected invoker is a failed integration
        return Failed(message=f"{type(error).__name__}: {error}")
    return _decoded(result)


def _decoded(result: InvocationResult) -> Answered | Failed:
    try:
        value = json.loads(result.payload) if result.payload else None
    except ValueError:
        return Failed(message="expected JSON from the function")
    if result.function_error is None:
        return Answered(value=value)
    message = value.get("errorMessage") if isinstance(value, dict) else None
    return Failed(message=str(message or result.function_error))
