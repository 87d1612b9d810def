"""Tests of the charts of the page."""

import re

import pytest

from local.account.plan.charts import HEIGHT, log_lines, paired_bars


@pytest.mark.parametrize("values", [[0.0, 0.0], [0.0, 5.0], [1e-9, 1e30], [3.0, 3.0]])
def test_every_value_has_a_place_in_the_chart(values: list[float]) -> None:
    series = {"a": values, "b": values[::-1]}
    drawn = log_lines("t", [1_000, 10_000], series, x_words=str, y_words=lambda value: f"{value:g}")
    places = [float(place) for place in re.findall(r'cy="([^"]+)"', drawn)]
    assert len(places) == 4
    assert all(0 <= place <= HEIGHT for place in places)
    # THEN the place follows the value
    assert (places[0] > places[1]) == (values[0] < values[1])


def test_bars_without_any_cost_are_drawn() -> None:
    assert paired_bars("t", {"S3": {"a": 0.0, "b": 0.0}}, str).count("<rect") == 2
