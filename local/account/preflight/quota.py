"""The quotas that a stage can meet, and what an account has of each."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUOTAS = Path(__file__).with_name("quotas.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A quota of Service Quotas; the file `quotas.toml` says what its fields mean."""

    service: str
    name: str
    default: float
    source: str
    code: str | None = None
    verified: str | None = None
    advice: str = "ask AWS Support whether it can be raised"


def read_quotas() -> Mapping[str, Quota]:
    """Return the quotas by the names that this package uses."""
    return {name: Quota(**fields) for name, fields in tomllib.loads(QUOTAS.read_text()).items()}


def applied_value(quota: Quota, client: Callable[[str], Any]) -> float | None:
    """Return what the account has; None if Service Quotas does not say.

    `GetServiceQuota` knows only what AWS has set for the account, else the default of the region applies.
    """
    if quota.code is None:
        return None
    quotas = client("service-quotas")
    for read in (quotas.get_service_quota, quotas.get_aws_default_service_quota):
        try:
            value: float = read(ServiceCode=quota.service, QuotaCode=quota.code)["Quota"]["Value"]
        except quotas.exceptions.NoSuchResourceException:
            continue
        return value
    return None
