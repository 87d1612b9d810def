"""`prepare_screens` and its queue: rankings of calm screens that no version of a match waits for."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from stacks.constructs.keyed_table import QUERY
from stacks.constructs.work_queue import WorkQueue
from stacks.exact_grants import grant_send
from stacks.function_factory import FunctionFactory
from stacks.recommendation import Recommendation

TIMEOUT = Duration.minutes(1)
MAX_CONCURRENCY = 2
"""The lowest that Lambda accepts for a queue: the campaign's rate is the limit, not the number of workers."""


class ScreenPreparation(Construct):
    """A queue of its own, so that preparation takes no worker from the dispatch of a moment."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        recommendation: Recommendation,
    ) -> None:
        super().__init__(scope, construct_id)
        data = functions.data
        self.tasks = WorkQueue(self, "Tasks", config=functions.config, consumer_timeout=TIMEOUT)
        self.function = functions.create(
            self,
            "PrepareScreens",
            module="prepare_screens",
            description="Ranks the calm screens of a match ahead",
            timeout=TIMEOUT,
            environment={
                **recommendation.environment,
                "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
                "MATCHES_TABLE_NAME": data.matches_table.table_name,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
            },
        )
        self.function.add_event_source(
            sources.SqsEventSource(
                self.tasks.queue,
                batch_size=1,
                max_concurrency=MAX_CONCURRENCY,
                report_batch_item_failures=True,
            )
        )
        recommendation.grant_use(self.function)
        data.matches_table.grant(self.function, QUERY)
        grant_send(data.dead_letters, self.function)
        self.grant_request(self.function)

    def grant_request(self, function: lambda_.Function) -> None:
        """Let a function ask for rankings."""
        function.add_environment("PREPARATION_QUEUE_URL", self.tasks.queue.queue_url)
        grant_send(self.tasks.queue, function)
