"""The registry of the services that the twin serves itself.

A service is an async callable from ServiceRequest to ServiceAnswer, in the module `service` of its package.
The lazy ones are created by the function `create` of that module when their first request arrives, because
their libraries take seconds to load.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from local.twin.clients import Clients
from local.twin.edge.services import Service
from local.twin.endpoints import Endpoint

LAZY_SERVICES = ("glue", "personalize", "rekognition", "transcribe")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceContext:
    """The twin's address, and boto3 clients of the edge and of moto, for creating a lazy service."""

    endpoint: Endpoint
    clients: Clients
    backend_clients: Clients


@runtime_checkable
class ClosableService(Protocol):
    """A service that holds threads, tasks or processes."""

    async def close(self) -> None:
        """Release what the service holds."""
        ...


class ServiceRegistry:
    """The services by the name that requests are signed with."""

    def __init__(self, context: ServiceContext, services: Mapping[str, Service]) -> None:
        self._context = context
        self._services = dict(services)
        self._loading = asyncio.Lock()

    async def find(self, name: str) -> Service | None:
        """Return the service of a signing name, or None if moto serves it."""
        if name in LAZY_SERVICES and name not in self._services:
            async with self._loading:
                if name not in self._services:
                    module = await asyncio.to_thread(load_service, name)
                    self._services[name] = await asyncio.to_thread(module.create, self._context)
        return self._services.get(name)

    def replace_service(self, name: str, service: Service) -> None:
        """Send the requests signed with this name to another service from now on."""
        self._services[name] = service

    async def close(self) -> None:
        """Close every service that has been created."""
        for service in self._services.values():
            if isinstance(service, ClosableService):
                await service.close()


def load_service(name: str) -> Any:
    """Import the module of a lazy service."""
    return import_module(f"{__package__}.{name}.service")
