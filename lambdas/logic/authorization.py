"""Identity: read from the token on `$connect`, and from the authorizer's context afterwards."""

from collections.abc import Mapping
from typing import Any

from domain.audit import Operator
from domain.cohort import UNKNOWN, Cohort, ViewerTraits
from lambdas.logic.errors import UnauthorizedError

SUBPROTOCOL = "touchline.v1"
MAX_TRAIT = 100
MAX_CONSENTS = 1000
OPERATORS_GROUP = "operators"
OPERATOR_ROLE = "operator"


def token_from_headers(headers: Mapping[str, str]) -> str:
    """Return the token among the sub-protocols that the client offers: `touchline.v1, <token>`."""
    offered = next((value for name, value in headers.items() if name.lower() == "sec-websocket-protocol"), "")
    names = [name.strip() for name in offered.split(",")]
    if len(names) != 2 or names[0] != SUBPROTOCOL or not names[1]:
        raise UnauthorizedError(f"Sec-WebSocket-Protocol: expected {SUBPROTOCOL} and an ID token")
    return names[1]


def authorizer_context(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return the token's traits as short strings, well below API Gateway's limit of 8 KB."""
    groups = claims.get("cognito:groups", [])
    is_operator = isinstance(groups, list) and OPERATORS_GROUP in groups
    name = claims.get("email") or claims.get("cognito:username") or claims["sub"]
    return {
        "viewerId": str(claims["sub"])[:MAX_TRAIT],
        "favouriteTeam": _trait(claims, "custom:favourite_team"),
        "ageBand": _trait(claims, "custom:age_band"),
        "country": _trait(claims, "custom:country"),
        "tier": _trait(claims, "custom:tier"),
        "consents": str(claims.get("custom:consents", ""))[:MAX_CONSENTS],
        "role": OPERATOR_ROLE if is_operator else "viewer",
        "operatorName": str(name)[:MAX_TRAIT] if is_operator else "",
    }


def viewer_from_authorizer(authorizer: Mapping[str, Any]) -> ViewerTraits:
    """Return the viewer that the authorizer identified; messages are never asked for identity."""
    viewer_id = authorizer.get("viewerId")
    if not viewer_id:
        raise UnauthorizedError("authorizer context: expected viewerId, got none")
    return ViewerTraits(
        viewer_id=str(viewer_id),
        cohort=Cohort.from_claims(
            favourite_team=str(authorizer.get("favouriteTeam") or UNKNOWN),
            age_band=str(authorizer.get("ageBand") or UNKNOWN),
            country=str(authorizer.get("country") or UNKNOWN),
            tier=str(authorizer.get("tier") or UNKNOWN),
        ),
        consents=frozenset(str(authorizer.get("consents") or "").split()),
    )


def operator_from_authorizer(authorizer: Mapping[str, Any]) -> Operator | None:
    """Return the operator that the authorizer identified; None for a viewer."""
    if authorizer.get("role") != OPERATOR_ROLE or not authorizer.get("viewerId"):
        return None
    operator_id = str(authorizer["viewerId"])
    return Operator(id=operator_id, name=str(authorizer.get("operatorName") or operator_id))


def _trait(claims: Mapping[str, Any], name: str) -> str:
    return str(claims.get(name) or UNKNOWN)[:MAX_TRAIT]
