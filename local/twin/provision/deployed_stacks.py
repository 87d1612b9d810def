"""The deployed stacks: their resources, exports and outputs, and the values that templates refer to."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from local.twin.endpoints import ACCOUNT_ID, PARTITION
from local.twin.provision.assembly import Stack
from local.twin.provision.errors import UnresolvableError
from local.twin.provision.graph import Node
from local.twin.provision.intrinsics import NO_VALUE, Resolver, references
from local.twin.provision.left_out import LEFT_OUT
from local.twin.provision.resources import Created, Deployed, ProvisionContext, Resource

_EVENT_INVOKE = "AWS::Lambda::EventInvokeConfig"


class DeployedStacks:
    """What is deployed, by the name of the stack."""

    def __init__(self, context: ProvisionContext) -> None:
        self._context = context
        self._stacks: dict[str, Stack] = {}
        self._resources: dict[Node, Deployed] = {}
        self._creations: Counter[Node] = Counter()
        self._exports: dict[str, Any] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def put_stack(self, stack: Stack) -> None:
        """Add a stack, or replace its template; its resources stay as they are."""
        self._stacks[stack.name] = stack

    def remove_stack(self, name: str) -> None:
        """Forget a stack without resources."""
        self._stacks.pop(name, None)
        self.outputs.pop(name, None)

    def stack(self, name: str) -> Stack | None:
        """Return the template with which a stack is deployed, or None."""
        return self._stacks.get(name)

    def put_resource(self, deployed: Deployed) -> None:
        """Remember what was created for a resource, in place of what was there."""
        self._resources[deployed.resource.stack, deployed.resource.logical_id] = deployed

    def remove_resource(self, stack: str, logical_id: str) -> None:
        """Forget a resource."""
        self._resources.pop((stack, logical_id), None)

    def resource(self, stack: str, logical_id: str) -> Deployed | None:
        """Return a deployed resource, or None."""
        return self._resources.get((stack, logical_id))

    def resources(self, stack: str) -> dict[str, Deployed]:
        """Return the resources of a stack by logical id."""
        return {logical_id: each for (name, logical_id), each in self._resources.items() if name == stack}

    def declared(self, stack: Stack, logical_id: str) -> Resource | None:
        """Return a resource of a template with its properties resolved; None if its condition is false.

        Raises UnresolvableError.
        """
        declared = stack.resources[logical_id]
        resolver = self.resolver(stack, logical_id)
        if "Condition" in declared and not resolver.condition(declared["Condition"]):
            return None
        kind = declared["Type"]
        properties = {} if kind in LEFT_OUT else resolver.resolve(declared.get("Properties", {}))
        if kind == "AWS::Lambda::Function":
            properties = {**properties, "EventInvokeConfig": self._event_invoke(stack, logical_id)}
        return Resource(
            stack=stack.name,
            logical_id=logical_id,
            type=kind,
            properties=properties,
            path=declared.get("Metadata", {}).get("aws:cdk:path", ""),
        )

    def next_number(self, resource: Resource) -> int:
        """Return how many resources of a logical id were created before, and count one more."""
        node = resource.stack, resource.logical_id
        self._creations[node] += 1
        return self._creations[node] - 1

    def exports(self, stack: Stack) -> dict[str, Any]:
        """Return the exports of a template, as far as the resources that they name exist."""
        found = {}
        for output_id, output in stack.template.get("Outputs", {}).items():
            if "Export" not in output:
                continue
            resolver = self.resolver(stack, output_id)
            try:
                found[resolver.resolve(output["Export"]["Name"])] = resolver.resolve(output["Value"])
            except UnresolvableError:
                continue
        return found

    def put_exports(self, exports: Mapping[str, Any]) -> None:
        """Let other stacks import these values."""
        self._exports.update(exports)

    def remove_exports(self, names: set[str]) -> None:
        """Let no stack import these any more."""
        for name in names:
            self._exports.pop(name, None)

    def importers(self, export: str) -> set[str]:
        """Return the names of the stacks that import an export."""
        return {stack.name for stack in self._stacks.values() if ("import", export) in _imports(stack)}

    def put_outputs(self, stack: Stack) -> None:
        """Resolve the outputs of a stack whose resources exist; raises UnresolvableError."""
        outputs = {}
        for output_id, output in stack.template.get("Outputs", {}).items():
            resolver = self.resolver(stack, output_id)
            if "Condition" in output and not resolver.condition(output["Condition"]):
                continue
            outputs[output_id] = resolver.resolve(output["Value"])
        self.outputs[stack.name] = outputs

    def resolver(self, stack: Stack, where: str) -> Resolver:
        """Return a resolver of the values in a part of a template."""
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
                return self.resolver(stack, logical_id).resolve(settings)
        return {}

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
        return self._created(stack, name, f"Ref {name}", where).physical_id

    def _parameter(self, parameter: Mapping[str, Any], name: str, where: str) -> Any:
        if "Default" not in parameter:
            raise UnresolvableError(f"the parameter {name}, which has no default", where)
        default = parameter["Default"]
        if str(parameter.get("Type", "")).startswith("AWS::SSM::Parameter::Value"):
            return self._dynamic("ssm", default)
        return default

    def _attribute(self, stack: Stack, logical_id: str, name: str, where: str) -> Any:
        what = f"the attribute {name} of {logical_id}"
        created = self._created(stack, logical_id, what, where)
        if name in created.attributes:
            return created.attributes[name]
        if stack.resources[logical_id]["Type"] in LEFT_OUT:
            kind = stack.resources[logical_id]["Type"].split("::")[1].lower()
            is_arn = name.lower().endswith("arn")
            return self._context.arn(kind, created.physical_id) if is_arn else created.physical_id
        raise UnresolvableError(what, where)

    def _created(self, stack: Stack, logical_id: str, what: str, where: str) -> Created:
        """Return what was created for a resource that the template has."""
        found = self._resources.get((stack.name, logical_id))
        if found is None or logical_id not in stack.resources:
            raise UnresolvableError(what, where)
        return found.created

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


def _imports(stack: Stack) -> Iterator[tuple[str, str]]:
    values = [*stack.resources.values(), *stack.template.get("Outputs", {}).values()]
    return references(values)
