"""API Gateway v2: WebSocket and HTTP APIs, which are served once their stacks are deployed."""

from collections.abc import Mapping
from typing import Any

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource
from local.twin.services.token_bucket import Rate


def _api(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    api_id = resource.short_id()
    protocol = properties["ProtocolType"]
    selection = properties.get("RouteSelectionExpression", "$request.body.action")
    context.apis.add_api(api_id, protocol=protocol, selection=selection)
    scheme = "wss" if protocol == "WEBSOCKET" else "https"
    endpoint = f"{scheme}://{api_id}.execute-api.{context.endpoint.region}.amazonaws.com"
    return Created(physical_id=api_id, attributes={"ApiId": api_id, "ApiEndpoint": endpoint})


def _stage(resource: Resource, context: ProvisionContext) -> Created:
    name = resource.properties["StageName"]
    context.apis.get(resource.properties["ApiId"]).stages[name] = _throttle(
        resource.properties.get("DefaultRouteSettings", {})
    )
    return Created(physical_id=name)


def _throttle(settings: Mapping[str, Any]) -> Rate | None:
    if "ThrottlingRateLimit" not in settings:
        return None
    per_second = float(settings["ThrottlingRateLimit"])
    return Rate(per_second=per_second, burst=float(settings.get("ThrottlingBurstLimit", per_second)))


def _integration(resource: Resource, context: ProvisionContext) -> Created:
    integration_id = resource.short_id(8)
    draft = context.apis.get(resource.properties["ApiId"])
    draft.integrations[integration_id] = resource.properties["IntegrationUri"]
    return Created(physical_id=integration_id, attributes={"IntegrationId": integration_id})


def _route(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    route_id = resource.short_id(8)
    context.apis.get(properties["ApiId"]).routes[properties["RouteKey"]] = {
        "id": route_id,
        "target": properties["Target"],
        "authorizer": properties.get("AuthorizerId"),
    }
    return Created(physical_id=route_id, attributes={"RouteId": route_id})


def _route_response(resource: Resource, context: ProvisionContext) -> Created:
    context.apis.get(resource.properties["ApiId"]).two_way.add(resource.properties["RouteId"])
    return Created(physical_id=resource.short_id(8))


def _authorizer(resource: Resource, context: ProvisionContext) -> Created:
    authorizer_id = resource.short_id(8)
    context.apis.get(resource.properties["ApiId"]).authorizers[authorizer_id] = dict(resource.properties)
    return Created(physical_id=authorizer_id, attributes={"AuthorizerId": authorizer_id})


def _integration_response(resource: Resource, _context: ProvisionContext) -> Created:
    return Created(physical_id=resource.short_id(8))


CREATORS: dict[str, Creator] = {
    "AWS::ApiGatewayV2::Api": _api,
    "AWS::ApiGatewayV2::Stage": _stage,
    "AWS::ApiGatewayV2::Integration": _integration,
    "AWS::ApiGatewayV2::IntegrationResponse": _integration_response,
    "AWS::ApiGatewayV2::Route": _route,
    "AWS::ApiGatewayV2::RouteResponse": _route_response,
    "AWS::ApiGatewayV2::Authorizer": _authorizer,
}
