"""Firehose delivery streams."""

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource
from local.twin.services.firehose.delivery_stream import DeliveryStream


def _delivery_stream(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.name(resource.properties.get("DeliveryStreamName"))
    arn = context.arn("firehose", f"deliverystream/{name}")
    context.platform.put_delivery_stream(
        DeliveryStream.from_properties(resource.properties, name=name, arn=arn)
    )
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::KinesisFirehose::DeliveryStream": _delivery_stream}
