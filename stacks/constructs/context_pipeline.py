"""The pipeline from Moments to posts: context builder, context dispatch and component dispatch."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.keyed_table import DELETE, GET, GET_MANY, PUT, QUERY, UPDATE
from stacks.constructs.viewer_socket import ViewerSocket
from stacks.constructs.work_queue import WorkQueue
from stacks.function_factory import FunctionFactory
from stacks.recommendation import Recommendation

BUILD_TIMEOUT = Duration.seconds(15)
DISPATCH_TIMEOUT = Duration.seconds(60)
DISPATCH_RECEIVES = 20
"""A task that waits for the account's rate is received each minute, until its version expires."""
ONE_VCPU_MEGABYTES = 1_769
"""The memory with which Lambda allocates one full vCPU."""


class ContextPipeline(Construct):
    """`build_context`, `plan_dispatch` and `dispatch_components`, and the queues between them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        moments: sns.ITopic,
        socket: ViewerSocket,
        recommendation: Recommendation,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._config = functions.config
        self._data = functions.data
        self.moments = WorkQueue(
            self, "Moments", config=self._config, consumer_timeout=BUILD_TIMEOUT, retention=Duration.days(1)
        )
        self.dispatch = WorkQueue(
            self,
            "Dispatch",
            config=self._config,
            consumer_timeout=DISPATCH_TIMEOUT,
            max_receives=DISPATCH_RECEIVES,
        )
        self.context_changes_dead_letters = DeadLetterQueue(self, "RefusedChanges", config=self._config)
        self.moments_subscription_dead_letters = DeadLetterQueue(
            self, "UndeliveredMoments", config=self._config
        )
        moments.add_subscription(
            subscriptions.SqsSubscription(
                self.moments.queue,
                raw_message_delivery=True,
                dead_letter_queue=self.moments_subscription_dead_letters,
            )
        )
        self.build_context = self._build_context()
        self.plan_dispatch = self._plan_dispatch()
        self.dispatch_components = self._dispatch_components(socket, recommendation)

    def _build_context(self) -> lambda_.Function:
        function = self._functions.create(
            self,
            "BuildContext",
            module="build_context",
            description="Merges Moments into the context of their match, and plans its dispatch",
            timeout=BUILD_TIMEOUT,
            environment={
                **self._planning_environment(),
                "MATCHES_TABLE_NAME": self._data.matches_table.table_name,
                "DEAD_LETTERS_QUEUE_URL": self._data.dead_letters.queue_url,
            },
        )
        function.add_event_source(
            sources.SqsEventSource(self.moments.queue, batch_size=10, report_batch_item_failures=True)
        )
        self._data.matches_table.grant(function, QUERY, PUT, UPDATE)
        self._data.connections_table.grant(function, PUT)
        self.dispatch.queue.grant_send_messages(function)
        self._data.dead_letters.grant_send_messages(function)
        return function

    def _planning_environment(self) -> dict[str, str]:
        """Return the variables of a function that sends dispatch tasks."""
        return {
            "DISPATCH_QUEUE_URL": self.dispatch.queue.queue_url,
            "CONNECTION_SHARDS": str(self._config.connection_shards),
            "CONNECTIONS_TABLE_NAME": self._data.connections_table.table_name,
        }

    def _plan_dispatch(self) -> lambda_.Function:
        function = self._functions.create(
            self,
            "PlanDispatch",
            module="plan_dispatch",
            description="Plans the dispatch of versions that their writer has not planned",
            environment={
                **self._planning_environment(),
                "DEAD_LETTERS_QUEUE_URL": self._data.dead_letters.queue_url,
            },
        )
        function.add_event_source(
            sources.DynamoEventSource(
                self._data.matches_table,
                starting_position=lambda_.StartingPosition.LATEST,
                batch_size=10,
                retry_attempts=3,
                max_record_age=Duration.minutes(10),
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                on_failure=sources.SqsDlq(self.context_changes_dead_letters),
                filters=[
                    lambda_.FilterCriteria.filter(
                        {
                            "eventName": lambda_.FilterRule.or_("INSERT", "MODIFY"),
                            "dynamodb": {"Keys": {"item": {"S": lambda_.FilterRule.is_equal("CONTEXT")}}},
                        }
                    )
                ],
            )
        )
        self.dispatch.queue.grant_send_messages(function)
        self._data.connections_table.grant(function, GET, PUT)
        self._data.dead_letters.grant_send_messages(function)
        return function

    def _dispatch_components(self, socket: ViewerSocket, recommendation: Recommendation) -> lambda_.Function:
        function = self._functions.create(
            self,
            "DispatchComponents",
            module="dispatch_components",
            description="Chooses components for the viewers of one shard and posts them",
            timeout=DISPATCH_TIMEOUT,
            memory_megabytes=ONE_VCPU_MEGABYTES,
            reserved_concurrency=self._config.dispatch_reserved_concurrency,
            environment={
                **recommendation.environment,
                **self._config.gateway.environment,
                "CONNECTIONS_TABLE_NAME": self._data.connections_table.table_name,
                "MATCHES_TABLE_NAME": self._data.matches_table.table_name,
                "WEBSOCKET_ENDPOINT": socket.callback_url,
                "DISPATCH_QUEUE_URL": self.dispatch.queue.queue_url,
                "NIGHT_TABLE_NAME": self._data.night_table.table_name,
                "DECISIONS_STREAM_NAME": self._data.decisions_stream.delivery_stream_name,
                "DEAD_LETTERS_QUEUE_URL": self._data.dead_letters.queue_url,
            },
        )
        self.dispatch_alias = self._alias(function)
        (self.dispatch_alias or function).add_event_source(self._dispatch_source())
        recommendation.grant_use(function)
        socket.grant_post(function)
        self._data.connections_table.grant(function, GET, GET_MANY, QUERY, PUT, DELETE)
        self._data.matches_table.grant(function, GET)
        self._data.night_table.grant(function, PUT)
        self._data.dead_letters.grant_send_messages(function)
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["firehose:PutRecordBatch"],
                resources=[self._data.decisions_stream.delivery_stream_arn],
            )
        )
        return function

    def _dispatch_source(self) -> sources.SqsEventSource:
        """Read one task an invocation; provisioned pollers exclude a maximum concurrency."""
        config, pollers = self._config, None
        if config.dispatch_pollers_provisioned:
            pollers = lambda_.ProvisionedPollerConfig(
                minimum_pollers=config.min_dispatch_pollers, maximum_pollers=config.max_dispatch_pollers
            )
        return sources.SqsEventSource(
            self.dispatch.queue,
            batch_size=1,
            max_concurrency=None if pollers else config.dispatch_concurrency,
            provisioned_poller_config=pollers,
            report_batch_item_failures=True,
        )

    def _alias(self, function: lambda_.Function) -> lambda_.Alias | None:
        """Return the alias whose environments can be kept ready; Lambda keeps none for a function itself."""
        if self._config.dispatch_match_environments is None:
            return None
        return lambda_.Alias(self, "DispatchLive", alias_name="live", version=function.current_version)
