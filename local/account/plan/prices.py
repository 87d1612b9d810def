"""Prices of AWS: a file of them, each with its source and whether somebody read it there."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from local.account.plan.errors import PlanError

PRICES = Path(__file__).with_name("prices.toml")
MOST_USD = 1_000_000
FEWEST_UNITS, MOST_UNITS = 0.001, 1_000_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a number of units."""

    usd: float
    per: float
    unit: str
    source: str
    verified: bool

    def of(self, quantity: float) -> float:
        """Return the dollars for so many units."""
        return quantity * self.usd / self.per


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Prices by the names that the planner uses, of one region and day."""

    region: str
    date: date
    prices: Mapping[str, Price]

    @property
    def unverified(self) -> int:
        """How many prices nobody read on a page of AWS."""
        return sum(not price.verified for price in self.prices.values())


def read_prices(path: Path = PRICES) -> PriceList:
    """Read a file of prices; raises PlanError for the first thing in it that is not as in `prices.toml`."""
    values = _parsed(path)
    known = _parsed(PRICES)
    for name in known:
        if name not in values:
            raise PlanError(f"{path}: expected an entry {name}, as in {PRICES.name} of the planner")
    # A TOML date with a time is a `date` too.
    if not isinstance(values["region"], str) or type(values["date"]) is not date:
        raise PlanError(f"{path}: expected a region and a date such as 2026-11-29")
    prices = {name: _price(path, name, values[name]) for name in known if isinstance(known[name], dict)}
    return PriceList(region=values["region"], date=values["date"], prices=prices)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (ValueError, RecursionError) as error:
        raise PlanError(f"{path}: expected prices in TOML: {error}") from error


def _price(path: Path, name: str, fields: object) -> Price:
    expected: dict[str, type | tuple[type, ...]] = {
        "usd": (int, float),
        "per": (int, float),
        "unit": str,
        "source": str,
        "verified": bool,
    }
    if not isinstance(fields, dict) or set(fields) != set(expected):
        raise PlanError(f"{path}: expected {', '.join(expected)} in {name}")
    for field, kind in expected.items():
        value = fields[field]
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise PlanError(f"{path}: expected another type of {name}.{field}, got {value!r}")
    if not (0 <= fields["usd"] <= MOST_USD and FEWEST_UNITS <= fields["per"] <= MOST_UNITS):
        raise PlanError(
            f"{path}: expected {name}.usd from 0 to {MOST_USD:,} and {name}.per from {FEWEST_UNITS}"
            f" to {MOST_UNITS:,}"
        )
    return Price(**fields)
