"""Quotas are changed by their names, at API Gateway or at AppSync."""

from typing import Any

import pytest

from local.twin.quotas import Quotas, check_quota
from local.twin.services.apigateway import Gateway
from local.twin.services.apigateway.errors import InvalidQuotaError
from local.twin.services.appsync import EventApis

SETTINGS = (
    "requests=200:100",
    "stages=none",
    "channel_connects=5",
    "channel_publishes=2:9",
    "channel_messages=none",
)
WRONG = ("posts=5", "channel_posts=5", "channel_connects=0", "channel_publishes")


async def never_invoked(_name: str, _payload: bytes, _source_arn: str) -> Any:
    raise AssertionError


@pytest.fixture
def quotas() -> Quotas:
    return Quotas(Gateway(invoke=never_invoked), EventApis(invoke=never_invoked))


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_quota_is_changed_by_its_name(quotas: Quotas, setting: str) -> None:
    check_quota(setting)
    quotas.change(setting)


@pytest.mark.parametrize("setting", WRONG)
def test_a_wrong_name_or_value_is_refused(quotas: Quotas, setting: str) -> None:
    for change in (check_quota, quotas.change):
        with pytest.raises(InvalidQuotaError, match=setting):
            change(setting)
