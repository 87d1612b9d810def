"""Tests of when shares of the viewers were reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.account.plan.simulation.receptions import Receptions

SPANS = st.lists(
    st.tuples(st.floats(0, 100), st.floats(0, 50), st.integers(1, 1_000)), min_size=1, max_size=20
)


def test_viewers_of_a_span_are_reached_evenly() -> None:
    # GIVEN a hundred viewers between two and four seconds
    receptions = Receptions()
    receptions.add(100, 2.0, 4.0)
    # THEN half of them are reached in the middle
    assert receptions.reached_by(0.5) == pytest.approx(3.0)
    assert (receptions.first, receptions.last, receptions.viewers) == (2.0, 4.0, 100)


def test_viewers_can_be_reached_at_once() -> None:
    receptions = Receptions()
    receptions.add(99, 1.0, 1.0)
    receptions.add(1, 5.0, 5.0)
    assert receptions.reached_by(0.99) == 1.0
    assert receptions.reached_by(1.0) == 5.0


def test_overlapping_spans_add_up() -> None:
    receptions = Receptions()
    receptions.add(100, 0.0, 10.0)
    receptions.add(100, 5.0, 10.0)
    # WHEN a quarter of all, 50 viewers, is reached by the first span alone
    assert receptions.reached_by(0.25) == pytest.approx(5.0)
    # THEN the other 150 come in the five seconds of both
    assert receptions.reached_by(0.625) == pytest.approx(7.5)


@given(spans=SPANS, shares=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)))
def test_more_viewers_are_never_reached_earlier(
    spans: list[tuple[float, float, int]], shares: tuple[float, float]
) -> None:
    receptions = Receptions()
    for start, length, viewers in spans:
        receptions.add(viewers, start, start + length)
    low, high = sorted(shares)
    assert receptions.first <= receptions.reached_by(low) <= receptions.reached_by(high) + 1e-9
    assert receptions.reached_by(high) <= receptions.last + 1e-9
