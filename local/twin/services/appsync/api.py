"""Definitions of Event APIs and their channel namespaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.errors import CommandError
from local.twin.services.lambda_.configuration import function_name

IAM = "AWS_IAM"
LAMBDA = "AWS_LAMBDA"
_PLAYED = frozenset({IAM, LAMBDA})


class UnsupportedAuthorizationError(CommandError):
    """An Event API has a kind of authorization that the twin does not play."""

    def __init__(self, api: str, kinds: frozenset[str]) -> None:
        super().__init__(
            f"Event API {api}: expected authorization by {' or '.join(sorted(_PLAYED))}, "
            f"got {', '.join(sorted(kinds))}"
        )


class UnsupportedHandlerError(CommandError):
    """A channel namespace has handlers, which the twin does not run."""

    def __init__(self, namespace: str) -> None:
        super().__init__(f"channel namespace {namespace}: expected no handlers, got some")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventApi:
    """An Event API; `event_config` is as the operation GetApi returns it.

    Raises UnsupportedAuthorizationError.
    """

    api_id: str
    name: str
    arn: str
    region: str
    account_id: str
    event_config: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unsupported = frozenset(_types(self.event_config["authProviders"])) - _PLAYED
        if unsupported:
            raise UnsupportedAuthorizationError(self.name, unsupported)

    @property
    def http_host(self) -> str:
        """The host to which events are published."""
        return f"{self.api_id}.appsync-api.{self.region}.amazonaws.com"

    @property
    def realtime_host(self) -> str:
        """The host of the WebSocket endpoint."""
        return f"{self.api_id}.appsync-realtime-api.{self.region}.amazonaws.com"

    @property
    def authorizer(self) -> str | None:
        """The name of the function that authorizes, if there is one."""
        for provider in self.event_config["authProviders"]:
            if provider["authType"] == LAMBDA:
                return function_name(provider["lambdaAuthorizerConfig"]["authorizerUri"])
        return None

    @property
    def connection_modes(self) -> frozenset[str]:
        """The kinds of authorization that open a connection."""
        return frozenset(_types(self.event_config["connectionAuthModes"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNamespace:
    """A namespace: the first segment of its channels, and who may publish and subscribe."""

    name: str
    arn: str
    publish_modes: frozenset[str]
    subscribe_modes: frozenset[str]
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def declared(cls, api: EventApi, properties: Mapping[str, Any], *, arn: str) -> "ChannelNamespace":
        """Read a template's properties; raises UnsupportedHandlerError."""
        if properties.get("CodeHandlers") or properties.get("HandlerConfigs"):
            raise UnsupportedHandlerError(properties["Name"])
        config = api.event_config
        return cls(
            name=properties["Name"],
            arn=arn,
            publish_modes=_modes(properties.get("PublishAuthModes"), config["defaultPublishAuthModes"]),
            subscribe_modes=_modes(properties.get("SubscribeAuthModes"), config["defaultSubscribeAuthModes"]),
            tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())},
        )


def _modes(own: list[dict[str, str]] | None, default: list[dict[str, str]]) -> frozenset[str]:
    return frozenset(each["AuthType"] for each in own) if own else frozenset(_types(default))


def _types(modes: list[dict[str, Any]]) -> list[str]:
    return [each["authType"] for each in modes]
