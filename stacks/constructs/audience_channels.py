"""How viewers are told in a stage that broadcasts: channels and documents, one of each for an audience."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.constructs.audience_documents import AudienceDocuments
from stacks.constructs.document_key import DocumentKey
from stacks.constructs.event_channels import EventChannels
from stacks.constructs.keyed_table import GET, PUT, QUERY
from stacks.constructs.placement_key import PlacementKey
from stacks.function_factory import FunctionFactory


class AudienceChannels(Construct):
    """The channels with their authorizer, and the documents with the key that signs links to them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, functions: FunctionFactory, placement_key: PlacementKey
    ) -> None:
        super().__init__(scope, construct_id)
        config = functions.config
        self._data = functions.data
        self.authorize_channel = functions.create(
            self,
            "AuthorizeChannel",
            module="authorize_channel",
            description="Verifies the pass of an app that connects or subscribes",
            environment={"SOCKETS_PER_VIEWER": str(config.viewer_limits.sockets)},
        )
        placement_key.grant_use(self.authorize_channel)
        self.channels = EventChannels(self, "Channels", config=config, authorizer=self.authorize_channel)
        self.document_key = DocumentKey(self, "DocumentKey", functions=functions)
        self.documents = AudienceDocuments(
            self,
            "Edge",
            config=config,
            access_logs=functions.data.access_logs_bucket,
            key=self.document_key,
        )
        self._environment = {
            "EVENTS_URL": self.channels.events_url,
            "DOCUMENTS_BUCKET_NAME": self.documents.bucket.bucket_name,
            "JOINS_PER_SECOND": str(config.delivery.joins_per_second),
        }

    def let_deliver(self, function: lambda_.Function) -> None:
        """Let a function publish to audiences, once for each version, and write their documents."""
        for name, value in self._environment.items():
            function.add_environment(name, value)
        self._data.connections_table.grant_rows(function, PUT)
        self._data.matches_table.grant_rows(function, GET, QUERY)
        self.channels.grant_publish(function)
        self.documents.grant_write(function)

    def let_link(self, function: lambda_.Function) -> None:
        """Let a function sign links to documents."""
        function.add_environment("DOCUMENTS_URL", self.documents.url)
        self.document_key.grant_sign(function)
