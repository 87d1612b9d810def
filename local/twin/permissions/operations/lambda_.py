"""Lambda: the function and its qualifier are in the path and the query."""

from urllib.parse import parse_qs, unquote

from local.twin.edge.services import ServiceRequest
from local.twin.permissions.access import Access, Arns
from local.twin.permissions.errors import UnmappedOperationError

_FUNCTIONS = "functions/"
_CONCURRENCY = {
    "GET": "GetProvisionedConcurrencyConfig",
    "PUT": "PutProvisionedConcurrencyConfig",
    "DELETE": "DeleteProvisionedConcurrencyConfig",
}


def accesses(request: ServiceRequest, arns: Arns) -> list[Access]:
    """Return what an operation on a function needs; raises UnmappedOperationError for others."""
    name, _, rest = unquote(request.path).rstrip("/").partition(_FUNCTIONS)[2].partition("/")
    action = _action(request.method, rest)
    if not name or action is None:
        raise UnmappedOperationError("lambda", f"{request.method} {request.path}")
    function = arns.named("lambda", "function:", name)
    qualifier = parse_qs(request.query_string).get("Qualifier", [""])[0]
    if qualifier and function.count(":") == 6:
        function = f"{function}:{qualifier}"
    return [Access(action=f"lambda:{action}", resource=function)]


def _action(method: str, rest: str) -> str | None:
    if rest == "invocations":
        return "InvokeFunction"
    if rest == "provisioned-concurrency":
        return _CONCURRENCY.get(method)
    if method == "GET":
        return {"": "GetFunction", "configuration": "GetFunctionConfiguration"}.get(rest)
    return None
