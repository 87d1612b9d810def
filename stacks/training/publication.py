"""States that publish a new solution version unless its offline metric is worse than the old one's.

An SSM parameter holds the version in service. The campaign's template reads the same parameter, so deploying
the CampaignStack never publishes a version that was kept back. Step Functions adds integers only, so the
metrics are compared in thousandths.
"""

from collections.abc import Mapping

from stacks.training.polling import (
    RETRY_SAVE,
    Cases,
    Polling,
    State,
    personalize_call,
    polling,
)

METRIC = "normalized_discounted_cumulative_gain_at_10"
TOLERANCE_PER_MILLE = 20
"""How much worse the new version may be: each training holds out other interactions, so metrics vary."""
MIN_METRIC = 0.001
"""A lower metric counts as zero: Step Functions formats it with an exponent, which breaks `_per_mille`."""
MAX_PUBLICATION_POLLS = 60
RETRY_BUSY = {
    "ErrorEquals": ["Personalize.ResourceInUseException"],
    "IntervalSeconds": 60,
    "BackoffRate": 1.5,
    "MaxAttempts": 6,
}


def publication_states(*, campaign_arn: str, parameter_name: str, catch: Cases) -> dict[str, State]:
    """Return the states from `ReadServingVersion` to `ReportPublished` or `ReportKept`.

    They compare the metrics in `$.trained`, those of the new version.
    """
    return {
        **_read_states(parameter_name, catch),
        **_compare_states(),
        **_publish_states(campaign_arn, parameter_name, catch),
    }


def _read_states(parameter_name: str, catch: Cases) -> dict[str, State]:
    def publish_first_on(error: str) -> Cases:
        return [{"ErrorEquals": [error], "ResultPath": "$.first", "Next": "PublishFirst"}, *catch]

    return {
        "ReadServingVersion": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
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
    reason = f"States.Format('{METRIC} is {{}}; that of the version in service is {{}}', {new}, {served})"
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


def _publish_states(campaign_arn: str, parameter_name: str, catch: Cases) -> dict[str, State]:
    update = personalize_call(
        "updateCampaign",
        {"CampaignArn": campaign_arn, "SolutionVersionArn.$": "$.started.SolutionVersionArn"},
        Catch=[
            # The first training runs before the campaign exists; the CampaignStack reads the parameter.
            {
                "ErrorEquals": ["Personalize.ResourceNotFoundException"],
                "ResultPath": "$.campaign",
                "Next": "SaveServingVersion",
            },
            *catch,
        ],
        ResultPath="$.campaign",
        Next="CountPublication",
    )
    return {
        "UpdateCampaign": {**update, "Retry": [*update["Retry"], RETRY_BUSY]},
        **polling(
            Polling(
                name="Publication",
                describe="describeCampaign",
                parameters={"CampaignArn": campaign_arn},
                resource="Campaign.LatestCampaignUpdate",
                max_polls=MAX_PUBLICATION_POLLS,
                when_active={"Next": "SaveServingVersion"},
                failure_state="ReportFailure",
            ),
            catch=catch,
        ),
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
