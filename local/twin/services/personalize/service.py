"""Amazon Personalize: takes HTTP requests and returns HTTP answers, in the service's own protocols."""

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from botocore.model import OperationModel

from local.twin.edge.services import ServiceAnswer, ServiceRequest
from local.twin.endpoints import ACCOUNT_ID
from local.twin.services.personalize import events, runtime
from local.twin.services.personalize.background import Background, ThreadedBackground
from local.twin.services.personalize.control import (
    campaigns,
    data_deletions,
    dataset_groups,
    datasets,
    event_trackers,
    filters,
    imports,
    metric_attributions,
    recipes,
    schemas,
    solutions,
    tags,
)
from local.twin.services.personalize.data.group_data import StreamedEvent
from local.twin.services.personalize.deployed_model import DeployedModel
from local.twin.services.personalize.errors import InvalidInputError, PersonalizeError, UnknownOperationError
from local.twin.services.personalize.faults import Faults
from local.twin.services.personalize.life_cycle import LifeCycle
from local.twin.services.personalize.state import Clock, ObjectStore, PersonalizeState
from local.twin.services.personalize.store import Store
from local.twin.services.protocol import InvalidRequestError, read_request, service_model, write_answer
from local.twin.services.registry import ServiceContext

MODULES: dict[str, tuple[ModuleType, ...]] = {
    "personalize": (
        dataset_groups,
        schemas,
        datasets,
        imports,
        data_deletions,
        solutions,
        campaigns,
        filters,
        event_trackers,
        metric_attributions,
        recipes,
        tags,
    ),
    "personalize-runtime": (runtime,),
    "personalize-events": (events,),
}
RUNTIME_PATHS = ("/recommendations", "/personalize-ranking", "/action-recommendations")
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
Answer = tuple[int, dict[str, str], bytes]


def create(context: ServiceContext) -> "PersonalizeService":
    """Create the service for the twin's account and region."""
    return PersonalizeService(
        lambda role_arn: context.clients.acting_as(role_arn)("s3"),
        region=context.endpoint.region,
        account=ACCOUNT_ID,
    )


def system_clock() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(tz=UTC)


class PersonalizeService:
    """The three services of Personalize for one account and region."""

    def __init__(
        self,
        s3_client_of_role: Callable[[str], ObjectStore],
        clock: Clock = system_clock,
        *,
        background: Background | None = None,
        region: str = "us-east-1",
        account: str = "123456789012",
        campaign_tps: float = 500.0,
        put_events_tps: float = 1000.0,
    ) -> None:
        self.faults = Faults()
        store = Store()
        self._state = PersonalizeState(
            region=region,
            account_id=account,
            clock=clock,
            store=store,
            life_cycle=LifeCycle(
                store=store, clock=clock, background=background or ThreadedBackground(), faults=self.faults
            ),
            faults=self.faults,
            objects=s3_client_of_role,
            campaign_tps=campaign_tps,
            put_events_tps=put_events_tps,
        )
        self._operations = {service: _operations(service) for service in MODULES}

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request to the edge, in a thread."""
        service = service_of(request.path, request.headers)
        status, headers, body = await asyncio.to_thread(
            self.handle, service, request.method, request.path, request.headers, request.body
        )
        return ServiceAnswer(status=status, headers=headers, body=body)

    def handle(self, service: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request to `personalize`, `personalize-runtime` or `personalize-events`."""
        try:
            model = self._operation(service, method, path, headers)
            request = read_request(model.input_shape, _parse(body)) if model.input_shape else {}
            self.faults.check_call(model.name)
            answer = self._call(service, model.name, request)
        except InvalidRequestError as error:
            return _refusal(service, InvalidInputError(str(error)))
        except PersonalizeError as error:
            return _refusal(service, error)
        return 200, _headers(service), write_answer(model.output_shape, answer)

    def _call(self, service: str, name: str, request: dict[str, Any]) -> dict[str, Any]:
        operation = self._operations[service][name]
        if service != "personalize":
            return operation(self._state, request)
        # The lock keeps other requests from changing what this operation has read before it writes.
        with self._state.store.lock:
            return operation(self._state, request)

    def deploy_model(self, campaign_arn: str, deployed: DeployedModel) -> None:
        """Let a campaign serve a model that was trained outside the service, as a benchmark does."""
        self._state.deployed_models[campaign_arn] = deployed

    def events(self, dataset_group_arn: str) -> list[StreamedEvent]:
        """Return the events that the event tracker of a dataset group has accepted, oldest first."""
        data = self._state.group_data[dataset_group_arn]
        with data.lock:
            return list(data.streamed)

    def imported_interactions(self, dataset_group_arn: str) -> list[dict[str, Any]]:
        """Return the interactions of a dataset group that were imported in bulk."""
        data = self._state.group_data[dataset_group_arn]
        with data.lock:
            return [] if data.interactions is None else data.interactions.to_pylist()

    def user_ids(self, dataset_group_arn: str) -> set[str]:
        """Return every user that a dataset group knows, from imports and from events."""
        data = self._state.group_data[dataset_group_arn]
        with data.lock:
            imported = data.interactions["USER_ID"].to_pylist() if data.interactions is not None else []
            return {*imported, *data.users, *(event.user_id for event in data.streamed)}

    def _operation(self, service: str, method: str, path: str, headers: Mapping[str, str]) -> OperationModel:
        model = service_model(service)
        if service == "personalize":
            lowered = {name.lower(): value for name, value in headers.items()}
            name = lowered.get("x-amz-target", "").removeprefix(model.metadata["targetPrefix"] + ".")
        else:
            name = _routes(service).get((method.upper(), path.split("?")[0].rstrip("/")), "")
        if name not in self._operations[service]:
            raise UnknownOperationError(f"{service} has no operation {name or method + ' ' + path}.")
        return model.operation_model(name)


def service_of(path: str, headers: Mapping[str, str]) -> str:
    """Return the service that a request is for; all three sign as `personalize`."""
    if any(name.lower() == "x-amz-target" for name in headers):
        return "personalize"
    return "personalize-runtime" if path.split("?")[0] in RUNTIME_PATHS else "personalize-events"


def _operations(service: str) -> dict[str, Callable[[PersonalizeState, dict[str, Any]], dict[str, Any]]]:
    found = {}
    for name in service_model(service).operation_names:
        function = WORD.sub("_", name).lower()
        for module in MODULES[service]:
            if hasattr(module, function):
                found[name] = getattr(module, function)
    return found


def _routes(service: str) -> dict[tuple[str, str], str]:
    model = service_model(service)
    operations = (model.operation_model(name) for name in model.operation_names)
    return {(one.http["method"], one.http["requestUri"].rstrip("/")): one.name for one in operations}


def _parse(body: bytes) -> object:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        raise InvalidInputError("The request's body is not valid JSON.") from None


def _headers(service: str) -> dict[str, str]:
    kind = "application/x-amz-json-1.1" if service == "personalize" else "application/json"
    return {"Content-Type": kind, "x-amzn-RequestId": str(uuid.uuid4())}


def _refusal(service: str, error: PersonalizeError) -> Answer:
    headers = _headers(service) | {"x-amzn-ErrorType": error.code}
    declared = {shape.name: shape.metadata.get("error", {}) for shape in service_model(service).error_shapes}
    status = declared.get(error.code, {}).get("httpStatusCode", error.status)
    return status, headers, json.dumps({"__type": error.code, "message": str(error)}).encode()
