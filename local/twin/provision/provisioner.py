"""Creating the resources of stacks in order, with references resolved."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from local.twin.endpoints import ACCOUNT_ID, PARTITION
from local.twin.provision.assembly import Stack
from local.twin.provision.creators import CREATORS
from local.twin.provision.errors import (
    CreationFailedError,
    ProvisionError,
    UnknownResourceTypeError,
    UnresolvableError,
)
from local.twin.provision.graph import creation_order
from local.twin.provision.intrinsics import NO_VALUE, Resolver
from local.twin.provision.left_out import LEFT_OUT
from local.twin.provision.resources import Created, ProvisionContext, Resource

_EVENT_INVOKE = "AWS::Lambda::EventInvokeConfig"


class Provisioner:
    """Creates stacks, and keeps their resources, exports and outputs."""

    def __init__(self, context: ProvisionContext) -> None:
        self._context = context
        self._stacks: dict[str, Stack] = {}
        self._created: dict[tuple[str, str], Created] = {}
        self._exports: dict[str, Any] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def create(self, stacks: Iterable[Stack]) -> None:
        """Create the resources of these stacks; later calls may add stacks. Raises ProvisionError."""
        added = {stack.name: stack for stack in stacks}
        self._stacks |= added
        self._refuse_unknown_types(added)
        remaining = dict.fromkeys(added, 0)
        order = [node for node in creation_order(added) if node[0] in added]
        for name, _ in order:
            remaining[name] += 1
        for name in [name for name, count in remaining.items() if not count]:
            self._resolve_outputs(name)
        for name, logical_id in order:
            self._create_one(added[name], logical_id)
            self._resolve_exports(name)
            remaining[name] -= 1
            if not remaining[name]:
                self._resolve_outputs(name)

    def resources(self, stack: str) -> list[dict[str, str]]:
        """Return the logical id, physical id and type of each resource of a stack."""
        return [
            {
                "LogicalResourceId": logical_id,
                "PhysicalResourceId": created.physical_id,
                "ResourceType": self._stacks[name].resources[logical_id]["Type"],
            }
            for (name, logical_id), created in self._created.items()
            if name == stack
        ]

    def _refuse_unknown_types(self, stacks: Mapping[str, Stack]) -> None:
        unknown = {
            f"{declared['Type']} ({name}/{logical_id})"
            for name, stack in stacks.items()
            for logical_id, declared in stack.resources.items()
            if declared["Type"] not in CREATORS and declared["Type"] not in LEFT_OUT
        }
        if unknown:
            raise UnknownResourceTypeError(unknown)

    def _create_one(self, stack: Stack, logical_id: str) -> None:
        declared = stack.resources[logical_id]
        resolver = self._resolver(stack, logical_id)
        if "Condition" in declared and not resolver.condition(declared["Condition"]):
            return
        key = (stack.name, logical_id)
        kind = declared["Type"]
        if kind in LEFT_OUT:
            self._created[key] = Created(
                physical_id=Resource(stack=stack.name, logical_id=logical_id, type=kind, properties={}).name()
            )
            return
        properties = resolver.resolve(declared.get("Properties", {}))
        if kind == "AWS::Lambda::Function":
            properties = {**properties, "EventInvokeConfig": self._event_invoke(stack, logical_id)}
        resource = Resource(stack=stack.name, logical_id=logical_id, type=kind, properties=properties)
        try:
            self._created[key] = CREATORS[kind](resource, self._context)
        except ProvisionError:
            raise
        except Exception as error:  # the error has to name the resource
            raise CreationFailedError(f"{stack.name}/{logical_id} ({kind})", error) from error

    def _event_invoke(self, stack: Stack, function: str) -> Any:
        """Return a function's settings for asynchronous invocation, which are a resource of their own."""
        for logical_id, declared in stack.resources.items():
            if declared["Type"] != _EVENT_INVOKE:
                continue
            named = declared["Properties"]["FunctionName"]
            if named == {"Ref": function} or named == {"Fn::GetAtt": [function, "Arn"]}:
                settings = {
                    key: value for key, value in declared["Properties"].items() if key != "FunctionName"
                }
                return self._resolver(stack, logical_id).resolve(settings)
        return {}

    def _resolve_exports(self, name: str) -> None:
        stack = self._stacks[name]
        for output_id, output in stack.template.get("Outputs", {}).items():
            if "Export" not in output:
                continue
            resolver = self._resolver(stack, output_id)
            try:
                self._exports[resolver.resolve(output["Export"]["Name"])] = resolver.resolve(output["Value"])
            except UnresolvableError:
                continue

    def _resolve_outputs(self, name: str) -> None:
        stack = self._stacks[name]
        outputs = {}
        for output_id, output in stack.template.get("Outputs", {}).items():
            resolver = self._resolver(stack, output_id)
            if "Condition" in output and not resolver.condition(output["Condition"]):
                continue
            outputs[output_id] = resolver.resolve(output["Value"])
        self.outputs[name] = outputs
        self._resolve_exports(name)

    def _resolver(self, stack: Stack, where: str) -> Resolver:
        place = f"{stack.name}/{where}"
        template = stack.template
        return Resolver(
            where=place,
            ref=lambda name: self._ref(stack, name, place),
            attribute=lambda logical_id, name: self._attribute(stack, logical_id, name, place),
            imported=lambda name: self._import(name, place),
            mappings=template.get("Mappings", {}),
            conditions=template.get("Conditions", {}),
            dynamic=self._dynamic,
        )

    def _ref(self, stack: Stack, name: str, where: str) -> Any:
        pseudo = {
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::Partition": PARTITION,
            "AWS::Region": self._context.endpoint.region,
            "AWS::StackName": stack.name,
            "AWS::StackId": self._context.arn("cloudformation", f"stack/{stack.name}/twin"),
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NotificationARNs": [],
            "AWS::NoValue": NO_VALUE,
        }
        if name in pseudo:
            return pseudo[name]
        parameter = stack.template.get("Parameters", {}).get(name)
        if parameter is not None:
            return self._parameter(parameter, name, where)
        created = self._created.get((stack.name, name))
        if created is None:
            raise UnresolvableError(f"Ref {name}", where)
        return created.physical_id

    def _parameter(self, parameter: Mapping[str, Any], name: str, where: str) -> Any:
        if "Default" not in parameter:
            raise UnresolvableError(f"the parameter {name}, which has no default", where)
        default = parameter["Default"]
        if str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::Value"):
            return self._dynamic("ssm", default)
        return default

    def _attribute(self, stack: Stack, logical_id: str, name: str, where: str) -> Any:
        created = self._created.get((stack.name, logical_id))
        if created is not None and name in created.attributes:
            return created.attributes[name]
        if created is not None and stack.resources[logical_id]["Type"] in LEFT_OUT:
            kind = stack.resources[logical_id]["Type"].split("::")[1].lower()
            is_arn = name.lower().endswith("arn")
            return self._context.arn(kind, created.physical_id) if is_arn else created.physical_id
        raise UnresolvableError(f"the attribute {name} of {logical_id}", where)

    def _import(self, name: str, where: str) -> Any:
        if name not in self._exports:
            raise UnresolvableError(f"the import of {name}", where)
        return self._exports[name]

    def _dynamic(self, service: str, reference: str) -> str:
        if service == "secretsmanager":
            return self._secret(reference)
        client = self._context.client("ssm")
        value: str = client.get_parameter(Name=reference, WithDecryption=True)["Parameter"]["Value"]
        return value

    def _secret(self, reference: str) -> str:
        secret_id, _, rest = re.sub(r":SecretString:?", "\0", reference).partition("\0")
        value: str = self._context.client("secretsmanager").get_secret_value(SecretId=secret_id)[
            "SecretString"
        ]
        key = rest.split(":")[0]
        return str(json.loads(value)[key]) if key else value
