"""Changes the version that a campaign serves, and waits until it serves it."""

import time
from collections.abc import Callable
from typing import Any

from local.account.rollback.errors import RollbackError

TIMEOUT_SECONDS = 3600
FAILED = "CREATE FAILED"


def serving_campaign(personalize: Any, stage: str, solution_arn: str) -> str:
    """Return the ARN of the campaign of a stage; raises RollbackError if there is none."""
    pages = personalize.get_paginator("list_campaigns").paginate(solutionArn=solution_arn)
    campaigns: dict[str, str] = {
        one["name"]: one["campaignArn"] for page in pages for one in page["campaigns"]
    }
    # Someone may have created other campaigns of the solution by hand.
    named = {name: arn for name, arn in campaigns.items() if name.startswith(f"touchline-{stage}")}
    candidates = list((named or campaigns).values())
    if len(candidates) != 1:
        raise RollbackError(
            f"expected one campaign of {solution_arn}, found {len(candidates)};"
            " `cdk deploy 'Campaign/*'` creates the campaign of a stage"
        )
    return candidates[0]


def serve(
    personalize: Any,
    campaign_arn: str,
    version_arn: str,
    *,
    poll_seconds: float,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Let a campaign serve a version, and return when it does; raises RollbackError.

    While the campaign is being updated, for example to another rate, it tries again.
    """
    waited = 0.0
    is_requested = False
    while waited <= TIMEOUT_SECONDS:
        if not is_requested:
            is_requested = _request(personalize, campaign_arn, version_arn)
        if is_requested:
            campaign = personalize.describe_campaign(campaignArn=campaign_arn)["campaign"]
            update = campaign.get("latestCampaignUpdate", {})
            if update.get("status") == FAILED:
                raise RollbackError(f"{campaign_arn} was not updated: {update.get('failureReason')}")
            if campaign["solutionVersionArn"] == version_arn and update.get("status", "ACTIVE") == "ACTIVE":
                return
        sleep(poll_seconds)
        waited += poll_seconds
    raise RollbackError(
        f"expected {campaign_arn} to serve {version_arn} within {TIMEOUT_SECONDS} s; it does not yet:"
        " repeat the command"
    )


def _request(personalize: Any, campaign_arn: str, version_arn: str) -> bool:
    """Return False if the campaign is being updated."""
    try:
        personalize.update_campaign(campaignArn=campaign_arn, solutionVersionArn=version_arn)
    except personalize.exceptions.ResourceInUseException:
        return False
    return True
