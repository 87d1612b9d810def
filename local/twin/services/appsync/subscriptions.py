"""Which subscriptions an event reaches: those to its channel, and those that end with `/*` above it."""

from collections.abc import Iterator

from local.twin.services.appsync.connection import Subscription

_ANY = "/*"


class Subscriptions:
    """The subscriptions of an API, by their patterns."""

    def __init__(self) -> None:
        self._by_pattern: dict[str, dict[Subscription, None]] = {}

    def add(self, subscription: Subscription) -> None:
        """Add a subscription."""
        self._by_pattern.setdefault(subscription.pattern, {})[subscription] = None

    def remove(self, subscription: Subscription) -> None:
        """Remove a subscription, if it is there."""
        found = self._by_pattern.get(subscription.pattern, {})
        found.pop(subscription, None)
        if not found:
            self._by_pattern.pop(subscription.pattern, None)

    def of(self, channel: str) -> Iterator[Subscription]:
        """Yield the subscriptions that an event on a channel reaches."""
        yield from self._by_pattern.get(channel, ())
        parent = channel
        while parent := parent.rpartition("/")[0]:
            yield from self._by_pattern.get(parent + _ANY, ())

    def __len__(self) -> int:
        return sum(map(len, self._by_pattern.values()))
