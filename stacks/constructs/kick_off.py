"""Kick-off automation, which scales the campaign and the dispatch up before a match and down after it."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.acknowledgement import acknowledge_wildcards
from stacks.constructs.keyed_table import QUERY
from stacks.function_factory import FunctionFactory
from stacks.names import campaign_arn

PLANNING_TIMEOUT = Duration.seconds(10)


class KickOff(Construct):
    """Creates schedules for each announced match; the schedules set the capacity."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        announcements: sqs.IQueue,
        dispatch: lambda_.Alias | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._config = functions.config
        self.group = scheduler.ScheduleGroup(self, "Matches")
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
        )
        self.function = self._set_campaign_capacity()
        if dispatch:
            self._grant_environments(dispatch)
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[self.function.function_arn])
        )
        self._schedule_kick_off(announcements)

    def _set_campaign_capacity(self) -> lambda_.Function:
        arn = campaign_arn(Stack.of(self), self._config)
        function = self._functions.create(
            self,
            "SetCampaignCapacity",
            module="set_campaign_capacity",
            description="Sets the campaign's provisioned rate before and after a match",
            timeout=Duration.seconds(30),
            environment={
                "CAMPAIGN_ARN": arn,
                "SCHEDULE_GROUP_NAME": self.group.schedule_group_name,
                "SCHEDULE_ROLE_ARN": self.role.role_arn,
                "RESTING_TRANSACTIONS_PER_SECOND": str(
                    self._config.personalize.resting_transactions_per_second
                ),
            },
        )
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["personalize:UpdateCampaign"], resources=[arn])
        )
        self._grant_schedules(function, "stand-down", "scheduler:GetSchedule")
        return function

    def _grant_environments(self, dispatch: lambda_.Alias) -> None:
        """Let the function keep environments of the dispatch ready."""
        self.function.add_environment("DISPATCH_ALIAS_ARN", dispatch.function_arn)
        self.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[
                    "lambda:PutProvisionedConcurrencyConfig",
                    "lambda:DeleteProvisionedConcurrencyConfig",
                ],
                resources=[dispatch.function_arn],
            )
        )

    def _schedule_kick_off(self, announcements: sqs.IQueue) -> None:
        personalize, data = self._config.personalize, self._functions.data
        function = self._functions.create(
            self,
            "ScheduleKickOff",
            module="schedule_kick_off",
            description="Schedules the campaign's capacity for each announced match",
            timeout=PLANNING_TIMEOUT,
            environment={
                "SCHEDULE_GROUP_NAME": self.group.schedule_group_name,
                "SCHEDULE_ROLE_ARN": self.role.role_arn,
                "CAPACITY_FUNCTION_ARN": self.function.function_arn,
                "MATCH_TRANSACTIONS_PER_SECOND": str(personalize.match_transactions_per_second),
                **self._match_environments(),
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
                "MATCHES_TABLE_NAME": data.matches_table.table_name,
            },
        )
        data.matches_table.grant(function, QUERY)
        function.add_event_source(
            # Batches of one: a FIFO consumer must also return all messages that follow a failed one.
            sources.SqsEventSource(announcements, batch_size=1, report_batch_item_failures=True)
        )
        data.dead_letters.grant_send_messages(function)
        warm_up_schedules = self._grant_schedules(function, "warm-up-*")
        assert function.role
        acknowledge_wildcards(function.role, warm_up_schedules, reason="Each match has its own schedule.")

    def _match_environments(self) -> dict[str, str]:
        environments = self._config.dispatch_match_environments
        return {} if environments is None else {"MATCH_DISPATCH_ENVIRONMENTS": str(environments)}

    def _grant_schedules(self, function: lambda_.Function, name: str, *more_actions: str) -> str:
        """Grant a function the right to write schedules of this name; return their ARN."""
        schedules = Stack.of(self).format_arn(
            service="scheduler",
            resource="schedule",
            resource_name=f"{self.group.schedule_group_name}/{name}",
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["scheduler:CreateSchedule", "scheduler:UpdateSchedule", *more_actions],
                resources=[schedules],
            )
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[self.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
            )
        )
        return schedules
