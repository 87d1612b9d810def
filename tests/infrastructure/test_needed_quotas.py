"""What the synthesized stages need of an account's quotas, and what the preflight says to request."""

from collections.abc import Callable, Mapping
from datetime import date
from math import ceil
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.account.preflight.demand import Demand
from local.account.preflight.quota import applied_value, read_quotas
from local.account.preflight.quotas import quota_shortfalls
from local.account.preflight.runtimes import ageing_runtimes
from local.account.preflight.synthesized_stage import SynthesizedStage
from paths import ROOT
from stacks.config import DeliveryConfig
from tests.infrastructure.assembly import STACKS, Assembly

QUOTAS = read_quotas()
MANY = 300_000
OF_BROADCAST = {"channel_connects", "channel_outbound", "channel_tokens", "edge_requests"}


def stage_of(assembly: Assembly, name: str) -> SynthesizedStage:
    return SynthesizedStage(name=name, templates={stack: assembly.templates[stack] for stack in STACKS})


@pytest.fixture
def development_stage(development: Assembly) -> SynthesizedStage:
    return stage_of(development, "development")


@pytest.fixture
def production_stage(production: Assembly) -> SynthesizedStage:
    return stage_of(production, "production")


class NotSetError(Exception):
    """The quota is not set for the account."""


class Account:
    """Service Quotas with the defaults, but for the quotas that are given by code."""

    exceptions = SimpleNamespace(NoSuchResourceException=NotSetError)

    def __init__(self, applied: Mapping[str, float] | None = None) -> None:
        self._applied = applied or {}
        self._defaults = {quota.code: quota.default for quota in QUOTAS.values() if quota.code}

    def get_service_quota(self, **asked: str) -> dict[str, Any]:
        if asked["QuotaCode"] not in self._applied:
            raise NotSetError
        return {"Quota": {"Value": self._applied[asked["QuotaCode"]]}}

    def get_aws_default_service_quota(self, **asked: str) -> dict[str, Any]:
        return {"Quota": {"Value": self._defaults[asked["QuotaCode"]]}}


def client_of(account: Account) -> Callable[[str], Any]:
    return lambda service: {"service-quotas": account}[service]


def test_a_new_account_has_room_for_development(development_stage: SynthesizedStage) -> None:
    # GIVEN an account whose functions share ten executions, as new accounts do
    account = Account({"L-B99A9384": 10})
    # THEN the stage, which reserves none, can be deployed and serve a few viewers
    assert quota_shortfalls(development_stage, client_of(account), viewers=500) == []


def test_a_new_account_is_told_what_production_needs(production_stage: SynthesizedStage) -> None:
    # GIVEN such an account WHEN production is planned
    account = Account({"L-B99A9384": 10})
    line, mails = quota_shortfalls(production_stage, client_of(account), viewers=10_000)
    # THEN the line has the need, the account's value, and the request
    assert line.startswith("lambda, Concurrent executions: 220 needed (120 reserved")
    assert "the account has 10; request 220" in line
    assert line.endswith("--service-code lambda --quota-code L-B99A9384 --desired-value 220")
    # AND that Cognito does not send so many mails
    assert "200 needed" in mails
    assert "set viewer_mail in the stage's configuration" in mails


def test_a_large_audience_needs_more_than_the_defaults(production_stage: SynthesizedStage) -> None:
    lines = quota_shortfalls(production_stage, client_of(Account()), viewers=MANY)
    needed = {line.split(" needed")[0] for line in lines}
    assert needed == {
        "lambda, Concurrent executions: 1,154",
        "apigateway, Throttle rate: 18,334",
        "cognito-idp, Rate of UserAuthentication requests: 334",
        "cognito-idp, mails a day that Cognito sends by itself: 6,000",
    }
    # WHEN the account has got it THEN nothing is left to request
    granted = Account({"L-B99A9384": 2_000, "L-8A5B8E43": 20_000, "L-026ADBA3": 400})
    (mails,) = quota_shortfalls(production_stage, client_of(granted), viewers=MANY)
    assert "mails" in mails


