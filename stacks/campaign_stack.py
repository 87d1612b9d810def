"""CampaignStack: the Personalize campaign, deployed after the first training."""

from aws_cdk import CfnOutput
from aws_cdk import aws_personalize as personalize
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledgement import acknowledge
from stacks.config import Publication, StageConfig
from stacks.names import PersonalizeNames, campaign_arn, serving_parameter, solution_arn, with_fingerprint
from stacks.touchline_stack import TouchlineStack


class CampaignStack(TouchlineStack):
    """Serves the solution version that the training published, or follows the newest version."""

    def __init__(self, scope: Construct, construct_id: str, *, config: StageConfig) -> None:
        super().__init__(
            scope,
            construct_id,
            config=config,
            part=with_fingerprint("campaign", config),
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
            # Without `min_provisioned_tps`: `set_campaign_capacity` sets it. A template that did so too would
            # take the rate from a match that is on, whenever it updates the campaign.
            campaign_config=personalize.CfnCampaign.CampaignConfigProperty(
                sync_with_latest_solution_version=True if follows_newest else None,
                item_exploration_config=exploration.settings if exploration else None,
            ),
        )
        acknowledge(
            campaign,
            "CloudFormation-Validate::F3006",
            reason="The validation rules do not include AWS::Personalize::Campaign yet.",
        )
        CfnOutput(self, "CampaignArn", value=campaign_arn(self, config))
