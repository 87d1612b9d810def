"""S3 buckets, with versioning and EventBridge notifications as declared."""

from typing import Any

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    unchanged,
)


def _bucket(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("s3")
    region = context.endpoint.region
    name = resource.name(properties.get("BucketName"), longest=63, lower=True)
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=name, **location)
    if _is_versioned(resource):
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    if notices := _notifications(resource):
        client.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=notices)
    return Created(
        physical_id=name,
        attributes={
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{region}.amazonaws.com",
            "WebsiteURL": f"{context.endpoint.url}/{name}/",
        },
    )


def _is_versioned(resource: Resource) -> bool:
    return (resource.properties.get("VersioningConfiguration") or {}).get("Status") == "Enabled"


def _notifications(resource: Resource) -> dict[str, Any]:
    declared = resource.properties.get("NotificationConfiguration") or {}
    return {"EventBridgeConfiguration": {}} if declared.get("EventBridgeConfiguration") is not None else {}


def _update_bucket(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change versioning and notifications; objects stay."""
    client, name = context.client("s3"), deployed.created.physical_id
    if _is_versioned(resource) != _is_versioned(deployed.resource):
        status = "Enabled" if _is_versioned(resource) else "Suspended"
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    if (notices := _notifications(resource)) != _notifications(deployed.resource):
        client.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=notices)
    return deployed.created


def _delete_bucket(deployed: Deployed, context: ProvisionContext) -> None:
    """Delete an empty bucket; S3 refuses another one."""
    context.client("s3").delete_bucket(Bucket=deployed.created.physical_id)


def _emptier(resource: Resource, _context: ProvisionContext) -> Created:
    """Create the custom resource by which a bucket is empty before it is deleted."""
    return Created(physical_id=resource.name())


def _empty_bucket(deployed: Deployed, context: ProvisionContext) -> None:
    client, bucket = context.client("s3"), deployed.resource.properties["BucketName"]
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            client.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


CREATORS: dict[str, Creator] = {"AWS::S3::Bucket": _bucket, "Custom::S3AutoDeleteObjects": _emptier}
UPDATERS: dict[str, Updater] = {"AWS::S3::Bucket": _update_bucket, "Custom::S3AutoDeleteObjects": unchanged}
DELETERS: dict[str, Deleter] = {
    "AWS::S3::Bucket": _delete_bucket,
    "Custom::S3AutoDeleteObjects": _empty_bucket,
}
