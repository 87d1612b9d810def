"""A function as its template declares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncInvokeConfiguration:
    """Retries and destinations of asynchronous invocations."""

    maximum_retry_attempts: int = 2
    maximum_event_age_seconds: float = 21_600.0
    on_failure: str | None = None
    on_success: str | None = None
    dead_letter_arn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionConfiguration:
    """A function's code, handler, environment and limits."""

    name: str
    arn: str
    role_arn: str
    handler: str
    code_directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 3.0
    memory_mb: int = 128
    runtime: str = "python3.11"
    log_group: str = ""
    traced: bool = False
    reserved_concurrency: int | None = None
    asynchronous: AsyncInvokeConfiguration = field(default_factory=AsyncInvokeConfiguration)
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def module(self) -> str:
        """The module of the handler, such as `build_context`."""
        return self.handler.split(".")[-2]


def function_name(name_or_arn: str) -> str:
    """Return the function's name from a name, a partial ARN or an ARN, with or without a qualifier."""
    if name_or_arn.startswith("arn:"):
        return name_or_arn.split(":")[6]
    parts = name_or_arn.split(":")
    return parts[2] if len(parts) >= 3 else parts[0]
