"""Compares the account's quotas with what a stage needs, and says what to request."""

from collections.abc import Callable
from typing import Any

from local.account.preflight.demand import Demand, Need
from local.account.preflight.quota import Quota, applied_value, read_quotas
from local.account.preflight.synthesized_stage import SynthesizedStage


def quota_shortfalls(stage: SynthesizedStage, client: Callable[[str], Any], *, viewers: int) -> list[str]:
    """Return one line for each quota that is too small for the stage with this many viewers."""
    quotas = read_quotas()
    lines = []
    for need in Demand(stage=stage, viewers=viewers).needs():
        quota = quotas[need.quota]
        found = applied_value(quota, client)
        if need.value > (quota.default if found is None else found):
            lines.append(_line(quota, need, found))
    return lines


def _line(quota: Quota, need: Need, found: float | None) -> str:
    has = (
        f"the default is {quota.default:,} (the account's value is not known)"
        if found is None
        else f"the account has {found:,.0f}"
    )
    short = f"{quota.service}, {quota.name}: {need.value:,} needed ({need.reason}); {has}"
    if quota.code is None:
        return f"{short}; {quota.advice} ({quota.source})"
    return (
        f"{short}; request {need.value:,}: aws service-quotas request-service-quota-increase"
        f" --service-code {quota.service} --quota-code {quota.code} --desired-value {need.value}"
    )
