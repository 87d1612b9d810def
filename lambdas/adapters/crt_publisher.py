"""Publishes to channels of an Event API of AWS AppSync, through the AWS Common Runtime.

The address of an audience takes the place of a connection's id. Each request publishes one event, in which
the message is packed, to one channel: https://docs.aws.amazon.com/appsync/latest/eventapi/publish-http.html
"""

import json
from collections.abc import Iterable
from datetime import timedelta

from domain.channel import channel_of
from domain.packed_event import pack
from domain.post_outcome import PostOutcome
from lambdas.adapters.crt_poster import CrtConnectionPoster


class CrtChannelPublisher(CrtConnectionPoster):
    """Publishes messages as posts are sent; 429 means throttled.

    An answer of 200 names the events that failed: such a publish did not reach its channel.
    """

    service = "appsync"
    content_type = "application/json"
    reads_answers = True

    def post(self, messages: Iterable[tuple[str, bytes]], *, time_limit: timedelta) -> PostOutcome:
        """Publish each message to the channel of its address; return when each has its result."""
        return super().post(((to, _request_body(to, body)) for to, body in messages), time_limit=time_limit)

    def path_of(self, recipient: str) -> str:  # noqa: ARG002 - the request's body names the channel
        """Return the path of the Event API: all channels share it."""
        return self.base_path

    def is_accepted(self, answer: bytes) -> bool:
        """Return True if no event of the request failed."""
        try:
            return not json.loads(answer).get("failed")
        except (ValueError, AttributeError):
            return False


def _request_body(address: str, message: bytes) -> bytes:
    request = {"channel": channel_of(address), "events": [pack(message)]}
    return json.dumps(request, separators=(",", ":"), ensure_ascii=False).encode()
