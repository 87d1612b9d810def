"""The parts of the twin that creators add resources to without an AWS API."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from local.twin.services.appsync import EventApis
from local.twin.services.cloudfront import Distributions
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
    event_apis: EventApis
    distributions: Distributions

    def put_function(self, function: FunctionConfiguration) -> None:
        """Create a function, or replace it; invocations that run end as they began."""
        self.loop.call_soon_threadsafe(self.functions.put_function, function)

    def remove_function(self, name: str) -> None:
        """Delete a function."""
        self.loop.call_soon_threadsafe(self.functions.remove_function, name)

    def put_mapping(self, mapping: EventSourceMapping) -> None:
        """Create an event source mapping, or change it, and wait until its poller has started."""
        self._run(self.event_sources.put_mapping(mapping))

    def remove_mapping(self, mapping_id: str) -> None:
        """Delete an event source mapping."""
        self._run(self.event_sources.remove_mapping(mapping_id))

    def put_delivery_stream(self, stream: DeliveryStream) -> None:
        """Create a delivery stream, or change it."""
        self._run(self.firehose.put_delivery_stream(stream))

    def remove_delivery_stream(self, name: str) -> None:
        """Delete a delivery stream, after what it holds was delivered."""
        self._run(self.firehose.remove_delivery_stream(name))

    def put_application(self, application: Application) -> None:
        """Create a Flink application that is not started, or change what its next start will use."""
        self.applications.put_application(application)

    def remove_application(self, name: str) -> None:
        """Stop a Flink application and delete it."""
        self._run(self.applications.remove_application(name))

    def remove_event_api(self, api_id: str) -> None:
        """Remove an Event API, and close its connections."""
        self._run(self.event_apis.remove_api(api_id))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result()
