"""CampaignStack: the Personalize campaign, deployed after the first training."""

from aws_cdk import CfnOutput
from aws_cdk import aws_personalize as personalize
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import Exploration, Publication, StageConfig
from stacks.names import PersonalizeNames, campaign_arn, serving_parameter, solution_arn
from stacks.touchline_stack import TouchlineStack


class CampaignStack(TouchlineStack):
    """Serves the solution version that the training published, or follows the newest version."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            config=config,
            part="campaign",
            description="Personalize campaign",
            stateful=True,
        )
        exploration = config.personalize.exploration
        follows_newest = config.personalize.publication is Publication.FOLLOWING
        campaign = personalize.CfnCampaign(
            self,
            "Campaign",
            name=PersonalizeNames.of(config).campaign,
            solution_version_arn=(
                f"{solution_arn(self, config)}/$LATEST"
                if follows_newest
                else ssm.StringParameter.value_for_string_parameter(self, serving_parameter(config))
            ),
            min_provisioned_tps=config.personalize.resting_transactions_per_second,
            campaign_config=personalize.CfnCampaign.CampaignConfigProperty(
                sync_with_latest_solution_version=True if follows_newest else None,
                item_exploration_config=_item_exploration(exploration) if exploration else None,
            ),
        )
        acknowledge(
            campaign,
            "CloudFormation-Validate::F3006",
            reason="The validation rules do not include AWS::Personalize::Campaign yet.",
        )
        CfnOutput(self, "CampaignArn", value=campaign_arn(self, config))


def _item_exploration(exploration: Exploration) -> dict[str, str]:
    return {
        "explorationWeight": str(exploration.weight),
        "explorationItemAgeCutOff": str(exploration.item_age_cut_off_days),
    }
