"""DeliveryStack: from Moments to viewers' screens, and interactions back."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.acknowledgement import acknowledge_objects
from stacks.audience_endpoints import AudienceEndpoints
from stacks.constructs.audience_channels import AudienceChannels
from stacks.constructs.context_pipeline import ContextPipeline
from stacks.constructs.control_room import ControlRoom
from stacks.constructs.dead_letter_queue import DeadLetterQueue
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.function_code import FunctionCode
from stacks.constructs.keyed_table import DELETE, PUT, QUERY, UPDATE
from stacks.constructs.object_trigger import ObjectTrigger
from stacks.constructs.placement_key import PlacementKey
from stacks.constructs.screen_preparation import ScreenPreparation
from stacks.constructs.socket_functions import SocketFunctions
from stacks.constructs.viewer_functions import ViewerFunctions
from stacks.data_stack import DataStack
from stacks.exact_grants import grant_list, grant_objects, grant_send
from stacks.function_factory import FunctionFactory
from stacks.names import tracking_parameter
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
        placement_key = self.placement_key = PlacementKey(self, "PlacementKey", functions=self._functions)
        functions = SocketFunctions(
            self,
            "Viewers",
            functions=self._functions,
            recommendation=recommendation,
            preparation=self.preparation,
            placement_key=placement_key,
        )
        self.socket = functions.socket
        self.audiences = (
            AudienceChannels(self, "Audiences", functions=self._functions, placement_key=placement_key)
            if self._config.delivery.is_broadcast
            else None
        )
        self.pipeline = ContextPipeline(
            self,
            "Pipeline",
            functions=self._functions,
            moments=moments.topic,
            socket=self.socket,
            audiences=self.audiences,
            recommendation=recommendation,
        )
        self.preparation.grant_request(self.pipeline.dispatch_components)
        placement_key.grant_use(self.pipeline.dispatch_components)
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
        self.viewer_functions = (
            ViewerFunctions(
                self,
                "ViewerFunctions",
                functions=self._functions,
                audiences=self.audiences,
                placement_key=placement_key,
                dispatch=self.pipeline.dispatch.queue,
            )
            if self.audiences
            else None
        )
        self._record_interactions(data)
        self._load_catalogue(data)
        CfnOutput(self, "WebSocketUrl", value=self.socket.url)
        CfnOutput(self, "WebSocketApiId", value=self.socket.api.api_id)
        if endpoints := self.endpoints:
            CfnOutput(self, "ViewersUrl", value=endpoints.viewers_url)
            CfnOutput(self, "EventsUrl", value=endpoints.events_url)
            CfnOutput(self, "RealtimeUrl", value=endpoints.realtime_url)
            CfnOutput(self, "DocumentsUrl", value=endpoints.documents_url)

    @property
    def interaction_service(self) -> str:
        """The name under which the function that takes viewers' interactions emits its metrics."""
        return "accept_interactions" if self._config.delivery.is_broadcast else "interact"

    @property
    def endpoints(self) -> AudienceEndpoints | None:
        """Where apps find the audiences' channels and documents; None if the stage posts to connections."""
        if self.audiences is None or self.viewer_functions is None:
            return None
        channels = self.audiences.channels
        return AudienceEndpoints(
            viewers_url=self.viewer_functions.api.url,
            events_url=channels.events_url,
            realtime_origin=channels.realtime_origin,
            realtime_url=channels.realtime_url,
            documents_url=self.audiences.documents.url,
            join_within_seconds=self._config.delivery.join_within_seconds,
        )

    def _record_interactions(self, data: DataStack) -> None:
        function = self.record_interactions = self._functions.create(
            self,
            "RecordInteractions",
            module="record_interactions",
            description="Sends interactions to the Personalize event tracker",
            timeout=Duration.seconds(30),
            environment={
                "TRACKING_ID": ssm.StringParameter.value_for_string_parameter(
                    self, tracking_parameter(self._config)
                ),
                **self._config.personalize.context_environment,
                "DEAD_LETTERS_QUEUE_URL": data.dead_letters.queue_url,
                "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
                "EVENT_CALLS_PER_SECOND": str(self._config.personalize.event_calls_per_second),
            },
        )
        data.connections_table.grant_rows(function, UPDATE)
        function.add_event_source(
            sources.KinesisEventSource(
                data.interactions,
                starting_position=lambda_.StartingPosition.TRIM_HORIZON,
                batch_size=100,
                # No batching window: a click would wait for it.
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
        grant_send(data.dead_letters, function)
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
        grant_objects(data.curated_bucket, function, f"{CATALOGUE}/", f"{POPULARITY}/")
        grant_list(data.curated_bucket, function)
        assert function.role
        acknowledge_objects(
            function.role,
            data.curated_bucket,
            f"{CATALOGUE}/",
            f"{POPULARITY}/",
            reason="The catalogue and the popularity are several files each.",
        )
        grant_send(data.dead_letters, function)
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
