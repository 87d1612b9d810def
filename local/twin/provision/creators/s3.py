"""S3 buckets, with versioning and EventBridge notifications as declared."""

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource


def _bucket(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("s3")
    region = context.endpoint.region
    name = resource.name(properties.get("BucketName"), longest=63, lower=True)
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=name, **location)
    versioning = (properties.get("VersioningConfiguration") or {}).get("Status")
    if versioning == "Enabled":
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if (properties.get("NotificationConfiguration") or {}).get("EventBridgeConfiguration") is not None:
        client.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
    return Created(
        physical_id=name,
        attributes={
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
            "WebsiteURL": f"{context.endpoint.url}/{name}/",
        },
    )


CREATORS: dict[str, Creator] = {"AWS::S3::Bucket": _bucket}
