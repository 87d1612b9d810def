"""Tests of files of prices."""

from datetime import date
from pathlib import Path

import pytest

from local.account.plan.errors import PlanError
from local.account.plan.prices import PRICES, read_prices

OWN = PRICES.read_text()


def written(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text)
    return path


def test_the_planners_own_prices_say_where_they_are_from() -> None:
    prices = read_prices()
    assert prices.date >= date(2026, 11, 1)
    assert all(price.source for price in prices.prices.values())
    assert 0 < prices.unverified < len(prices.prices)


def test_a_price_is_for_a_number_of_units() -> None:
    assert read_prices().prices["gateway_messages"].of(2_500_000) == pytest.approx(2.5)


def test_another_file_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, OWN.replace('region = "us-east-1"', 'region = "eu-west-1"'))
    assert read_prices(path).region == "eu-west-1"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("[kpu_hours]", "[kpus]", "kpu_hours"),
        ("usd = 0.11", "usd = -1", "kpu_hours.usd"),
        ("usd = 0.11", 'usd = "0.11"', "kpu_hours.usd"),
        ("per = 1_000_000", "per = 0", ".per"),
        ("usd = 0.11", "usd = 0.11\nusd = 0.12", "TOML"),
        ("usd = 0.11", "dollars = 0.11", "kpu_hours"),
        ("date = 2026-11-29", 'date = "today"', "date"),
        ("usd = 0.11", "usd = nan", "kpu_hours.usd"),
        ("usd = 0.11", "usd = inf", "kpu_hours.usd"),
        ("usd = 0.11", "usd = 1e308", "kpu_hours.usd"),
        ("usd = 0.11", f"usd = {'1' * 400}", "kpu_hours.usd"),
        ("per = 1_000_000", "per = 1e-320", ".per"),
        ("date = 2026-11-29", "date = 2026-11-29T10:00:00Z", "date"),
        ("usd = 0.11", f"usd = {'1' * 5_000}", "TOML"),
        ("usd = 0.11", f"usd = {'[' * 5_000}", "TOML"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    with pytest.raises(PlanError, match=expected):
        read_prices(written(tmp_path, OWN.replace(before, after)))
