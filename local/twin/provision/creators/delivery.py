"""Firehose delivery streams."""

from local.twin.provision.resources import Created, Creator, Resource, Workbench
from local.twin.services.firehose.delivery_stream import DeliveryStream


def _delivery_stream(resource: Resource, bench: Workbench) -> Created:
    name = resource.name(resource.properties.get("DeliveryStreamName"))
    arn = bench.arn("firehose", f"deliverystream/{name}")
    bench.platform.put_delivery_stream(
        DeliveryStream.from_properties(resource.properties, name=name, arn=arn)
    )
    return Created(physical_id=name, attributes={"Arn": arn})


CREATORS: dict[str, Creator] = {"AWS::KinesisFirehose::DeliveryStream": _delivery_stream}
