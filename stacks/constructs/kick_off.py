"""Kick-off automation, which gives the campaign and the dispatch the capacity that the matches need."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.keyed_table import PUT, QUERY
from stacks.exact_grants import grant_send
from stacks.function_factory import FunctionFactory
from stacks.names import campaign_arn, dispatch_alias_arn

PLANNING_TIMEOUT = Duration.seconds(10)


class KickOff(Construct):
    """Notes when each announced match needs capacity, and compares that with what there is every minute.

    An operator's schedules, which ask for more at a given time, use the same group and role.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        announcements: sqs.IQueue,
        dispatch: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._config = functions.config
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", config=self._config)
        # Its schedules are for single matches, and a retained group would collide with that of the next
        # deployment, which has the same name.
        self.group = scheduler.ScheduleGroup(self, "Matches", removal_policy=RemovalPolicy.DESTROY)
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
        )
        self.function = self._set_campaign_capacity()
        if self._config.dispatch_match_environments is not None:
            self._grant_environments(dispatch_alias_arn(Stack.of(self), dispatch))
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[self.function.function_arn])
        )
        self.dead_letters.grant(self.role, "sqs:SendMessage")
        self._run_every_minute()
        self.planner = self._schedule_kick_off(announcements)

    def _set_campaign_capacity(self) -> lambda_.Function:
        personalize, table = self._config.personalize, self._functions.data.connections_table
        arn = campaign_arn(Stack.of(self), self._config)
        function = self._functions.create(
            self,
            "SetCampaignCapacity",
            module="set_campaign_capacity",
            description="Gives the campaign and the dispatch the capacity that the current matches need",
            timeout=Duration.seconds(30),
            environment={
                "CAMPAIGN_ARN": arn,
                "CONNECTIONS_TABLE_NAME": table.table_name,
                "RESTING_TRANSACTIONS_PER_SECOND": str(personalize.resting_transactions_per_second),
                "MATCH_TRANSACTIONS_PER_SECOND": str(personalize.match_transactions_per_second),
            },
        )
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["personalize:DescribeCampaign", "personalize:UpdateCampaign"], resources=[arn]
            )
        )
        table.grant_rows(function, QUERY, PUT)
        # An operator's window, which nothing else repeats, is tried three times and then kept.
        function.configure_async_invoke(
            retry_attempts=2,
            max_event_age=Duration.hours(1),
            on_failure=destinations.SqsDestination(self.dead_letters),
        )
        return function

    def _grant_environments(self, alias_arn: str) -> None:
        """Let the function keep environments of the dispatch ready."""
        environments = self._config.dispatch_match_environments
        self.function.add_environment("DISPATCH_ALIAS_ARN", alias_arn)
        self.function.add_environment("MATCH_DISPATCH_ENVIRONMENTS", str(environments))
        self.function.add_environment("MAX_DISPATCH_ENVIRONMENTS", str(self._config.dispatch_concurrency))
        self.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=[
                    "lambda:DeleteProvisionedConcurrencyConfig",
                    "lambda:GetProvisionedConcurrencyConfig",
                    "lambda:PutProvisionedConcurrencyConfig",
                ],
                resources=[alias_arn],
            )
        )

    def _run_every_minute(self) -> None:
        # A schedule, not a rule: the permission to invoke the function would come after the rule.
        schedule = scheduler.CfnSchedule(
            self,
            "EveryMinute",
            description="Compares the capacity with what the current matches need",
            schedule_expression="rate(1 minute)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            group_name=self.group.schedule_group_name,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.function.function_arn,
                role_arn=self.role.role_arn,
                input="{}",
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=self.dead_letters.queue_arn
                ),
                # The next minute does the same.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_retry_attempts=0, maximum_event_age_in_seconds=60
                ),
            ),
        )
        schedule.node.add_dependency(self.group, self.role)

    def _schedule_kick_off(self, announcements: sqs.IQueue) -> lambda_.Function:
        data = self._functions.data
        function = self._functions.create(
            self,
            "ScheduleKickOff",
            module="schedule_kick_off",
            description="Notes when an announced match needs capacity",
            timeout=PLANNING_TIMEOUT,
            environment={
                "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
                "MATCHES_TABLE_NAME": data.matches_table.table_name,
            },
        )
        data.matches_table.grant_rows(function, QUERY)
        data.connections_table.grant_rows(function, PUT)
        function.add_event_source(
            # Batches of one: a FIFO consumer must also return all messages that follow a failed one.
            sources.SqsEventSource(announcements, batch_size=1, report_batch_item_failures=True)
        )
        grant_send(data.dead_letters, function)
        return function
