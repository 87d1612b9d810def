"""AWS AppSync Events: the Event APIs that templates declare, with the behaviour that publishers and apps see.

- `POST /_aws/appsync-api/<api-id>/event` publishes; `/_aws/appsync-realtime-api/<api-id>/event/realtime` is
  the WebSocket endpoint. The edge has checked the permissions of a signed request before.
- Authorization by IAM (of publishes over HTTP) and by Lambda is played; an API with another kind is refused.
- Namespaces have no handlers: an event reaches the subscribers as it was published.
- The answers of the WebSocket protocol are those of AWS's page "Understanding the Event API WebSocket
  protocol". AWS documents neither the close codes nor each type of error; those are as clients report them.
"""

from local.twin.services.appsync.api import (
    IAM,
    LAMBDA,
    ChannelNamespace,
    EventApi,
    UnsupportedAuthorizationError,
    UnsupportedHandlerError,
)
from local.twin.services.appsync.event_apis import EventApis
from local.twin.services.appsync.limits import ChannelLimits

__all__ = [
    "IAM",
    "LAMBDA",
    "ChannelLimits",
    "ChannelNamespace",
    "EventApi",
    "EventApis",
    "UnsupportedAuthorizationError",
    "UnsupportedHandlerError",
]
