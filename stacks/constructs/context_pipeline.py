"""The pipeline from Moments to posts: context builder, context dispatch and component dispatch."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from stacks.constructs.audience_channels import AudienceChannels
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.keyed_table import DELETE, GET, GET_MANY, PUT, QUERY, UPDATE
from stacks.constructs.viewer_socket import ViewerSocket
from stacks.constructs.work_queue import WorkQueue
from stacks.exact_grants import grant_send
from stacks.function_factory import FunctionFactory
from stacks.names import DISPATCH_ALIAS
from stacks.recommendation import Recommendation

BUILD_TIMEOUT = Duration.seconds(15)
MOMENT_RECEIVES = 12
"""A Moment that fails is received again after 2, 4, 8, 16 and then 30 seconds, for over four minutes."""
DISPATCH_TIMEOUT = Duration.seconds(60)
DISPATCH_VISIBILITY = Duration.seconds(90)
"""A task whose function was killed is delivered again while its version is still on screens.

Six timeouts, as for the other queues, would be too late. A task that is delivered twice posts nothing twice.
"""
DISPATCH_RECEIVES = 80
"""A task is received again until its version expires, so that only one that cannot be processed ends here.

One that waits for the account's rate is received each minute. One whose clients do not read, or cannot be
reached, is received after 2, 4, 8, 16 and then 30 seconds: 66 times for a full time, the longest on screens.
"""
DISPATCH_RETENTION = Duration.hours(4)
"""Longer than so many receives by a function that is killed each time."""
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
        audiences: AudienceChannels | None,
        recommendation: Recommendation,
    ) -> None:
        super().__init__(scope, construct_id)
        self._functions = functions
        self._config = functions.config
        self._data = functions.data
        self._mode = {"DELIVERY_MODE": self._config.delivery.mode.value}
        self._targets = {} if audiences else {"CONNECTION_SHARDS": str(self._config.connection_shards)}
        self._planning = (GET, QUERY, PUT) if audiences else (GET, PUT)
        self.moments = WorkQueue(
            self,
            "Moments",
            config=self._config,
            consumer_timeout=BUILD_TIMEOUT,
            retention=Duration.days(1),
            max_receives=MOMENT_RECEIVES,
        )
        self.dispatch = WorkQueue(
            self,
            "Dispatch",
            config=self._config,
            consumer_timeout=DISPATCH_TIMEOUT,
            visibility_timeout=DISPATCH_VISIBILITY,
            max_receives=DISPATCH_RECEIVES,
            retention=DISPATCH_RETENTION,
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
        self.dispatch_components = self._dispatch_components(recommendation)
        if audiences:
            audiences.let_deliver(self.dispatch_components)
        else:
            self._let_post(self.dispatch_components, socket)

    def _build_context(self) -> lambda_.Function:
        function = self._functions.create(
            self,
            "BuildContext",
            module="build_context",
            description="Merges Moments into the context of their match, and plans its dispatch",
            timeout=BUILD_TIMEOUT,
            environment={
                **self._planning_environment(),
                "MOMENTS_QUEUE_URL": self.moments.queue.queue_url,
                "MATCHES_TABLE_NAME": self._data.matches_table.table_name,
                "DEAD_LETTERS_QUEUE_URL": self._data.dead_letters.queue_url,
            },
        )
        function.add_event_source(
            sources.SqsEventSource(self.moments.queue, batch_size=10, report_batch_item_failures=True)
        )
        self._data.matches_table.grant(function, QUERY, PUT, UPDATE)
        self._data.connections_table.grant(function, *self._planning)
        grant_send(self.dispatch.queue, function)
        grant_send(self._data.dead_letters, function)
        return function

    def _planning_environment(self) -> dict[str, str]:
        """Return the variables of a function that sends dispatch tasks."""
        return {
            **self._mode,
            "DISPATCH_QUEUE_URL": self.dispatch.queue.queue_url,
            "CONNECTIONS_TABLE_NAME": self._data.connections_table.table_name,
            **self._targets,
        }

    def _plan_dispatch(self) -> lambda_.Function:
        function = self._functions.create(
            self,
            "PlanDispatch",
            module="plan_dispatch",
            description="Plans the dispatch of versions that their writer has not planned",
            environment=self._planning_environment(),
        )
        function.add_event_source(
            sources.DynamoEventSource(
                self._data.matches_table,
                starting_position=lambda_.StartingPosition.LATEST,
                batch_size=10,
                # The writer plans its version meanwhile; without the pause both would plan it.
                max_batching_window=Duration.seconds(1),
                # It is tried again until then: nothing else plans a version that its writer could not plan.
                max_record_age=Duration.minutes(10),
                # A match waits for its own failing version alone, not for that of another.
                parallelization_factor=10,
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
        grant_send(self.dispatch.queue, function)
        self._data.connections_table.grant(function, *self._planning)
        return function

    def _dispatch_components(self, recommendation: Recommendation) -> lambda_.Function:
        function = self._functions.create(
            self,
            "DispatchComponents",
            module="dispatch_components",
            description="Chooses components for viewers and delivers them",
            timeout=DISPATCH_TIMEOUT,
            memory_megabytes=ONE_VCPU_MEGABYTES,
            reserved_concurrency=self._config.dispatch_reserved_concurrency,
            environment={
                **recommendation.environment,
                **self._mode,
                "CONNECTIONS_TABLE_NAME": self._data.connections_table.table_name,
                "MATCHES_TABLE_NAME": self._data.matches_table.table_name,
                "DISPATCH_QUEUE_URL": self.dispatch.queue.queue_url,
                "NIGHT_TABLE_NAME": self._data.night_table.table_name,
                "DECISIONS_STREAM_NAME": self._data.decisions_stream.delivery_stream_name,
                "DEAD_LETTERS_QUEUE_URL": self._data.dead_letters.queue_url,
            },
        )
        (self._alias(function) or function).add_event_source(self._dispatch_source())
        recommendation.grant_use(function)
        self._data.matches_table.grant(function, GET)
        self._data.night_table.grant(function, PUT)
        grant_send(self._data.dead_letters, function)
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["firehose:PutRecordBatch"],
                resources=[self._data.decisions_stream.delivery_stream_arn],
            )
        )
        return function

    def _let_post(self, function: lambda_.Function, socket: ViewerSocket) -> None:
        """Let a function read a match's connections and post to them, within the account's rate."""
        for name, value in {
            **self._config.gateway.environment,
            "WEBSOCKET_ENDPOINT": socket.callback_url,
        }.items():
            function.add_environment(name, value)
        socket.grant_post(function)
        self._data.connections_table.grant(function, GET, GET_MANY, QUERY, PUT, DELETE)

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
        return lambda_.Alias(
            self, "DispatchLive", alias_name=DISPATCH_ALIAS, version=function.current_version
        )
