"""States that publish a new solution version unless its offline metric is worse than the old one's.

An SSM parameter holds the version in service. The campaign's template reads the same parameter, so deploying
the CampaignStack never publishes a version that was kept back. Step Functions adds integers only, so the
metrics are compared in thousandths.
"""

from collections.abc import Mapping

from stacks.training.polling import Cases, Polling, State, counted_wait, personalize_call, polling
from stacks.training.retries import RETRY_SAVE, SYSTEMS_MANAGER, retry_call

METRIC = "normalized_discounted_cumulative_gain_at_10"
TOLERANCE_PER_MILLE = 20
"""How much worse the new version may be: each training holds out other interactions, so metrics vary."""
MIN_METRIC = 0.001
"""A lower metric counts as zero: Step Functions formats it with an exponent, which breaks `_per_mille`."""
MAX_PUBLICATION_POLLS = 60
MAX_BUSY_POLLS = 60
"""While another update of the campaign is in progress."""


def publication_states(
    *,
    campaign_arn: str,
    campaign_config: Mapping[str, object],
    parameter_name: str,
    held_parameter: str,
    catch: Cases,
) -> dict[str, State]:
    """Return the states from `CountCampaign` to `ReportPublished` or `ReportKept`.

    They compare the metrics in `$.trained`, those of the new version. While the parameter `held_parameter`
    exists, after a rollback, every new version is kept. If the campaign is being updated, perhaps by a
    rollback, they begin again.
    """
    return {
        **_busy_states(),
        **_hold_states(held_parameter, catch),
        **_read_states(parameter_name, catch),
        **_compare_states(),
        **_publish_states(campaign_arn, campaign_config, parameter_name, catch),
    }


def _busy_states() -> dict[str, State]:
    return {
        "CountCampaign": {
            "Type": "Pass",
            "Result": {"polls": 0},
            "ResultPath": "$.count",
            "Next": "ReadHold",
        },
        **counted_wait("Campaign", count="$.count", most=MAX_BUSY_POLLS, then="ReadHold"),
        "CampaignOverdue": {
            "Type": "Pass",
            "Parameters": {
                "Error": "PersonalizeOverdue",
                "Cause": f"the campaign was being updated by others for {MAX_BUSY_POLLS} polls",
            },
            "ResultPath": "$.failure",
            "Next": "ReportFailure",
        },
    }


def _hold_states(parameter_name: str, catch: Cases) -> dict[str, State]:
    not_held = {
        "ErrorEquals": ["Ssm.ParameterNotFoundException"],
        "ResultPath": "$.hold",
        "Next": "ReadServingVersion",
    }
    reason = (
        "States.Format('publication is held: {}; python -m local rollback --release ends it',"
        " $.hold.Parameter.Value)"
    )
    return {
        "ReadHold": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
            "Retry": [retry_call(SYSTEMS_MANAGER)],
            "Catch": [not_held, *catch],
            "ResultPath": "$.hold",
            "Next": "KeepHeld",
        },
        "KeepHeld": _outcome(reason, "ReportKept", computed=True),
    }


def _read_states(parameter_name: str, catch: Cases) -> dict[str, State]:
    def publish_first_on(error: str) -> Cases:
        return [{"ErrorEquals": [error], "ResultPath": "$.first", "Next": "PublishFirst"}, *catch]

    return {
        "ReadServingVersion": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
            "Retry": [retry_call(SYSTEMS_MANAGER)],
            "Catch": publish_first_on("Ssm.ParameterNotFoundException"),
            "ResultPath": "$.serving",
            "Next": "ReadServingMetrics",
        },
        "ReadServingMetrics": personalize_call(
            "getSolutionMetrics",
            {"SolutionVersionArn.$": "$.serving.Parameter.Value"},
            Catch=publish_first_on("Personalize.ResourceNotFoundException"),
            ResultPath="$.served",
            Next="IsComparable",
        ),
        "PublishFirst": _outcome("it is the first version: no other is in service", "UpdateCampaign"),
    }


