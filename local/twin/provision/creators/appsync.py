"""Event APIs of AWS AppSync, and their channel namespaces."""

from typing import Any

from local.twin.endpoints import ACCOUNT_ID
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
from local.twin.services.appsync import ChannelNamespace, EventApi

_ID_LENGTH = 26


def _api(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    api_id = resource.short_id(_ID_LENGTH)
    arn = context.arn("appsync", f"apis/{api_id}")
    config = _as_in_operations(properties["EventConfig"])
    role_arn = config.get("logConfig", {}).get("cloudWatchLogsRoleArn")
    if role_arn is not None:
        context.check_trust("appsync.amazonaws.com", role_arn, source_arn=arn)
    api = EventApi(
        api_id=api_id,
        name=properties["Name"],
        arn=arn,
        region=context.endpoint.region,
        account_id=ACCOUNT_ID,
        event_config=config,
        tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())},
    )
    context.platform.event_apis.put_api(api)
    attributes = {
        "ApiId": api_id,
        "ApiArn": arn,
        "Dns.Http": api.http_host,
        "Dns.Realtime": api.realtime_host,
    }
    return Created(physical_id=arn, attributes=attributes)


def _namespace(resource: Resource, context: ProvisionContext) -> Created:
    api_id, name = resource.properties["ApiId"], resource.properties["Name"]
    arn = context.arn("appsync", f"apis/{api_id}/channelNamespace/{name}")
    event_apis = context.platform.event_apis
    namespace = ChannelNamespace.declared(event_apis.api(api_id), resource.properties, arn=arn)
    event_apis.put_namespace(api_id, namespace)
    return Created(physical_id=arn, attributes={"ChannelNamespaceArn": arn})


def _as_in_operations(value: Any) -> Any:
    """Return a template's value as the service's operations give it: names begin with a small letter."""
    if isinstance(value, list):
        return [_as_in_operations(each) for each in value]
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _as_in_operations(each) for name, each in value.items()}
    return value


def _delete_api(deployed: Deployed, context: ProvisionContext) -> None:
    context.platform.remove_event_api(deployed.created.attributes["ApiId"])


def _delete_namespace(deployed: Deployed, context: ProvisionContext) -> None:
    properties = deployed.resource.properties
    context.platform.event_apis.remove_namespace(properties["ApiId"], properties["Name"])


CREATORS: dict[str, Creator] = {
    "AWS::AppSync::Api": _api,
    "AWS::AppSync::ChannelNamespace": _namespace,
}
UPDATERS: dict[str, Updater] = {
    "AWS::AppSync::Api": put_again(_api),
    "AWS::AppSync::ChannelNamespace": put_again(_namespace),
}
DELETERS: dict[str, Deleter] = {
    "AWS::AppSync::Api": _delete_api,
    "AWS::AppSync::ChannelNamespace": _delete_namespace,
}
