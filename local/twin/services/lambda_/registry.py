"""All functions of the twin: created from templates, invoked by everything else."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from local.twin.endpoints import Endpoint
from local.twin.services.lambda_.code import CodeStore
from local.twin.services.lambda_.configuration import FunctionConfiguration, function_name
from local.twin.services.lambda_.environment import ExecutionEnvironment, Outcome
from local.twin.services.lambda_.errors import FunctionError, ThrottledError, UnknownFunctionError
from local.twin.services.lambda_.logs import FunctionLog
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.services.lambda_.pool import EnvironmentPool

Deliver = Callable[[str, dict[str, Any]], Awaitable[None]]

DEFAULT_CONCURRENCY = max(2, os.cpu_count() or 2)
"""Environments per function: more than there are processors only take turns."""
_NAMESPACE = "AWS/Lambda"
_FIRST_RETRY_SECONDS = 0.25


class FunctionRegistry:
    """Knows every function, its environments, its log, and what the platform counts of it."""

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        directory: Path,
        code: CodeStore,
        metrics: MetricStore,
    ) -> None:
        self.metrics = metrics
        self._endpoint = endpoint
        self._directory = directory
        self._code = code
        self._functions: dict[str, FunctionConfiguration] = {}
        self._by_module: dict[str, str] = {}
        self._pools: dict[str, EnvironmentPool] = {}
        self._logs: dict[str, FunctionLog] = {}
        self._retired: list[EnvironmentPool] = []
        self._deliver: Deliver | None = None
        self._background: set[asyncio.Task[None]] = set()

    def deliver_with(self, deliver: Deliver) -> None:
        """Send the failures of asynchronous invocations to their destinations with this."""
        self._deliver = deliver

    def put(self, function: FunctionConfiguration) -> None:
        """Create a function, or replace it."""
        replaced = self._pools.pop(function.name, None)
        if replaced is not None:
            self._retired.append(replaced)
        if function.name not in self._logs:
            self._logs[function.name] = FunctionLog(self._directory / f"{function.name}.log", self.metrics)
        self._functions[function.name] = function
        self._by_module[function.handler.split(".")[-2]] = function.name
        limit = DEFAULT_CONCURRENCY
        if function.reserved_concurrency is not None:
            limit = min(limit, function.reserved_concurrency)
        self._pools[function.name] = EnvironmentPool(
            function.name, lambda: self._create(function), limit=limit
        )

    def get(self, name_or_arn: str) -> FunctionConfiguration:
        """A function by its name, its ARN, or the module of its handler; raises UnknownFunctionError."""
        name = function_name(name_or_arn)
        name = self._by_module.get(name, name)
        if name not in self._functions:
            raise UnknownFunctionError(name)
        return self._functions[name]

    def all(self) -> list[FunctionConfiguration]:
        """Every function, by name."""
        return [self._functions[name] for name in sorted(self._functions)]

    def log_tail(self, name: str) -> list[str]:
        """The last lines that a function printed."""
        return list(self._logs[self.get(name).name].tail)

    async def invoke(self, name_or_arn: str, payload: bytes) -> Outcome:
        """Invoke and wait; raises UnknownFunctionError or ThrottledError."""
        name = self.get(name_or_arn).name
        try:
            outcome = await self._pools[name].invoke(payload)
        except ThrottledError:
            self._count(name, "Throttles")
            raise
        self._count(name, "Invocations")
        self._count(name, "Errors", float(outcome.function_error is not None))
        self._count(name, "Duration", outcome.duration_ms, unit="Milliseconds")
        return outcome

    def invoke_later(self, name_or_arn: str, payload: bytes) -> None:
        """Invoke asynchronously: retried as configured, then sent to the destination or dead-letter queue."""
        function = self.get(name_or_arn)
        task = asyncio.create_task(self._until_it_succeeds(function, payload))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def prewarm(self, names: list[str], count: int = 1) -> None:
        """Start environments ahead of the first invocation."""
        await asyncio.gather(*(self._pools[self.get(name).name].prewarm(count) for name in names))

    def kill(self, name: str) -> int:
        """Kill a function's environments as a fault would."""
        return self._pools[self.get(name).name].kill()

    async def close(self) -> None:
        """Stop every environment of every function."""
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await asyncio.gather(*(pool.close() for pool in [*self._pools.values(), *self._retired]))
        for log in self._logs.values():
            log.close()

    async def _until_it_succeeds(self, function: FunctionConfiguration, payload: bytes) -> None:
        rules = function.asynchronous
        give_up_at = time.monotonic() + rules.maximum_event_age_seconds
        pause = _FIRST_RETRY_SECONDS
        outcome = Outcome(payload=b"null", function_error="Throttled")
        for attempt in range(rules.maximum_retry_attempts + 1):
            if attempt:
                await asyncio.sleep(pause)
                pause *= 2
            try:
                outcome = await self.invoke(function.name, payload)
            except FunctionError as error:
                outcome = Outcome(payload=str(error).encode(), function_error="Throttled")
            if outcome.function_error is None:
                await self._send(rules.on_success, payload, outcome, attempt + 1, function, "Success")
                return
            if time.monotonic() > give_up_at:
                break
        self._count(function.name, "AsyncEventsDropped")
        await self._send(rules.on_failure, payload, outcome, attempt + 1, function, "RetriesExhausted")
        await self._dead_letter(function, payload, outcome)

    async def _send(
        self,
        destination: str | None,
        payload: bytes,
        outcome: Outcome,
        invocations: int,
        function: FunctionConfiguration,
        condition: str,
    ) -> None:
        if destination is None or self._deliver is None:
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
        await self._deliver(destination, {"json": record})

    async def _dead_letter(self, function: FunctionConfiguration, payload: bytes, outcome: Outcome) -> None:
        if function.asynchronous.dead_letter_arn is None or self._deliver is None:
            return
        attributes = {
            "RequestID": outcome.request_id,
            "ErrorCode": "200",
            "ErrorMessage": outcome.payload.decode()[:1024],
        }
        await self._deliver(
            function.asynchronous.dead_letter_arn, {"text": payload.decode(), "attributes": attributes}
        )

    def _create(self, function: FunctionConfiguration) -> ExecutionEnvironment:
        return ExecutionEnvironment(
            function,
            endpoint=self._endpoint,
            task_root=self._code.task_root(function.code_directory),
            on_line=self._logs[function.name].write,
        )

    def _count(self, name: str, metric: str, value: float = 1.0, *, unit: str = "Count") -> None:
        self.metrics.put(_NAMESPACE, metric, value, unit=unit, dimensions={"FunctionName": name})


def _json_or_text(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
