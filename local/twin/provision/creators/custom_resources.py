"""Custom resources: the twin does the work of the CDK's own functions, and invokes the others."""

import fnmatch
import json
import mimetypes
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from local.twin.clients import Clients
from local.twin.provision.errors import CustomResourceFailedError, UnresolvableError
from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    forget,
    put_again,
)

ON_EVENT_VARIABLE = "USER_ON_EVENT_FUNCTION_ARN"
"""Names the function in the environment of the provider framework."""


def _bucket_deployment(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    client = _clients(resource, context)("s3")
    bucket = properties["DestinationBucketName"]
    prefix = properties.get("DestinationBucketKeyPrefix", "").strip("/")
    markers = properties.get("SourceMarkers") or [{} for _ in properties["SourceObjectKeys"]]
    for key, replaced in zip(properties["SourceObjectKeys"], markers, strict=True):
        if key not in context.assets:
            raise UnresolvableError(f"the asset {key}", resource.place)
        for name, content in _files(context.assets[key], lambda name: _is_deployed(name, properties)):
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


def _is_deployed(name: str, properties: Mapping[str, Any]) -> bool:
    """True if a file passes the filters; `Include` comes after `Exclude`, as in the CDK's function."""
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in properties.get("Include", ())):
        return True
    return not any(fnmatch.fnmatchcase(name, pattern) for pattern in properties.get("Exclude", ()))


def _files(asset: Path, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    if asset.is_dir():
        for path in sorted(asset.rglob("*")):
            name = path.relative_to(asset).as_posix()
            if path.is_file() and is_wanted(name):
                yield name, path.read_bytes()
        return
    with zipfile.ZipFile(asset) as archive:
        for name in archive.namelist():
            if not name.endswith("/") and is_wanted(name):
                yield name, archive.read(name)


def _with_markers(content: bytes, markers: dict[str, Any], localise: Callable[[str], str]) -> bytes:
    for marker, value in markers.items():
        content = content.replace(marker.encode(), localise(str(value)).encode())
    return content


def _sdk_call(resource: Resource, context: ProvisionContext) -> Created:
    """Make the AWS API call that an AwsCustomResource declares for its creation."""
    declared = resource.properties.get("Create") or resource.properties.get("Update")
    return _make_call(declared, resource, context, otherwise=resource.name())


def _update_sdk_call(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Make the call that it declares for its updates; without one it stays as it is."""
    declared = resource.properties.get("Update")
    created = _make_call(declared, resource, context, otherwise=deployed.created.physical_id)
    return created if declared else deployed.created


def _delete_sdk_call(deployed: Deployed, context: ProvisionContext) -> None:
    """Make the call that it declares for its deletion, if it does."""
    resource = deployed.resource
    _make_call(resource.properties.get("Delete"), resource, context, otherwise="")


def _make_call(
    declared: str | None, resource: Resource, context: ProvisionContext, *, otherwise: str
) -> Created:
    """Make a call, and return the physical id that it gives the resource, or else the present one."""
    if not declared:
        return Created(physical_id=otherwise)
    call = json.loads(declared)
    client = _clients(resource, context)(call["service"].lower())
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
    physical_id = given.get("id") or str(attributes.get(given.get("responsePath", ""), otherwise))
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
    payload = _invoke(resource, context, {"RequestType": "Create"})
    return Created(
        physical_id=payload.get("PhysicalResourceId") or resource.name(), attributes=payload.get("Data") or {}
    )


def _on_update(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    physical_id = deployed.created.physical_id
    request = {
        "RequestType": "Update",
        "PhysicalResourceId": physical_id,
        "OldResourceProperties": dict(deployed.resource.properties),
    }
    payload = _invoke(resource, context, request)
    return Created(
        physical_id=payload.get("PhysicalResourceId") or physical_id, attributes=payload.get("Data") or {}
    )


def _on_delete(deployed: Deployed, context: ProvisionContext) -> None:
    request = {"RequestType": "Delete", "PhysicalResourceId": deployed.created.physical_id}
    _invoke(deployed.resource, context, request)


def _invoke(resource: Resource, context: ProvisionContext, request: Mapping[str, Any]) -> dict[str, Any]:
    """Invoke the function behind the CDK's provider framework, as the framework would."""
    token = resource.properties["ServiceToken"]
    answer = _clients(resource, context)("lambda").invoke(
        FunctionName=context.functions[token].variables[ON_EVENT_VARIABLE],
        Payload=json.dumps(
            {
                **request,
                "LogicalResourceId": resource.logical_id,
                "ResourceType": resource.type,
                "ResourceProperties": dict(resource.properties),
            }
        ),
    )
    payload: dict[str, Any] = json.loads(answer["Payload"].read() or "null") or {}
    if "FunctionError" in answer:
        raise CustomResourceFailedError(resource.place, str(payload.get("errorMessage")))
    return payload


def _clients(resource: Resource, context: ProvisionContext) -> Clients:
    """Return clients with the permissions of the CDK's function behind a custom resource."""
    return context.client.acting_as(context.functions[resource.properties["ServiceToken"]].role_arn)


CREATORS: dict[str, Creator] = {
    "Custom::AWS": _sdk_call,
    "Custom::CDKBucketDeployment": _bucket_deployment,
    "Custom::DocumentKey": _on_event,
    "Custom::FlinkApplicationStart": _on_event,
}
UPDATERS: dict[str, Updater] = {
    "Custom::AWS": _update_sdk_call,
    "Custom::CDKBucketDeployment": put_again(_bucket_deployment),
    "Custom::DocumentKey": _on_update,
    "Custom::FlinkApplicationStart": _on_update,
}
DELETERS: dict[str, Deleter] = {
    "Custom::AWS": _delete_sdk_call,
    "Custom::CDKBucketDeployment": forget,
    "Custom::DocumentKey": _on_delete,
    "Custom::FlinkApplicationStart": _on_delete,
}
