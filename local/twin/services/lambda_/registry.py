"""The twin's Lambda functions, with their execution environments, logs and metrics."""

import asyncio
import functools
import os
from collections.abc import Callable
from pathlib import Path

from local.twin.endpoints import Endpoint
from local.twin.services.lambda_.code import CodeStore
from local.twin.services.lambda_.configuration import FunctionConfiguration, function_name
from local.twin.services.lambda_.environment import ExecutionEnvironment, Outcome
from local.twin.services.lambda_.errors import ThrottledError, UnknownFunctionError
from local.twin.services.lambda_.logs import FunctionLog
from local.twin.services.lambda_.metrics import MetricStore
from local.twin.services.lambda_.pool import EnvironmentPool
from local.twin.services.lambda_.variables import Initialization
from local.twin.spans import RecordSpan, epoch_ms, ignore_span

DEFAULT_CONCURRENCY = max(2, os.cpu_count() or 2)
"""Environments of a function that are started on demand: more than there are processors take turns."""
_NAMESPACE = "AWS/Lambda"


class FunctionRegistry:
    """Creates functions and invokes them."""

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        directory: Path,
        code: CodeStore,
        metrics: MetricStore,
        keeps_logs: Callable[[FunctionConfiguration], bool],
        record_span: RecordSpan = ignore_span,
    ) -> None:
        self._keeps_logs = keeps_logs
        self._metrics = metrics
        self._record_span = record_span
        self._endpoint = endpoint
        self._directory = directory
        self._code = code
        self._functions: dict[str, FunctionConfiguration] = {}
        self._by_module: dict[str, str] = {}
        self._pools: dict[str, EnvironmentPool] = {}
        self._logs: dict[str, FunctionLog] = {}
        self._replaced: list[EnvironmentPool] = []

    def put_function(self, function: FunctionConfiguration) -> None:
        """Create a function, or replace it; invocations that run end as they began."""
        replaced = self._pools.pop(function.name, None)
        if replaced is not None:
            self._retire(replaced)
        if function.name not in self._logs:
            self._logs[function.name] = FunctionLog(self._directory / f"{function.name}.log", self._metrics)
        self._functions[function.name] = function
        self._by_module[function.module] = function.name
        self._pools[function.name] = EnvironmentPool(
            function.name,
            functools.partial(self._create_environment, function),
            limit=DEFAULT_CONCURRENCY,
            reserved=function.reserved_concurrency,
        )

    def remove_function(self, name: str) -> None:
        """Delete a function; its log stays until the twin stops."""
        function = self._functions.pop(name, None)
        if function is None:
            return
        if self._by_module.get(function.module) == name:
            del self._by_module[function.module]
        self._retire(self._pools.pop(name))

    def get(self, name_or_arn: str) -> FunctionConfiguration:
        """Return a function by name, ARN or the module of its handler; raises UnknownFunctionError."""
        name = function_name(name_or_arn)
        name = self._by_module.get(name, name)
        if name not in self._functions:
            raise UnknownFunctionError(name)
        return self._functions[name]

    def concurrency(self, name_or_arn: str) -> int:
        """Return how many invocations of a function can run at once."""
        return self._pools[self.get(name_or_arn).name].limit

    def unfinished(self) -> int:
        """Return how many invocations of all functions run or wait for an environment."""
        return sum(pool.unfinished for pool in self._pools.values())

    def all(self) -> list[FunctionConfiguration]:
        """Return every function, ordered by name."""
        return [self._functions[name] for name in sorted(self._functions)]

    def log_tail(self, name: str) -> list[str]:
        """Return the last lines that a function printed."""
        return list(self._logs[self.get(name).name].tail)

    async def invoke(self, name_or_arn: str, payload: bytes) -> Outcome:
        """Invoke a function and wait for its outcome; raises UnknownFunctionError or ThrottledError."""
        function = self.get(name_or_arn)
        name, queued = function.name, epoch_ms()
        try:
            outcome = await self._pools[name].invoke(payload)
        except ThrottledError:
            self.count(name, "Throttles")
            raise
        self._record_span(
            kind="invocation",
            name=function.module,
            environment=outcome.environment,
            queued=queued,
            started=outcome.started_ms,
            ended=epoch_ms(),
        )
        self.count(name, "Invocations")
        self.count(name, "Errors", float(outcome.function_error is not None))
        self.count(name, "Duration", outcome.duration_ms, unit="Milliseconds")
        return outcome

    async def prewarm(self, names: list[str], count: int = 1) -> None:
        """Start environments of these functions ahead of their first invocations."""
        await asyncio.gather(*(self._pools[self.get(name).name].prewarm(count) for name in names))

    def kill(self, name: str) -> int:
        """Kill a function's environments, as a fault would, and return how many."""
        return self._pools[self.get(name).name].kill()

    def count(self, name: str, metric: str, value: float = 1.0, *, unit: str = "Count") -> None:
        """Record a value of one of Lambda's metrics of a function."""
        self._metrics.put_metric(_NAMESPACE, metric, value, unit=unit, dimensions={"FunctionName": name})

    async def close(self) -> None:
        """Stop every environment of every function."""
        await asyncio.gather(*(pool.close() for pool in [*self._pools.values(), *self._replaced]))
        for log in self._logs.values():
            log.close()

    def _retire(self, pool: EnvironmentPool) -> None:
        pool.retire()
        self._replaced.append(pool)

    def _create_environment(
        self, function: FunctionConfiguration, initialization: Initialization
    ) -> ExecutionEnvironment:
        return ExecutionEnvironment(
            function,
            endpoint=self._endpoint,
            task_root=self._code.task_root(function.code_directory),
            on_line=self._logs[function.name].write if self._keeps_logs(function) else _drop,
            initialization=initialization,
        )


def _drop(_line: str) -> None:
    """Keep nothing: the function's role may not write its logs."""
