"""Lambda functions, their versions and aliases, and event source mappings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.twin.provision.errors import UnresolvableError
from local.twin.provision.resources import (
    Created,
    Creator,
    DeclaredFunction,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
    forget,
    put_again,
)
from local.twin.services.lambda_.configuration import AsyncInvokeConfiguration, FunctionConfiguration
from local.twin.services.lambda_.errors import UnsupportedRuntimeError
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping

_PROVIDER_RUNTIMES = ("nodejs",)


def _function(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("FunctionName"))
    arn = context.arn("lambda", f"function:{name}")
    runtime = properties.get("Runtime", "python3.11")
    created = Created(physical_id=name, attributes={"Arn": arn})
    context.check_trust("lambda.amazonaws.com", properties["Role"], source_arn=arn)
    variables = (properties.get("Environment") or {}).get("Variables", {})
    context.functions[arn] = DeclaredFunction(role_arn=properties["Role"], variables=variables)
    if runtime.startswith(_PROVIDER_RUNTIMES):
        return created  # a provider of the CDK's custom resources, whose work their creators do
    if not runtime.startswith("python3"):
        raise UnsupportedRuntimeError(name, runtime)
    reserved = properties.get("ReservedConcurrentExecutions")
    context.platform.put_function(
        FunctionConfiguration(
            name=name,
            arn=arn,
            role_arn=properties["Role"],
            handler=properties["Handler"],
            code_directory=_code(resource, context, name),
            environment=variables,
            timeout_seconds=float(properties.get("Timeout", 3)),
            memory_mb=int(properties.get("MemorySize", 128)),
            runtime=runtime,
            log_group=(properties.get("LoggingConfig") or {}).get("LogGroup", f"/aws/lambda/{name}"),
            traced=(properties.get("TracingConfig") or {}).get("Mode") == "Active",
            reserved_concurrency=None if reserved is None else int(reserved),
            asynchronous=_asynchronous(properties),
        )
    )
    return created


def _code(resource: Resource, context: ProvisionContext, name: str) -> Path:
    code = resource.properties["Code"]
    if "ZipFile" in code:
        return context.code.inline(name, code["ZipFile"])
    key = code["S3Key"]
    if key not in context.assets:
        raise UnresolvableError(f"the asset {key}", resource.place)
    return context.assets[key]


def _asynchronous(properties: Mapping[str, Any]) -> AsyncInvokeConfiguration:
    settings = properties["EventInvokeConfig"]
    destinations = settings.get("DestinationConfig") or {}
    return AsyncInvokeConfiguration(
        maximum_retry_attempts=int(settings.get("MaximumRetryAttempts", 2)),
        maximum_event_age_seconds=float(settings.get("MaximumEventAgeInSeconds", 21_600)),
        on_failure=(destinations.get("OnFailure") or {}).get("Destination"),
        on_success=(destinations.get("OnSuccess") or {}).get("Destination"),
        dead_letter_arn=(properties.get("DeadLetterConfig") or {}).get("TargetArn"),
    )


def _version(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.properties["FunctionName"].rpartition(":")[2]
    arn = context.arn("lambda", f"function:{name}:1")
    return Created(physical_id=arn, attributes={"Version": "1", "FunctionArn": arn})


def _alias(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.properties["FunctionName"].rpartition(":")[2]
    arn = context.arn("lambda", f"function:{name}:{resource.properties['Name']}")
    return Created(physical_id=arn, attributes={"AliasArn": arn})


def _mapping(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.properties["FunctionName"]
    arn = name if name.startswith("arn:") else context.arn("lambda", f"function:{name}")
    mapping_id = resource.short_id(32)
    mapping = EventSourceMapping.from_properties(resource.properties, id=mapping_id, function_arn=arn)
    context.platform.put_mapping(mapping)
    return Created(physical_id=mapping_id, attributes={"Id": mapping_id})


CREATORS: dict[str, Creator] = {
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Version": _version,
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::EventSourceMapping": _mapping,
}


def _delete_function(deployed: Deployed, context: ProvisionContext) -> None:
    arn = deployed.created.attributes["Arn"]
    context.functions.pop(arn, None)
    context.platform.remove_function(deployed.created.physical_id)


def _delete_mapping(deployed: Deployed, context: ProvisionContext) -> None:
    context.platform.remove_mapping(deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {
    "AWS::Lambda::Function": put_again(_function),
    "AWS::Lambda::Version": put_again(_version),
    "AWS::Lambda::Alias": put_again(_alias),
    "AWS::Lambda::EventSourceMapping": put_again(_mapping),
}
DELETERS: dict[str, Deleter] = {
    "AWS::Lambda::Function": _delete_function,
    "AWS::Lambda::Version": forget,
    "AWS::Lambda::Alias": forget,
    "AWS::Lambda::EventSourceMapping": _delete_mapping,
}
