"""How busy a connection is with what it reports, as conditions on the row of a subscription.

A connection has one pace, whatever it is subscribed to: that of the first match to which it subscribed. The
rows of its other subscriptions name that match as `paced_by`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.interaction_rate import MAX_AHEAD
from lambdas.adapters.connection_rows import MILLISECOND, UNSUBSCRIBED, Row, epoch, epoch_ms

NOT_EXPIRED = "expires_at > :now"
LIVE = f"{NOT_EXPIRED} AND attribute_not_exists({UNSUBSCRIBED})"


@dataclass(frozen=True, slots=True)
class Pace:
    """A condition on the row of a subscription, and until when its connection is busy afterwards."""

    condition: str
    busy_until: str
    values: Row


def paces(busy_for: timedelta, now: datetime) -> tuple[Pace, ...]:
    """Return the paces at which acts are recorded in a live subscription, that of an idle connection first.

    They do not hold for a subscription with the pace of another, unless the acts take no time.
    """
    if not busy_for // MILLISECOND:
        values = {":now": epoch(now), ":now_ms": _number(epoch_ms(now))}
        return (Pace(LIVE, "if_not_exists(busy_until_ms, :now_ms)", values),)
    return _paces(f"{LIVE} AND attribute_not_exists(paced_by)", busy_for, now)


def shared_paces(busy_for: timedelta, now: datetime) -> tuple[Pace, ...]:
    """Return the paces of a connection's other subscriptions, for the row that has it; it may have ended."""
    return _paces(NOT_EXPIRED, busy_for, now)


def _paces(condition: str, busy_for: timedelta, now: datetime) -> tuple[Pace, Pace]:
    now_ms, busy_ms = epoch_ms(now), busy_for // MILLISECOND
    values = {":now": epoch(now), ":now_ms": _number(now_ms)}
    idle = Pace(
        f"{condition} AND (attribute_not_exists(busy_until_ms) OR busy_until_ms <= :now_ms)",
        ":until",
        {**values, ":until": _number(now_ms + busy_ms)},
    )
    latest_ms = now_ms + MAX_AHEAD // MILLISECOND - busy_ms
    busy = Pace(
        f"{condition} AND busy_until_ms > :now_ms AND busy_until_ms <= :latest",
        "busy_until_ms + :busy",
        {
            **values,
            ":busy": _number(busy_ms),
            ":latest": _number(latest_ms),
        },
    )
    return idle, busy


def _number(value: int) -> Row:
    return {"N": str(value)}
