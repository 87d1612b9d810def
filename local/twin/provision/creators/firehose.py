"""Firehose delivery streams."""

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    put_again,
)
from local.twin.services.firehose.delivery_stream import DeliveryStream


def _delivery_stream(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("DeliveryStreamName"))
    arn = context.arn("firehose", f"deliverystream/{name}")
    stream = DeliveryStream.from_properties(resource.properties, name=name, arn=arn)
    for role_arn in {stream.destination_role_arn, stream.source_role_arn, stream.schema_role_arn} - {""}:
        context.check_trust("firehose.amazonaws.com", role_arn, source_arn=arn)
    context.platform.put_delivery_stream(stream)
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::KinesisFirehose::DeliveryStream": _delivery_stream}


def _delete_delivery_stream(deployed: Deployed, context: ProvisionContext) -> None:
    context.platform.remove_delivery_stream(deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {"AWS::KinesisFirehose::DeliveryStream": put_again(_delivery_stream)}
DELETERS: dict[str, Deleter] = {"AWS::KinesisFirehose::DeliveryStream": _delete_delivery_stream}
