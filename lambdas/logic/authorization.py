"""Identity: read from the token on `$connect`, and from the authorizer's context afterwards."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain.audit import OPERATORS_GROUP, Operator
from domain.cohort import UNKNOWN, Cohort, ViewerTraits
from domain.errors import InvalidFieldError
from domain.viewer_id import viewer_id_of_subject
from lambdas.logic.errors import UnauthorizedError

SUBPROTOCOL = "touchline.v1"
MAX_TRAIT = 100
MAX_CONSENTS = 1000
OPERATOR_ROLE = "operator"


def token_from_headers(headers: Mapping[str, str]) -> str:
    """Return the token among the sub-protocols that the client offers: `touchline.v1, <token>`."""
    offered = next((value for name, value in headers.items() if name.lower() == "sec-websocket-protocol"), "")
    names = [name.strip() for name in offered.split(",")]
    if len(names) != 2 or names[0] != SUBPROTOCOL or not names[1]:
        raise UnauthorizedError(f"Sec-WebSocket-Protocol: expected {SUBPROTOCOL} and an ID token")
    return names[1]


def authorizer_context(claims: Mapping[str, Any], *, of_operators: bool) -> dict[str, str]:
    """Return the token's traits as short strings, well below API Gateway's limit of 8 KB.

    Only tokens of the operators' issuer can make an operator, whatever groups others name. Raises
    UnauthorizedError if the token has no usable subject.
    """
    groups = claims.get("cognito:groups", [])
    is_operator = of_operators and isinstance(groups, list) and OPERATORS_GROUP in groups
    viewer_id = _viewer_id(claims)
    name = claims.get("email") or claims.get("cognito:username") or viewer_id
    return {
        "viewerId": viewer_id,
        "favouriteTeam": _trait(claims, "custom:favourite_team"),
        "ageBand": _trait(claims, "custom:age_band"),
        "country": _trait(claims, "custom:country"),
        "tier": _trait(claims, "custom:tier"),
        "consents": _consents(claims),
        "role": OPERATOR_ROLE if is_operator else "viewer",
        "operatorName": _text(name)[:MAX_TRAIT] if is_operator else "",
        "operatorUsername": _text(claims.get("cognito:username", "")) if is_operator else "",
        "tokenExpiresAt": str(int(claims["exp"])),
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


def token_expiry(authorizer: Mapping[str, Any]) -> datetime:
    """Return when the connection's token ends; long ago if the authorizer did not say."""
    return datetime.fromtimestamp(int(authorizer.get("tokenExpiresAt") or 0), UTC)


def _viewer_id(claims: Mapping[str, Any]) -> str:
    try:
        return viewer_id_of_subject(claims.get("sub"))
    except InvalidFieldError as error:
        raise UnauthorizedError(str(error)) from error


def _consents(claims: Mapping[str, Any]) -> str:
    """Return the consents that fit, each whole: part of a word could be another consent."""
    text = " ".join(_text(claims.get("custom:consents", "")).split())
    if len(text) <= MAX_CONSENTS:
        return text
    return text[: MAX_CONSENTS + 1].rpartition(" ")[0]


def _trait(claims: Mapping[str, Any], name: str) -> str:
    return _text(claims.get(name) or UNKNOWN)[:MAX_TRAIT]


def _text(value: object) -> str:
    """Return a text that can be encoded as UTF-8: JSON may have lone surrogates, which become `?`."""
    return str(value).encode(errors="replace").decode()
