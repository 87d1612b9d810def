"""Tests of the DataStack."""

from datetime import UTC, datetime

import pytest

from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from tests.infrastructure.assembly import Assembly

STATEFUL = (
    "AWS::S3::Bucket",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Kinesis::Stream",
    "AWS::Cognito::UserPool",
    "AWS::SecretsManager::Secret",
)
# With a new logical id, CloudFormation would replace the resource and its data.
LOGICAL_IDS = {
    "AWS::DynamoDB::GlobalTable": {
        "Audit3D8ADE0A",
        "Night021A334B",
        "MatchesBB86CD35",
        "Components47415452",
        "Constraints91689F69",
        "Connections827CEF2F",
    },
    "AWS::S3::Bucket": {
        "AccessLogs8B620ECA",
        "Raw72517081",
        "CuratedF137945A",
        "MediaA721A567",
        "Decisions28C7D866",
        "Privacy4BAF6FFD",
    },
    "AWS::Kinesis::Stream": {"SignalsEB24CB14", "InteractionsA486FAA2"},
    "AWS::Cognito::UserPool": {"ViewersPoolC10C78F2", "OperatorsPoolFAB400B2"},
    "AWS::SecretsManager::Secret": {"FeedKeys101B3688"},
}


@pytest.mark.parametrize("resource_type", sorted(LOGICAL_IDS))
def test_stateful_resources_keep_their_logical_ids(development: Assembly, resource_type: str) -> None:
    assert set(development.of_type("DataStack", resource_type)) == LOGICAL_IDS[resource_type]


@pytest.mark.parametrize("resource_type", STATEFUL)
def test_production_retains_its_data(production: Assembly, resource_type: str) -> None:
    resources = production.of_type("DataStack", resource_type)
    assert resources
    policies = {resource["DeletionPolicy"] for resource in resources.values()}
    assert policies <= {"Retain", "RetainExceptOnCreate"}


@pytest.mark.parametrize("resource_type", [*STATEFUL, "AWS::Glue::Database"])
def test_development_leaves_nothing_behind(development: Assembly, resource_type: str) -> None:
    resources = development.of_type("DataStack", resource_type)
    assert {resource["DeletionPolicy"] for resource in resources.values()} == {"Delete"}


def test_development_empties_its_buckets(development: Assembly, production: Assembly) -> None:
    assert len(development.of_type("DataStack", "Custom::S3AutoDeleteObjects")) == 6
    assert production.of_type("DataStack", "Custom::S3AutoDeleteObjects") == {}


