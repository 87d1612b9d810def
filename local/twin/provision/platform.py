"""The parts of the twin that creators add resources to without an AWS API."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from local.twin.services.firehose.delivery_stream import DeliveryStream
from local.twin.services.firehose.service import FirehoseService
from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.registry import EventSourceRegistry
from local.twin.services.lambda_.registry import FunctionRegistry


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Creates resources on behalf of the provisioner, which calls it from a thread of its own."""

    loop: asyncio.AbstractEventLoop
    functions: FunctionRegistry
    event_sources: EventSourceRegistry
    firehose: FirehoseService
    applications: Applications

    def put_function(self, function: FunctionConfiguration) -> None:
        """Create a function."""
        self.loop.call_soon_threadsafe(self.functions.put_function, function)

    def put_mapping(self, mapping: EventSourceMapping) -> None:
        """Create an event source mapping, and wait until its poller has started."""
        self._run(self.event_sources.put_mapping(mapping))

    def put_delivery_stream(self, stream: DeliveryStream) -> None:
        """Create a delivery stream."""
        self._run(self.firehose.put_delivery_stream(stream))

    def put_application(self, application: Application) -> None:
        """Create a Flink application that is not started."""
        self.applications.put_application(application)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result()
