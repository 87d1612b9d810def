"""The quotas of Event APIs."""

import tomllib

import pytest

from local.twin.services.appsync.limits import CONNECTS, MESSAGES, PUBLISHES, metered
from paths import ROOT


def test_the_twin_enforces_the_quotas_that_an_account_is_compared_with() -> None:
    quotas = tomllib.loads((ROOT / "local" / "account" / "preflight" / "quotas.toml").read_text())
    names = ("channel_connects", "channel_tokens", "channel_outbound")
    assert [quotas[name]["default"] for name in names] == [
        rate.per_second for rate in (CONNECTS, PUBLISHES, MESSAGES)
    ]


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (5 * 1024, 1), (5 * 1024 + 1, 2), (10_241, 3)])
def test_a_message_counts_by_begun_5_kb(size: int, units: int) -> None:
    assert metered(size) == units
