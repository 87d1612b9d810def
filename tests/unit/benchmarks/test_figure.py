"""A figure's ratio says how many times better the value is than the peer's."""

import pytest

from benchmarks.figure import figure, paired_figure


@pytest.mark.parametrize(("higher_is_better", "ratio"), [(False, 0.5), (True, 2.0)])
def test_a_ratio_above_one_is_better_than_the_peer(higher_is_better: bool, ratio: float) -> None:
    line = figure("f", 20, "ms", peer="p", peer_value=10, higher_is_better=higher_is_better)

    assert line["ratio"] == ratio


def test_pairs_have_the_median_of_their_ratios_and_its_range() -> None:
    # GIVEN a slow moment of the machine that affects the second pair as a whole
    line = paired_figure("f", "ms", peer="p", pairs=[(10, 20), (100, 200), (10, 30)])

    assert (line["value"], line["peer_value"]) == (10, 30)
    assert (line["ratio"], line["ratio_range"], line["rounds"]) == (2.0, [2.0, 3.0], 3)
