"""Kinesis streams."""

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
)

_SHARDS_ON_DEMAND = 4


def _stream(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("kinesis")
    name = resource.name(properties.get("Name"), longest=128)
    mode = (properties.get("StreamModeDetails") or {}).get("StreamMode", "PROVISIONED")
    shards = int(properties.get("ShardCount", _SHARDS_ON_DEMAND if mode == "ON_DEMAND" else 1))
    client.create_stream(StreamName=name, ShardCount=shards)
    arn = client.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::Kinesis::Stream": _stream}


def _update_stream(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change the number of shards; a change of the capacity mode alone keeps the shards, as on AWS."""
    wanted = resource.properties.get("ShardCount")
    if wanted is not None and wanted != deployed.resource.properties.get("ShardCount"):
        context.client("kinesis").update_shard_count(
            StreamName=deployed.created.physical_id,
            TargetShardCount=int(wanted),
            ScalingType="UNIFORM_SCALING",
        )
    return deployed.created


def _delete_stream(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("kinesis").delete_stream(StreamName=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {"AWS::Kinesis::Stream": _update_stream}
DELETERS: dict[str, Deleter] = {"AWS::Kinesis::Stream": _delete_stream}
