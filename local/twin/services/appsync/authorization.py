"""Who may connect, subscribe and publish.

Source: AWS documentation, "Configuring authorization and authentication to secure Event APIs": the
authorizer's event and answer. It is invoked for each operation, because no answer is kept.
"""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.twin.services.apigateway.invocation import Failed, Invoke, call
from local.twin.services.appsync.api import IAM, LAMBDA, EventApi
from local.twin.services.appsync.channels import namespace_of
from local.twin.services.appsync.errors import UnauthorizedError

_LOG = logging.getLogger(__name__)
_SIGNATURE = "AWS4-HMAC-SHA256"


class Operation(StrEnum):
    """What is authorized, by AppSync's names."""

    CONNECT = "EVENT_CONNECT"
    SUBSCRIBE = "EVENT_SUBSCRIBE"
    PUBLISH = "EVENT_PUBLISH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """Decides by the kinds of authorization that an operation takes."""

    api: EventApi
    invoke: Invoke
    timeout_seconds: float

    async def check_request(self, modes: frozenset[str], headers: Mapping[str, str], channel: str) -> None:
        """Raise UnauthorizedError unless a request over HTTP may publish on a channel.

        The edge has checked the permissions of whoever signed it.
        """
        if IAM in modes and _header(headers, "authorization").startswith(_SIGNATURE):
            return
        await self.check_message(Operation.PUBLISH, modes, headers, headers, channel)

    async def check_message(
        self,
        operation: Operation,
        modes: frozenset[str],
        credentials: Mapping[str, str],
        headers: Mapping[str, str],
        channel: str | None = None,
    ) -> None:
        """Raise UnauthorizedError unless the credentials of a WebSocket permit an operation."""
        token = _header(credentials, "authorization")
        if LAMBDA not in modes or not token or token.startswith(_SIGNATURE) or self.api.authorizer is None:
            raise UnauthorizedError
        answer = await call(
            self.invoke,
            self.api.authorizer,
            self._event(operation, token, headers, channel),
            self.timeout_seconds,
            source_arn=self.api.arn,
        )
        if isinstance(answer, Failed):
            _LOG.warning("the authorizer of Event API %s failed: %s", self.api.name, answer.message)
            raise UnauthorizedError
        if not isinstance(answer.value, dict) or answer.value.get("isAuthorized") is not True:
            raise UnauthorizedError

    def _event(
        self, operation: Operation, token: str, headers: Mapping[str, str], channel: str | None
    ) -> dict[str, Any]:
        return {
            "authorizationToken": token,
            "requestContext": {
                "apiId": self.api.api_id,
                "accountId": self.api.account_id,
                "requestId": str(uuid.uuid4()),
                "operation": operation.value,
                "channelNamespaceName": None if channel is None else namespace_of(channel),
                "channel": channel,
            },
            "requestHeaders": {name.lower(): value for name, value in headers.items()},
        }


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")
