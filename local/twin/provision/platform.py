"""The parts of the twin that creators add resources to without an AWS API."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from local.twin.services.firehose.delivery_stream import DeliveryStream
from local.twin.services.firehose.service import FirehoseService
from local.twin.services.kinesisanalytics.application import Application
from local.twin.services.kinesisanalytics.service import Applications
from local.twin.services.lambda_.configuration import FunctionConfiguration
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.registry import EventSourceRegistry
from local.twin.services.lambda_.registry import FunctionRegistry


class Platform:
    """Creates resources on behalf of the provisioner, which calls it from a thread of its own."""

    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        functions: FunctionRegistry,
        event_sources: EventSourceRegistry,
        firehose: FirehoseService,
        applications: Applications,
    ) -> None:
        self._loop = loop
        self._functions = functions
        self._event_sources = event_sources
        self._firehose = firehose
        self._applications = applications

    def put_function(self, function: FunctionConfiguration) -> None:
        """Create a function."""
        self._loop.call_soon_threadsafe(self._functions.put_function, function)

    def put_mapping(self, mapping: EventSourceMapping) -> None:
        """Create an event source mapping, and wait until its poller has started."""
        self._run(self._event_sources.put_mapping(mapping))

    def put_delivery_stream(self, stream: DeliveryStream) -> None:
        """Create a delivery stream."""
        self._run(self._firehose.put_delivery_stream(stream))

    def put_application(self, application: Application) -> None:
        """Create a Flink application that is not started."""
        self._applications.put_application(application)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()
