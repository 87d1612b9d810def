"""The monthly budget of a stage."""

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.config import StageConfig

THRESHOLDS_PERCENT = {"ACTUAL": 80, "FORECASTED": 100}


class Spending(Construct):
    """Notifies a topic when the stage has cost 80% of the budget, and when the forecast exceeds it.

    The budget counts nothing until the tag `stage` is activated as a cost allocation tag. CloudFormation
    cannot activate it:
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: StageConfig, topic: sns.ITopic
    ) -> None:
        super().__init__(scope, construct_id)
        budgets.CfnBudget(
            self,
            "Monthly",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=config.monthly_budget_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:stage${config.name}"]},
            ),
            notifications_with_subscribers=[
                _notification(kind, percent, topic) for kind, percent in THRESHOLDS_PERCENT.items()
            ],
        )


def _notification(
    kind: str, percent: int, topic: sns.ITopic
) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            notification_type=kind,
            comparison_operator="GREATER_THAN",
            threshold=percent,
            threshold_type="PERCENTAGE",
        ),
        subscribers=[budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)],
    )
