"""Check for a sample ratio mismatch: whether the arms have the expected sizes."""

from dataclasses import dataclass

from scipy.stats import chisquare

from local.study.lift.errors import LiftError
from local.study.lift.lift import Lift

ALARM = 0.001
"""The p-value below which the lift is not valid; low, since the check runs often.

Source: Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019,
https://doi.org/10.1145/3292500.3330722.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """The expected and the actual share of held-out viewers; `holds` is False for a mismatch."""

    expected_share: float
    share: float
    p_value: float
    holds: bool


def sample_ratio(lift: Lift, holdout_share: float) -> SampleRatio:
    """Test the arms' sizes against the configured share (Pearson's chi-squared); raises LiftError."""
    if not 0 < holdout_share < 1:
        raise LiftError(f"--holdout-share: expected a share between 0 and 1, got {holdout_share:g}")
    viewers = lift.served_viewers + lift.holdout_viewers
    expected = [viewers * (1 - holdout_share), viewers * holdout_share]
    p_value = float(chisquare([lift.served_viewers, lift.holdout_viewers], expected).pvalue)
    return SampleRatio(
        expected_share=holdout_share,
        share=lift.holdout_viewers / viewers,
        p_value=p_value,
        holds=p_value >= ALARM,
    )
