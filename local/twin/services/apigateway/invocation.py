"""How the gateway asks for a Lambda function, and what it may hear back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationResult:
    """A finished invocation: the payload, and `Handled` or `Unhandled` when the function raised."""

    payload: bytes
    function_error: str | None = None


Invoke = Callable[[str, bytes], Awaitable[InvocationResult]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The function's decoded return value."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The function raised, could not be reached, or took longer than the integration may."""

    message: str
    timed_out: bool = False


async def call(
    invoke: Invoke, function_name: str, event: dict[str, Any], timeout_seconds: float
) -> Answered | Failed:
    """Invoke a function with an event; every kind of failure comes back as a value."""
    payload = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        async with asyncio.timeout(timeout_seconds):
            result = await invoke(function_name, payload)
    except TimeoutError:
        return Failed(message="Endpoint request timed out", timed_out=True)
    except Exception as error:  # noqa: BLE001 - the invoker is not ours: whatever it raises is a failed integration
        return Failed(message=f"{type(error).__name__}: {error}")
    return _decoded(result)


def _decoded(result: InvocationResult) -> Answered | Failed:
    try:
        value = json.loads(result.payload) if result.payload else None
    except ValueError:
        return Failed(message="the function's answer is not JSON")
    if result.function_error is None:
        return Answered(value=value)
    message = value.get("errorMessage") if isinstance(value, dict) else None
    return Failed(message=str(message or result.function_error))