def test_mails_through_ses_need_its_quota(production_stage: SynthesizedStage) -> None:
    # GIVEN a viewers' pool that sends through SES, in an account that may send to verified addresses only
    pool = next(
        pool
        for pool in production_stage.all_of_type("AWS::Cognito::UserPool")
        if not pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    )
    pool["EmailConfiguration"] = {"EmailSendingAccount": "DEVELOPER"}
    (line,) = quota_shortfalls(production_stage, client_of(Account()), viewers=20_000)
    del pool["EmailConfiguration"]
    assert "ses, Sending quota: 400 needed" in line
    assert line.endswith("--service-code ses --quota-code L-804C8AE8 --desired-value 400")


def test_the_needs_come_from_the_templates(production_stage: SynthesizedStage) -> None:
    needs = {need.quota: need.value for need in Demand(stage=production_stage, viewers=MANY).needs()}
    assert needs.keys() == QUOTAS.keys() - {"ses_mails"} - OF_BROADCAST
    assert needs["kpus"] == 5
    assert needs["shards"] == 40
    assert needs["put_events"] == 1_000
    assert needs["recommendations"] == 250


def test_a_stage_that_broadcasts_needs_channels_and_no_connections(broadcast: Assembly) -> None:
    stage = stage_of(broadcast, "development")
    needs = {need.quota: need.value for need in Demand(stage=stage, viewers=MANY).needs()}
    assert "new_connections" not in needs
    assert needs["channel_connects"] == DeliveryConfig().joins_per_second
    assert needs["channel_outbound"] == MANY
    # A viewer reads one document again after a pause, and two when joining
    assert needs["edge_requests"] == ceil(MANY / 90 + 2 * DeliveryConfig().joins_per_second)
    # Every viewer reports what was seen within half a minute, because all are told at once
    assert needs["gateway_requests"] > MANY / 30
    # AND the guide has these figures
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for name in OF_BROADCAST & needs.keys():
        assert f" | {QUOTAS[name].default:,} | {needs[name]:,} |" in guide, name


def test_a_quota_without_a_code_is_compared_with_its_default(production_stage: SynthesizedStage) -> None:
    # GIVEN a campaign that is to have more than any campaign has
    for function in production_stage.all_of_type("AWS::Lambda::Function"):
        if function.get("Handler") == "lambdas.handlers.set_campaign_capacity.handler":
            variables = function["Environment"]["Variables"]
    kept = variables["MATCH_TRANSACTIONS_PER_SECOND"]
    variables["MATCH_TRANSACTIONS_PER_SECOND"] = "600"
    (line,) = quota_shortfalls(production_stage, client_of(Account()), viewers=100)
    variables["MATCH_TRANSACTIONS_PER_SECOND"] = kept
    assert "600 needed" in line
    assert "the default is 500 (the account's value is not known)" in line


@pytest.mark.parametrize("name", sorted(name for name, quota in QUOTAS.items() if quota.code))
def test_service_quotas_accepts_the_codes(name: str) -> None:
    quota = QUOTAS[name]
    quotas = boto3.client(
        "service-quotas", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    asked = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    with Stubber(quotas) as stub:
        stub.add_client_error("get_service_quota", "NoSuchResourceException", expected_params=asked)
        stub.add_response("get_aws_default_service_quota", {"Quota": {"Value": quota.default}}, asked)
        assert applied_value(quota, lambda _: quotas) == quota.default
    assert quota.source.startswith("https://docs.aws.amazon.com/")


def test_runtimes_that_end_soon_are_named(production_stage: SynthesizedStage) -> None:
    # GIVEN a day on which every runtime has a year to live, and one shortly before the first ends
    used = {
        str(function["Runtime"])
        for function in production_stage.all_of_type("AWS::Lambda::Function")
        if isinstance(function.get("Runtime"), str)
    }
    client = client_of(Account())
    assert used >= {"python3.11", "nodejs24.x"}
    assert ageing_runtimes(production_stage, client, today=date(2026, 6, 1)) == []
    (line,) = ageing_runtimes(production_stage, client, today=date(2027, 5, 1))
    assert line.startswith("python3.11 is supported until 30 June 2027")
