"""Custom resources: the twin does the work of the CDK's own functions, and invokes the others."""

import json
import mimetypes
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from local.twin.provision.errors import CustomResourceFailedError, UnresolvableError
from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource

ON_EVENT_VARIABLE = "USER_ON_EVENT_FUNCTION_ARN"
"""Names the function in the environment of the provider framework."""


def _bucket_deployment(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = context.client("s3")
    bucket = properties["DestinationBucketName"]
    prefix = properties.get("DestinationBucketKeyPrefix", "").strip("/")
    markers = properties.get("SourceMarkers") or [{} for _ in properties["SourceObjectKeys"]]
    for key, replaced in zip(properties["SourceObjectKeys"], markers, strict=True):
        if key not in context.assets:
            raise UnresolvableError(f"the asset {key}", f"{resource.stack}/{resource.logical_id}")
        for name, content in _files(context.assets[key]):
            body = _with_markers(content, replaced, context.endpoint.with_local_addresses)
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            client.put_object(Bucket=bucket, Key=f"{prefix}/{name}".lstrip("/"), Body=body, ContentType=kind)
    return Created(
        physical_id=resource.name(),
        attributes={
            "DestinationBucketArn": f"arn:aws:s3:::{bucket}",
            "SourceObjectKeys": properties["SourceObjectKeys"],
        },
    )


def _files(asset: Path) -> Iterator[tuple[str, bytes]]:
    if asset.is_dir():
        for path in sorted(asset.rglob("*")):
            if path.is_file():
                yield path.relative_to(asset).as_posix(), path.read_bytes()
        return
    with zipfile.ZipFile(asset) as archive:
        for name in archive.namelist():
            if not name.endswith("/"):
                yield name, archive.read(name)


def _with_markers(content: bytes, markers: dict[str, Any], localise: Callable[[str], str]) -> bytes:
    for marker, value in markers.items():
        content = content.replace(marker.encode(), localise(str(value)).encode())
    return content


def _sdk_call(resource: Resource, context: ProvisionContext) -> Created:
    """Make the AWS API call that an AwsCustomResource declares."""
    call = json.loads(resource.properties.get("Create") or resource.properties.get("Update") or "{}")
    if not call:
        return Created(physical_id=resource.name())
    client = context.client(call["service"].lower())
    try:
        answer = getattr(client, xform_name(call["action"]))(**call.get("parameters", {}))
    except ClientError as error:
        ignored = call.get("ignoreErrorCodesMatching")
        if not ignored or not re.search(ignored, error.response["Error"]["Code"]):
            raise
        answer = {}
    answer.pop("ResponseMetadata", None)
    attributes = dict(_flattened("", answer))
    given = call.get("physicalResourceId", {})
    physical_id = given.get("id") or str(attributes.get(given.get("responsePath", ""), resource.name()))
    return Created(physical_id=physical_id, attributes=attributes)


def _flattened(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flattened(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _flattened(f"{path}.{position}", inner)
    else:
        yield path, value


def _on_event(resource: Resource, context: ProvisionContext) -> Created:
    """Invoke the function behind the CDK's provider framework, as the framework would."""
    token = resource.properties["ServiceToken"]
    answer = context.client("lambda").invoke(
        FunctionName=context.providers[token][ON_EVENT_VARIABLE],
        Payload=json.dumps(
            {
                "RequestType": "Create",
                "LogicalResourceId": resource.logical_id,
                "ResourceType": resource.type,
                "ResourceProperties": dict(resource.properties),
            }
        ),
    )
    payload = json.loads(answer["Payload"].read() or "null") or {}
    if "FunctionError" in answer:
        raise CustomResourceFailedError(
            f"{resource.stack}/{resource.logical_id}", str(payload.get("errorMessage"))
        )
    return Created(
        physical_id=payload.get("PhysicalResourceId") or resource.name(), attributes=payload.get("Data") or {}
    )


CREATORS: dict[str, Creator] = {
    "Custom::AWS": _sdk_call,
    "Custom::CDKBucketDeployment": _bucket_deployment,
    "Custom::FlinkApplicationStart": _on_event,
}
