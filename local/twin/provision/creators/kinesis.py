"""Kinesis streams."""

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource

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
