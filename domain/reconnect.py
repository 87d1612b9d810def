"""How the apps of one match spread their reconnects after a loss that all of them may have."""

from math import ceil

CONNECTIONS_PER_SECOND = 400
"""Of the 500 new connections a second that an account has by default; the rest is for viewers who arrive.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""
SHORTEST_SECONDS, LONGEST_SECONDS = 2, 120
"""A viewer who alone loses the connection also waits, for half of the window on average.

A million viewers on channels would need eleven minutes not to be refused. Far more viewers lose a connection
alone in a match, so the window stays short for them: those whom the quota refuses spread further.
"""


def reconnect_window_seconds(subscribers: int, *, per_second: int = CONNECTIONS_PER_SECOND) -> int:
    """Return the time within which each app waits a random time before its first attempt to reconnect.

    Attempts that fail double it, so an audience that is too large for the longest window spreads further.
    """
    return min(max(ceil(subscribers / per_second), SHORTEST_SECONDS), LONGEST_SECONDS)