@pytest.mark.parametrize("table", ["Connections", "Matches"])
def test_connections_and_matches_expire(development: Assembly, table: str) -> None:
    properties = development.properties("DataStack", "AWS::DynamoDB::GlobalTable", table)
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_every_table_can_be_restored(development: Assembly) -> None:
    for table in development.of_type("DataStack", "AWS::DynamoDB::GlobalTable").values():
        (replica,) = table["Properties"]["Replicas"]
        assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_the_stream_of_matches_has_old_and_new_images(development: Assembly) -> None:
    matches = development.properties("DataStack", "AWS::DynamoDB::GlobalTable", "Matches")
    assert matches["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_buckets_are_private_and_require_tls(development: Assembly) -> None:
    buckets = development.of_type("DataStack", "AWS::S3::Bucket")
    for bucket in buckets.values():
        assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
    policies = development.of_type("DataStack", "AWS::S3::BucketPolicy").values()
    refusals = [
        policy["Properties"]["Bucket"]["Ref"]
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"].get("Bool") == {"aws:SecureTransport": "false"}
    ]
    assert set(refusals) == set(buckets)


@pytest.mark.parametrize("bucket", ["Raw", "Curated", "Media"])
def test_buckets_send_object_events_to_event_bridge_without_a_custom_resource(
    development: Assembly, bucket: str
) -> None:
    properties = development.properties("DataStack", "AWS::S3::Bucket", bucket)
    assert properties["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }
    assert not development.of_type("DataStack", "Custom::S3BucketNotifications")


def test_interactions_are_partitioned_by_day_and_match(development: Assembly) -> None:
    stream = development.properties(
        "DataStack", "AWS::KinesisFirehose::DeliveryStream", "InteractionsDelivery"
    )
    destination = stream["ExtendedS3DestinationConfiguration"]
    assert stream["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert destination["DynamicPartitioningConfiguration"]["Enabled"] is True
    assert destination["Prefix"] == (
        "interactions/date=!{timestamp:yyyy-MM-dd}/match_id=!{partitionKeyFromQuery:match_id}/"
    )
    assert destination["ErrorOutputPrefix"].startswith("errors/interactions/")


@pytest.mark.parametrize("stream", ["InteractionsDelivery", "DecisionsDelivery"])
def test_raw_data_is_parquet_with_the_schema_of_its_table(development: Assembly, stream: str) -> None:
    properties = development.properties("DataStack", "AWS::KinesisFirehose::DeliveryStream", stream)
    destination = properties["ExtendedS3DestinationConfiguration"]
    conversion = destination["DataFormatConversionConfiguration"]
    assert conversion["OutputFormatConfiguration"]["Serializer"].keys() == {"ParquetSerDe"}
    # The names of context columns are upper case and must stay so.
    deserializer = conversion["InputFormatConfiguration"]["Deserializer"]["OpenXJsonSerDe"]
    assert deserializer["CaseInsensitive"] is False
    table = conversion["SchemaConfiguration"]["TableName"]["Ref"]
    assert table in development.of_type("DataStack", "AWS::Glue::Table")
    # With format conversion, Firehose allows no compression and no smaller buffer.
    assert destination.get("CompressionFormat", "UNCOMPRESSED") == "UNCOMPRESSED"
    assert destination["BufferingHints"]["SizeInMBs"] >= 64


def test_the_interactions_table_has_a_column_for_every_field(development: Assembly) -> None:
    interaction = Interaction(
        type=InteractionType.CLICK,
        component_id="poll",
        slot=Slot.OVERLAY,
        version=1,
        occurred_at=datetime(2026, 6, 11, tzinfo=UTC),
    )
    record = RecordedInteraction(
        interaction=interaction,
        received_at=interaction.occurred_at,
        match_id="m",
        viewer_id="v",
        cohort_key="c",
        session_id="s",
        columns={},
    )
    table = development.properties("DataStack", "AWS::Glue::Table", "CatalogInteractions")
    columns = [column["Name"] for column in table["TableInput"]["StorageDescriptor"]["Columns"]]
    assert columns == list(record.to_dict())


def test_viewers_cannot_change_their_own_age_or_tier(development: Assembly) -> None:
    # GIVEN the app's client, whose tokens let viewers change their own attributes
    client = development.properties("DataStack", "AWS::Cognito::UserPoolClient", "Viewers")
    # THEN they may change favourite team and consents only
    written = {name for name in client["WriteAttributes"] if name.startswith("custom:")}
    assert written == {"custom:favourite_team", "custom:consents"}
    assert {"custom:age_band", "custom:tier", "custom:country"} <= set(client["ReadAttributes"])


def test_operators_need_a_second_factor_and_cannot_sign_up(
    development: Assembly, production: Assembly
) -> None:
    for assembly in (development, production):
        pool = assembly.properties("DataStack", "AWS::Cognito::UserPool", "Operators")
        assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
        assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
        (group,) = assembly.of_type("DataStack", "AWS::Cognito::UserPoolGroup").values()
        assert group["Properties"]["GroupName"] == "operators"
        assert "OperatorsPool" in group["Properties"]["UserPoolId"]["Ref"]


def test_the_app_has_no_secret_and_sends_no_password(development: Assembly) -> None:
    client = development.properties("DataStack", "AWS::Cognito::UserPoolClient", "Viewers")
    assert client.get("GenerateSecret", False) is False
    assert set(client["ExplicitAuthFlows"]) == {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}


def test_capacity_differs_by_stage(development: Assembly, production: Assembly) -> None:
    on_demand = development.properties("DataStack", "AWS::Kinesis::Stream", "Signals")
    provisioned = production.properties("DataStack", "AWS::Kinesis::Stream", "Signals")
    assert on_demand["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert (provisioned["StreamModeDetails"], provisioned["ShardCount"]) == (
        {"StreamMode": "PROVISIONED"},
        8,
    )


def test_the_table_of_connections_is_warm_for_a_kick_off(development: Assembly, production: Assembly) -> None:
    new, warm = (
        stage.properties("DataStack", "AWS::DynamoDB::GlobalTable", "Connections")
        for stage in (development, production)
    )
    assert "WarmThroughput" not in new
    assert warm["WarmThroughput"] == {"WriteUnitsPerSecond": 20_000}
