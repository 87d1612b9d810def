"""Definitions of WebSocket and HTTP APIs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.twin.services.token_bucket import Rate

REGION = "eu-central-1"
ACCOUNT_ID = "123456789012"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketRoute:
    """A route of a WebSocket API with its Lambda proxy integration; two-way when it has a RouteResponse."""

    route_key: str
    function_name: str
    two_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAuthorizer:
    """A Lambda REQUEST authorizer of `$connect`, invoked only when every identity source is present."""

    function_name: str
    identity_sources: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketApi:
    """A WebSocket API with the one stage that it is deployed to."""

    api_id: str
    stage: str
    routes: tuple[WebSocketRoute, ...]
    route_selection_expression: str = "$request.body.action"
    authorizer: RequestAuthorizer | None = None
    throttle: Rate | None = None
    """The throttle of the stage's routes."""
    region: str = REGION
    account_id: str = ACCOUNT_ID

    @property
    def domain_name(self) -> str:
        """The host name that AWS would assign."""
        return f"{self.api_id}.execute-api.{self.region}.amazonaws.com"

    def connect_arn(self) -> str:
        """Return the `methodArn` in the events of the API's authorizer."""
        return self.route_arn("$connect")

    def route_arn(self, route_key: str) -> str:
        """Return the ARN for which the function of a route is invoked."""
        return f"arn:aws:execute-api:{self.region}:{self.account_id}:{self.api_id}/{self.stage}/{route_key}"

    def authorizer_arn(self, authorizer: RequestAuthorizer) -> str:
        """Return the ARN for which the function of an authorizer is invoked."""
        resource = f"{self.api_id}/authorizers/{authorizer.id}"
        return f"arn:aws:execute-api:{self.region}:{self.account_id}:{resource}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRoute:
    """A route of an HTTP API (`POST /feeds/{provider}`, `ANY /{proxy+}`, `$default`) and its function."""

    route_key: str
    function_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """Which pages may read the answers of an HTTP API, and what they may send; `*` stands for any."""

    origins: frozenset[str]
    methods: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpApi:
    """An HTTP API with Lambda integrations of payload format 2.0."""

    api_id: str
    routes: tuple[HttpRoute, ...]
    stage: str = "$default"
    throttle: Rate | None = None
    """The throttle of the stage's routes."""
    route_throttles: Mapping[str, Rate] = field(default_factory=dict)
    """The throttles of routes that have their own, by route key."""
    cors: Cors | None = None
    region: str = REGION
    account_id: str = ACCOUNT_ID

    @property
    def domain_name(self) -> str:
        """The host name that AWS would assign."""
        return f"{self.api_id}.execute-api.{self.region}.amazonaws.com"

    def route_arn(self, route_key: str) -> str:
        """Return the ARN for which the function of a route is invoked."""
        method, _, path = route_key.partition(" ")
        resource = f"{self.api_id}/{self.stage}/{'*' if method == 'ANY' else method}{path}"
        return f"arn:aws:execute-api:{self.region}:{self.account_id}:{resource}"
