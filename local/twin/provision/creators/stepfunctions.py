"""Step Functions state machines, which moto executes."""

import json
from typing import Any

from local.twin.provision.resources import Created, Creator, ProvisionContext, Resource


def _state_machine(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("StateMachineName"), longest=80)
    arn = context.client("stepfunctions").create_state_machine(
        name=name, definition=_definition(properties), roleArn=properties["RoleArn"]
    )["stateMachineArn"]
    return Created(physical_id=arn, attributes={"Arn": arn, "Name": name})


def _definition(properties: Any) -> str:
    text = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    for name, value in (properties.get("DefinitionSubstitutions") or {}).items():
        text = text.replace("${" + name + "}", str(value))
    return str(text)


CREATORS: dict[str, Creator] = {"AWS::StepFunctions::StateMachine": _state_machine}