def _compare_states() -> dict[str, State]:
    new, served = f"$.trained.Metrics.{METRIC}", f"$.served.Metrics.{METRIC}"
    # The parameter is written when a version is published: its date is the age of a version that stays.
    published = "$.serving.Parameter.LastModifiedDate"
    text = f"{METRIC} is {{}}; that of the version in service is {{}}, and it was published at {{}}"
    reason = f"States.Format('{text}', {new}, {served}, {published})"
    return {
        "IsComparable": {
            "Type": "Choice",
            "Choices": [
                {"Variable": served, "NumericLessThan": MIN_METRIC, "Next": "PublishBetter"},
                {"Variable": new, "NumericLessThan": MIN_METRIC, "Next": "Keep"},
            ],
            "Default": "Compare",
        },
        "Compare": {
            "Type": "Pass",
            "Parameters": {
                "allowed.$": f"States.MathAdd({_per_mille(new)}, {TOLERANCE_PER_MILLE})",
                "served.$": f"States.MathAdd({_per_mille(served)}, 0)",
            },
            "ResultPath": "$.perMille",
            "Next": "IsWorse",
        },
        "IsWorse": {
            "Type": "Choice",
            "Choices": [
                {
                    "Variable": "$.perMille.allowed",
                    "NumericLessThanPath": "$.perMille.served",
                    "Next": "Keep",
                }
            ],
            "Default": "PublishBetter",
        },
        "PublishBetter": _outcome(reason, "UpdateCampaign", computed=True),
        "Keep": _outcome(reason, "ReportKept", computed=True),
    }


def _publish_states(
    campaign_arn: str, campaign_config: Mapping[str, object], parameter_name: str, catch: Cases
) -> dict[str, State]:
    update = personalize_call(
        "updateCampaign",
        {
            "CampaignArn": campaign_arn,
            "SolutionVersionArn.$": "$.started.SolutionVersionArn",
            # With the version, because not every recipe takes every configuration.
            "CampaignConfig": dict(campaign_config),
        },
        Catch=[
            # The first training runs before the campaign exists; the CampaignStack reads the parameter.
            {
                "ErrorEquals": ["Personalize.ResourceNotFoundException"],
                "ResultPath": "$.campaign",
                "Next": "SaveServingVersion",
            },
            {
                "ErrorEquals": ["Personalize.ResourceInUseException"],
                "ResultPath": "$.campaign",
                "Next": "IsCampaignOverdue",
            },
            *catch,
        ],
        ResultPath="$.campaign",
        Next="CountPublication",
    )
    return {
        "UpdateCampaign": update,
        **polling(
            Polling(
                name="Publication",
                describe="describeCampaign",
                parameters={"CampaignArn": campaign_arn},
                resource="Campaign.LatestCampaignUpdate",
                max_polls=MAX_PUBLICATION_POLLS,
                when_active={"Next": "IsVersionServed"},
                failure_state="ReportFailure",
            ),
            catch=catch,
        ),
        # The latest update may be another one, such as a change of the rate after a publication that failed.
        "IsVersionServed": {
            "Type": "Choice",
            "Choices": [
                {
                    "Variable": "$.described.Campaign.SolutionVersionArn",
                    "StringEqualsPath": "$.started.SolutionVersionArn",
                    "Next": "SaveServingVersion",
                }
            ],
            "Default": "VersionNotServed",
        },
        "VersionNotServed": {
            "Type": "Pass",
            "Parameters": {
                "Error": "PersonalizeFailed",
                "Cause.$": "States.Format('the campaign was updated, and serves {} all the same',"
                " $.described.Campaign.SolutionVersionArn)",
            },
            "ResultPath": "$.failure",
            "Next": "ReportFailure",
        },
        "SaveServingVersion": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
            "Parameters": {
                "Name": parameter_name,
                "Value.$": "$.started.SolutionVersionArn",
                "Type": "String",
                "Description": "The solution version that the campaign serves",
                "Overwrite": True,
            },
            "Retry": [RETRY_SAVE],
            "Catch": catch,
            "ResultPath": "$.saved",
            "Next": "ReportPublished",
        },
    }


def _per_mille(path: str) -> str:
    return f"States.StringToJson(States.Format('{{}}e3', {path}))"


def _outcome(reason: str, after: str, *, computed: bool = False) -> State:
    parameters: Mapping[str, str] = {"reason.$": reason} if computed else {"reason": reason}
    return {"Type": "Pass", "Parameters": dict(parameters), "ResultPath": "$.outcome", "Next": after}
