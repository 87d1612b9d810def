"""Orders of arrival of one match's signals that keep the words on each entry in their order."""

import random
from collections.abc import Iterator, Sequence
from itertools import permutations
from math import factorial

from domain.match_event import WITHDRAWALS
from domain.signal import Signal


def arrival_orders(signals: Sequence[Signal], *, most: int, seed: int = 1) -> Iterator[list[Signal]]:
    """Return all orders of arrival, or `most` random ones.

    The versions of an entry and its withdrawals keep their order; but a withdrawal may overtake an entry
    that has had a single version before it.
    """
    later = _constraints(signals)
    numbers = range(len(signals))
    if factorial(len(signals)) <= most:
        orders: Iterator[Sequence[int]] = (
            order for order in permutations(numbers) if _is_allowed(order, later)
        )
    else:
        chance = random.Random(seed)
        orders = (_random_order(len(signals), later, chance) for _ in range(most))
    for order in orders:
        yield [signals[number] for number in order]


def _constraints(signals: Sequence[Signal]) -> list[tuple[int, int]]:
    """Return pairs of numbers of signals: the first must arrive before the second."""
    pairs = []
    for second, signal in enumerate(signals):
        versions = 0
        for first in range(second):
            if _entry_of(signals[first]) == _entry_of(signal):
                versions += not _is_withdrawal(signals[first])
                pairs.append((first, second))
        if _is_withdrawal(signal) and versions == 1:
            pairs = [
                (first, last) for first, last in pairs if last != second or _is_withdrawal(signals[first])
            ]
    return pairs


def _entry_of(signal: Signal) -> str | None:
    assert signal.match_event
    return signal.match_event.related_id if _is_withdrawal(signal) else signal.match_event.id


def _is_withdrawal(signal: Signal) -> bool:
    return signal.match_event is not None and signal.match_event.type in WITHDRAWALS


def _is_allowed(order: Sequence[int], pairs: Sequence[tuple[int, int]]) -> bool:
    place = {number: index for index, number in enumerate(order)}
    return all(place[first] < place[second] for first, second in pairs)


def _random_order(count: int, pairs: Sequence[tuple[int, int]], chance: random.Random) -> list[int]:
    left, order = set(range(count)), []
    while left:
        ready = sorted(left - {second for first, second in pairs if first in left})
        order.append(chance.choice(ready))
        left.remove(order[-1])
    return order
