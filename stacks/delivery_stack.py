"""DeliveryStack: from Moments to viewers' screens, and interactions back."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from stacks.acknowledgement import acknowledge_objects
from stacks.constructs.context_pipeline import ContextPipeline
from stacks.constructs.control_room import ControlRoom
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.keyed_table import DELETE, PUT, QUERY
from stacks.constructs.object_trigger import ObjectTrigger
from stacks.constructs.screen_preparation import ScreenPreparation
from stacks.constructs.socket_functions import SocketFunctions
from stacks.data_stack import DataStack
from stacks.function_factory import FunctionFactory
from stacks.object_prefixes import CATALOGUE, POPULARITY
from stacks.recommendation import Recommendation
from stacks.stage_inputs import StageInputs
from stacks.touchline_stack import TouchlineStack

MAX_RETRIES = 10_000


class DeliveryStack(TouchlineStack):
    """Context builder, dispatch, WebSocket API, control room, interactions and catalogue loader."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: StageInputs,
        data: DataStack,
        moments: EncryptedTopic,
        tracking_id: str,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            config=stage.config,
            part="delivery",
            description="context, dispatch and the WebSocket API",
        )
        self._config = stage.config
        self._functions = FunctionFactory(code=FunctionCode(self, "Code", stage=stage), data=data)
        recommendation = Recommendation(self, config=stage.config, data=data)
        self.preparation = ScreenPreparation(
            self, "Preparation", functions=self._functions, recommendation=recommendation
        )
        functions = SocketFunctions(
            self,
            "Viewers",
            functions=self._functions,
            recommendation=recommendation,
            preparation=self.preparation,
        )
        self.socket = functions.socket
        self.pipeline = ContextPipeline(
            self,
            "Pipeline",
            functions=self._functions,
            moments=moments.topic,
            socket=self.socket,
            recommendation=recommendation,
        )
        self.preparation.grant_request(self.pipeline.dispatch_components)
        self.interactions_dead_letters = DeadLetterQueue(self, "RefusedInteractions", config=stage.config)
        self.control_room = ControlRoom(
            self,
            "ControlRoom",
            functions=self._functions,
            moments=moments,
            socket=self.socket,
            dead_letters={
                "signals-and-catalogue": data.dead_letters,
                "moments": self.pipeline.moments.dead_letters,
                "undelivered-moments": self.pipeline.moments_subscription_dead_letters,
                "contexts": self.pipeline.context_changes_dead_letters,
                "dispatch": self.pipeline.dispatch.dead_letters,
                "preparation": self.preparation.tasks.dead_letters,
                "interactions": self.interactions_dead_letters,
            },
        )
        self._record_interactions(data, tracking_id)
        self._load_catalogue(data)
        CfnOutput(self, "WebSocketUrl", value=self.socket.url)
        CfnOutput(self, "WebSocketApiId", value=self.socket.api.api_id)

    def _record_interactions(self, data: DataStack, tracking_id: str) -> None:
        function = self._functions.create(
            self,
            "RecordInteractions",
            module="record_interactions",
            description="Sends interactions to the Personalize event tracker",
            timeout=Duration.seconds(30),
            environment={
                "TRACKING_ID": tracking_id,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
            },
        )
        function.add_event_source(
            sources.KinesisEventSource(
                data.interactions,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=100,
                max_batching_window=Duration.seconds(1),
                parallelization_factor=2,
                # The function sets malformed records aside, so a retry means that the tracker was throttled:
                # the limit is an age, not a number of attempts. Firehose keeps the records in any case.
                retry_attempts=MAX_RETRIES,
                max_record_age=Duration.hours(6),
                bisect_batch_on_error=True,
                report_batch_item_failures=True,
                on_failure=sources.SqsDlq(self.interactions_dead_letters),
            )
        )
        data.dead_letters.grant_send_messages(function)
        function.add_to_role_policy(
            # PutEvents does not support resource-level permissions:
            # https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_PutEvents.html
            iam.PolicyStatement(actions=["personalize:PutEvents"], resources=["*"])
        )

    def _load_catalogue(self, data: DataStack) -> None:
        function = self.load_catalogue = self._functions.create(
            self,
            "LoadCatalogue",
            module="load_catalogue",
            description="Loads components, constraints and popularity into their tables",
            timeout=Duration.seconds(60),
            environment={
                "COMPONENTS_TABLE_NAME": data.components_table.table_name,
                "CONSTRAINTS_TABLE_NAME": data.constraints_table.table_name,
                "CURATED_BUCKET_NAME": data.curated_bucket.bucket_name,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
            },
        )
        for table in (data.components_table, data.constraints_table):
            table.grant(function, QUERY, PUT, DELETE)
        data.curated_bucket.grant_read(function, f"{CATALOGUE}/*")
        assert function.role
        acknowledge_objects(
            function.role,
            data.curated_bucket,
            f"{CATALOGUE}/",
            f"{POPULARITY}/",
            reason="The catalogue and the popularity are several files each.",
        )
        data.curated_bucket.grant_read(function, f"{POPULARITY}/*")
        data.dead_letters.grant_send_messages(function)
        self.popularity_trigger = ObjectTrigger(
            self,
            "PopularityArrived",
            config=self._config,
            bucket=data.curated_bucket,
            function=function,
            prefix=f"{POPULARITY}/",
        )
        self.catalogue_trigger = ObjectTrigger(
            self,
            "CatalogueArrived",
            config=self._config,
            bucket=data.curated_bucket,
            function=function,
            prefix=f"{CATALOGUE}/",
        )
