"""The registry finds services by signing name, and creates the lazy ones once."""

import asyncio

from local.twin.clients import Clients
from local.twin.edge.services import ServiceAnswer, ServiceRequest
from local.twin.endpoints import Endpoint
from local.twin.services.glue.service import GlueService
from local.twin.services.registry import ServiceContext, ServiceRegistry


class RecordingService:
    """Records that it was closed."""

    def __init__(self) -> None:
        self.closed = False

    async def __call__(self, request: ServiceRequest, /) -> ServiceAnswer:
        return ServiceAnswer()

    async def close(self) -> None:
        self.closed = True


async def answer(request: ServiceRequest, /) -> ServiceAnswer:
    return ServiceAnswer()


def registry(**services: RecordingService) -> ServiceRegistry:
    endpoint = Endpoint(port=1)
    clients = Clients(endpoint.url, endpoint.region)
    context = ServiceContext(endpoint=endpoint, clients=clients, backend_clients=clients)
    return ServiceRegistry(context, services)


async def test_a_lazy_service_is_created_once_for_concurrent_requests() -> None:
    services = registry()

    first, second = await asyncio.gather(services.find("glue"), services.find("glue"))

    assert isinstance(first, GlueService)
    assert first is second
    await services.close()


async def test_a_service_of_moto_is_not_found() -> None:
    assert await registry().find("s3") is None


async def test_a_replaced_service_gets_the_requests() -> None:
    services = registry()

    services.replace_service("glue", answer)

    assert await services.find("glue") is answer


async def test_closing_closes_the_services_that_hold_resources() -> None:
    service = RecordingService()
    services = registry(firehose=service)
    services.replace_service("glue", answer)

    await services.close()

    assert service.closed
