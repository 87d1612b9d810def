"""Sampled impressions stand for all of them."""

from dataclasses import replace

import pytest

from domain.component import Slot
from domain.errors import InvalidFieldError
from domain.impression_sample import ImpressionSample
from domain.interaction import Interaction, InteractionType
from tests.support import builders

SEEN = Interaction(
    type=InteractionType.IMPRESSION,
    component_id="poll",
    slot=Slot.SIDE_PANEL,
    version=3,
    occurred_at=builders.KICK_OFF,
)


def test_without_sampling_everything_counts_once() -> None:
    assert ImpressionSample().weight("m", "v", SEEN) == 1.0


def test_the_weights_of_a_sample_sum_to_all_impressions() -> None:
    sample = ImpressionSample(share=0.1)
    weights = [sample.weight("m", f"viewer-{number}", SEEN) for number in range(20_000)]
    assert set(weights) == {0.0, 10.0}
    assert sum(weights) == pytest.approx(20_000, rel=0.06)  # three standard errors


@pytest.mark.parametrize("kind", [each for each in InteractionType if each is not InteractionType.IMPRESSION])
def test_what_a_viewer_does_counts_once_whatever_the_sample(kind: InteractionType) -> None:
    assert ImpressionSample(share=0.01).weight("m", "v", replace(SEEN, type=kind)) == 1.0


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_is_above_nothing_and_at_most_all(share: float) -> None:
    with pytest.raises(InvalidFieldError, match="share"):
        ImpressionSample(share=share)
