"""The functions of the operators' control room."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from domain.audit import LINES_BY_TIME
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.keyed_table import DELETE, GET, PUT, QUERY, UPDATE
from stacks.constructs.viewer_socket import ViewerSocket
from stacks.exact_grants import grant_put_records, grant_send
from stacks.function_factory import FunctionFactory


class ControlRoom(Construct):
    """`operate`, `watch`, `record_night` and `tell_operators`; no viewer waits for any of them."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        moments: EncryptedTopic,
        socket: ViewerSocket,
        dead_letters: Mapping[str, sqs.IQueue],
    ) -> None:
        super().__init__(scope, construct_id)
        config, data = functions.config, functions.data
        self._functions = functions
        self._data = data
        self._socket = socket
        self._matches = {"MATCHES_TABLE_NAME": data.matches_table.table_name}
        self._catalogue = {
            "COMPONENTS_TABLE_NAME": data.components_table.table_name,
            "CONSTRAINTS_TABLE_NAME": data.constraints_table.table_name,
        }
        self._audit = {
            "AUDIT_TABLE_NAME": data.audit_table.table_name,
            "AUDIT_RETENTION_DAYS": str(config.audit_retention_days),
        }
        self._operators = {"OPERATOR_POOL_ID": data.operators.pool.user_pool_id}
        self._night = {"NIGHT_TABLE_NAME": data.night_table.table_name}
        self._feed = {
            "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
            "WEBSOCKET_ENDPOINT": socket.callback_url,
        }
        self.operator_feed_dead_letters = DeadLetterQueue(self, "Untold", config=config)
        socket.add_route("operate", self._operate(moments))
        socket.add_route("watch", self._watch(dead_letters))
        self._record_night(moments)
        self._tell_operators()

    def _operate(self, moments: EncryptedTopic) -> lambda_.Function:
        function = self._function(
            "operate",
            "Executes an operator's command and records it in the audit log",
            {
                **self._matches,
                **self._catalogue,
                **self._audit,
                **self._operators,
                "MOMENTS_TOPIC_ARN": moments.topic.topic_arn,
                "SIGNALS_STREAM_NAME": self._data.signals.stream_name,
            },
        )
        grant_put_records(self._data.signals, function)
        self._data.matches_table.grant(function, QUERY, PUT, UPDATE)
        # The audit log is append-only: no function may update or delete a line.
        self._data.audit_table.grant_rows(function, GET, PUT)
        self._grant_operators(function)
        self._grant_catalogue(function)
        moments.grant_publish(function)
        return function

    def _watch(self, dead_letters: Mapping[str, sqs.IQueue]) -> lambda_.Function:
        function = self._function(
            "watch",
            "Sends an operator the log of a match so far",
            {
                **self._matches,
                **self._catalogue,
                **self._audit,
                **self._operators,
                **self._night,
                **self._feed,
                "DEAD_LETTER_QUEUES": " ".join(
                    f"{name}={queue.queue_url}" for name, queue in dead_letters.items()
                ),
            },
        )
        self._data.matches_table.grant(function, QUERY)
        self._data.audit_table.grant_index(LINES_BY_TIME, function, QUERY)
        self._grant_operators(function)
        self._data.night_table.grant(function, QUERY)
        self._data.connections_table.grant(function, PUT, DELETE)
        self._grant_catalogue(function)
        self._socket.grant_post(function)
        for queue in dead_letters.values():
            queue.grant(function, "sqs:GetQueueAttributes")
        return function

    def _grant_operators(self, function: lambda_.Function) -> None:
        """Let a function ask if a user is an operator now."""
        self._data.operators.pool.grant(
            function, "cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"
        )

    def _record_night(self, moments: EncryptedTopic) -> None:
        function = self.record_night = self._function(
            "record_night",
            "Adds Moments and the posts of the crowd to the log of a match",
            {
                **self._matches,
                **self._night,
                "DEAD_LETTERS_QUEUE_URL": self._data.dead_letters.queue_url,
            },
        )
        moments.topic.add_subscription(
            subscriptions.LambdaSubscription(function, dead_letter_queue=self.operator_feed_dead_letters)
        )
        function.add_event_source(
            sources.KinesisEventSource(
                self._data.signals,
                starting_position=lambda_.StartingPosition.LATEST,
                batch_size=100,
                max_batching_window=Duration.seconds(1),
                retry_attempts=3,
                max_record_age=Duration.minutes(10),
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                on_failure=sources.SqsDlq(self.operator_feed_dead_letters),
                filters=[
                    lambda_.FilterCriteria.filter({"data": {"kind": lambda_.FilterRule.is_equal("posts")}})
                ],
            )
        )
        self._data.matches_table.grant(function, GET)
        self._data.night_table.grant(function, PUT)
        grant_send(self._data.dead_letters, function)

    def _tell_operators(self) -> None:
        function = self.tell_operators = self._function(
            "tell_operators",
            "Sends operators the changes of the matches that they watch",
            {**self._matches, **self._feed},
        )
        items = lambda_.FilterRule.or_("CONTEXT", "CONTROLS")
        self._follow(function, self._data.matches_table, {"Keys": {"item": {"S": items}}})
        self._follow(function, self._data.audit_table)
        # A dispatch writes many items: one second of them is sent together.
        self._follow(function, self._data.night_table, batching_window=Duration.seconds(1))
        self._data.matches_table.grant(function, GET)
        self._data.connections_table.grant(function, QUERY, DELETE)
        self._socket.grant_post(function)

    def _follow(
        self,
        function: lambda_.Function,
        table: dynamodb.ITableV2,
        change: dict[str, object] | None = None,
        *,
        batching_window: Duration | None = None,
    ) -> None:
        pattern: dict[str, object] = {"eventName": lambda_.FilterRule.or_("INSERT", "MODIFY")}
        if change:
            pattern["dynamodb"] = change
        function.add_event_source(
            sources.DynamoEventSource(
                table,
                starting_position=lambda_.StartingPosition.LATEST,
                batch_size=50,
                max_batching_window=batching_window,
                retry_attempts=2,
                # An operator who watches the match again gets the older changes.
                max_record_age=Duration.minutes(1),
                on_failure=sources.SqsDlq(self.operator_feed_dead_letters),
                filters=[lambda_.FilterCriteria.filter(pattern)],
            )
        )

    def _grant_catalogue(self, function: lambda_.Function) -> None:
        for table in (self._data.components_table, self._data.constraints_table):
            table.grant(function, QUERY)

    def _function(self, module: str, description: str, environment: dict[str, str]) -> lambda_.Function:
        return self._functions.create(
            self,
            "".join(word.capitalize() for word in module.split("_")),
            module=module,
            description=description,
            environment=environment,
        )
