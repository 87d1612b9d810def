"""States that decide what serves: the new version's offline metrics against the serving one's.

The version that serves is remembered in an SSM parameter, which the campaign's template reads too: a
deployment of the campaign can therefore never bring back a version that was kept from it. States of the
Amazon States Language add whole numbers alone, so that the metric is compared in thousandths.
"""

from collections.abc import Mapping

from stacks.training.polling import (
    REMEMBERING,
    Cases,
    Polling,
    State,
    personalize_call,
    polling,
)

METRIC = "normalized_discounted_cumulative_gain_at_10"
TOLERANCE_PER_MILLE = 20
"""How much lower the new version's metric may be: each training holds other interactions out."""
LEAST = 0.001
PUBLICATION_TRIES = 60
BUSY = {
    "ErrorEquals": ["Personalize.ResourceInUseException"],
    "IntervalSeconds": 60,
    "BackoffRate": 1.5,
    "MaxAttempts": 6,
}


def publication_states(*, campaign_arn: str, parameter_name: str, caught: Cases) -> dict[str, State]:
    """From `ReadServing` to `Published` or `Kept`; the new version's metrics are in `$.trained`."""
    return {
        **_reading(parameter_name, caught),
        **_comparing(),
        **_publishing(campaign_arn, parameter_name, caught),
    }


def _reading(parameter_name: str, caught: Cases) -> dict[str, State]:
    def unless(error: str) -> Cases:
        return [{"ErrorEquals": [error], "ResultPath": "$.first", "Next": "PublishFirst"}, *caught]

    return {
        "ReadServing": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameter",
            "Parameters": {"Name": parameter_name},
            "Catch": unless("Ssm.ParameterNotFoundException"),
            "ResultPath": "$.serving",
            "Next": "ReadServingMetrics",
        },
        "ReadServingMetrics": personalize_call(
            "getSolutionMetrics",
            {"SolutionVersionArn.$": "$.serving.Parameter.Value"},
            Catch=unless("Personalize.ResourceNotFoundException"),
            ResultPath="$.served",
            Next="IsComparable",
        ),
        "PublishFirst": _reason("it is the first: no other version serves", "UpdateCampaign"),
    }


def _comparing() -> dict[str, State]:
    fresh, served = f"$.trained.Metrics.{METRIC}", f"$.served.Metrics.{METRIC}"
    told = f"States.Format('{METRIC} is {{}}; that of the serving version is {{}}', {fresh}, {served})"
    return {
        "IsComparable": {
            "Type": "Choice",
            "Choices": [
                {"Variable": served, "NumericLessThan": LEAST, "Next": "PublishBetter"},
                {"Variable": fresh, "NumericLessThan": LEAST, "Next": "Keep"},
            ],
            "Default": "Compare",
        },
        "Compare": {
            "Type": "Pass",
            "Parameters": {
                "allowed.$": f"States.MathAdd({_per_mille(fresh)}, {TOLERANCE_PER_MILLE})",
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
        "PublishBetter": _reason(told, "UpdateCampaign", computed=True),
        "Keep": _reason(told, "TellKept", computed=True),
    }


def _publishing(campaign_arn: str, parameter_name: str, caught: Cases) -> dict[str, State]:
    update = personalize_call(
        "updateCampaign",
        {"CampaignArn": campaign_arn, "SolutionVersionArn.$": "$.started.SolutionVersionArn"},
        Catch=[
            # The first training comes before the campaign: its deployment reads the parameter.
            {
                "ErrorEquals": ["Personalize.ResourceNotFoundException"],
                "ResultPath": "$.campaign",
                "Next": "Remember",
            },
            *caught,
        ],
        ResultPath="$.campaign",
        Next="CountPublication",
    )
    return {
        "UpdateCampaign": {**update, "Retry": [*update["Retry"], BUSY]},
        **polling(
            Polling(
                name="Publication",
                describe="describeCampaign",
                parameters={"CampaignArn": campaign_arn},
                settled="Campaign.LatestCampaignUpdate",
                tries=PUBLICATION_TRIES,
                when_active={"Next": "Remember"},
                when_settled_otherwise="TellFailure",
            ),
            caught=caught,
        ),
        "Remember": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:putParameter",
            "Parameters": {
                "Name": parameter_name,
                "Value.$": "$.started.SolutionVersionArn",
                "Type": "String",
                "Description": "The solution version that the campaign serves",
                "Overwrite": True,
            },
            "Retry": [REMEMBERING],
            "Catch": caught,
            "ResultPath": "$.remembered",
            "Next": "TellPublished",
        },
    }


def _per_mille(path: str) -> str:
    return f"States.StringToJson(States.Format('{{}}e3', {path}))"


def _reason(text: str, after: str, *, computed: bool = False) -> State:
    parameters: Mapping[str, str] = {"reason.$": text} if computed else {"reason": text}
    return {"Type": "Pass", "Parameters": dict(parameters), "ResultPath": "$.outcome", "Next": after}
