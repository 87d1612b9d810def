"""CloudFormation's API: the deployed stacks with their outputs and resources."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from local.twin.edge.services import FORWARD, ServiceAnswer, ServiceRequest
from local.twin.endpoints import ACCOUNT_ID

_NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/"
_CREATED_AT = "2026-01-01T00:00:00Z"


class CloudFormationService:
    """Serves DescribeStacks, ListStacks, DescribeStackResources and ListStackResources."""

    def __init__(
        self,
        *,
        region: str,
        outputs: Callable[[], Mapping[str, Mapping[str, Any]]],
        resources: Callable[[str], Iterable[Mapping[str, str]]],
    ) -> None:
        self._region = region
        self._outputs = outputs
        self._resources = resources

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request; other operations are forwarded to moto."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        action = form.get("Action", "")
        name = form.get("StackName", "").rpartition("stack/")[2].partition("/")[0]
        if name and name not in self._outputs():
            return _error("ValidationError", f"Stack with id {name} does not exist")
        chosen = [name] if name else list(self._outputs())
        match action:
            case "DescribeStacks":
                return _answer(action, "Stacks", [self._stack(each, whole=True) for each in chosen])
            case "ListStacks":
                return _answer(action, "StackSummaries", [self._stack(each, whole=False) for each in chosen])
            case "DescribeStackResources":
                return _answer(
                    action, "StackResources", [self._resource(name, row) for row in self._resources(name)]
                )
            case "ListStackResources":
                rows = [self._resource(name, row) for row in self._resources(name)]
                return _answer(action, "StackResourceSummaries", rows)
        return FORWARD

    def _id(self, name: str) -> str:
        return f"arn:aws:cloudformation:{self._region}:{ACCOUNT_ID}:stack/{name}/twin"

    def _stack(self, name: str, *, whole: bool) -> dict[str, Any]:
        stack = {
            "StackId": self._id(name),
            "StackName": name,
            "CreationTime": _CREATED_AT,
            "StackStatus": "CREATE_COMPLETE",
        }
        if not whole:
            return stack
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in self._outputs()[name].items()]
        return {**stack, "Outputs": outputs}

    def _resource(self, stack: str, row: Mapping[str, str]) -> dict[str, Any]:
        return {
            "StackName": stack,
            "ResourceStatus": "CREATE_COMPLETE",
            "Timestamp": _CREATED_AT,
            "LastUpdatedTimestamp": _CREATED_AT,
            **row,
        }


def _answer(action: str, name: str, values: list[dict[str, Any]]) -> ServiceAnswer:
    result = f"<{action}Result>{_xml(name, values)}</{action}Result>"
    body = f'<{action}Response xmlns="{_NAMESPACE}">{result}</{action}Response>'
    return ServiceAnswer(headers={"Content-Type": "text/xml"}, body=body.encode())


def _error(code: str, message: str) -> ServiceAnswer:
    inner = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<ErrorResponse xmlns="{_NAMESPACE}">{inner}</ErrorResponse>'
    return ServiceAnswer(status=400, headers={"Content-Type": "text/xml"}, body=body.encode())


def _xml(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"<{name}>{''.join(_xml('member', each) for each in value)}</{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_xml(key, each) for key, each in value.items())}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"
