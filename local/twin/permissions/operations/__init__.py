"""What each operation of a service needs, by the name that its requests are signed with."""

from collections.abc import Callable

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.errors import UnmappedOperationError
from local.twin.permissions.operations import (
    apigateway,
    appsync,
    dynamodb,
    glue,
    lambda_,
    media,
    personalize,
    s3,
    scheduler,
)
from local.twin.permissions.operations.named import SERVICES, named_access

Reader = Callable[[ServiceRequest, Arns], list[Access]]

_READERS: dict[str, Reader] = {
    "appsync": appsync.accesses,
    "dynamodb": dynamodb.accesses,
    "execute-api": apigateway.accesses,
    "glue": glue.accesses,
    "lambda": lambda_.accesses,
    "personalize": personalize.accesses,
    "rekognition": media.rekognition_accesses,
    "s3": s3.accesses,
    "scheduler": scheduler.accesses,
    "transcribe": media.transcribe_accesses,
}


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what a request needs, in the order of checking; raises UnmappedOperationError."""
    reader = _READERS.get(request.service)
    if reader is not None:
        return reader(request, arns)
    if request.service in SERVICES:
        return named_access(request, arns)
    raise UnmappedOperationError(request.service, request.operation or f"{request.method} {request.path}")
