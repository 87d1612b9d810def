"""Step Functions state machines, which moto executes."""

import json
from typing import Any

from local.twin.provision.resources import (
    Created,
    Creator,
    Deleter,
    Deployed,
    ProvisionContext,
    Resource,
    Updater,
)


def _state_machine(resource: Resource, context: ProvisionContext) -> Created:
    properties = resource.properties
    name = resource.name(properties.get("StateMachineName"), longest=80)
    source_arn = context.arn("states", f"stateMachine:{name}")
    context.check_trust("states.amazonaws.com", properties["RoleArn"], source_arn=source_arn)
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


def _update_state_machine(deployed: Deployed, resource: Resource, context: ProvisionContext) -> Created:
    """Change the definition and the role; executions that are under way keep those with which they began."""
    arn, role_arn = deployed.created.physical_id, resource.properties["RoleArn"]
    context.check_trust("states.amazonaws.com", role_arn, source_arn=arn)
    context.client("stepfunctions").update_state_machine(
        stateMachineArn=arn, definition=_definition(resource.properties), roleArn=role_arn
    )
    return deployed.created


def _delete_state_machine(deployed: Deployed, context: ProvisionContext) -> None:
    context.client("stepfunctions").delete_state_machine(stateMachineArn=deployed.created.physical_id)


UPDATERS: dict[str, Updater] = {"AWS::StepFunctions::StateMachine": _update_state_machine}
DELETERS: dict[str, Deleter] = {"AWS::StepFunctions::StateMachine": _delete_state_machine}
