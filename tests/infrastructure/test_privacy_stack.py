"""Tests of the PrivacyStack."""

import json
from typing import Any

from stacks.privacy.definition import Serving, viewer_request_definition
from tests.infrastructure.assembly import Assembly

STACK = "PrivacyStack"


def definition() -> dict[str, Any]:
    return viewer_request_definition(
        Serving(
            function_arn="function",
            job_name="job",
            bucket_name="privacy",
            training_machine_arn="training",
            import_parameters=("/imported", "/started"),
            dataset_group_arn="group",
            reader_role_arn="reader",
            name_prefix="development-erasure-",
        )
    )


def test_every_state_is_reached_and_exists() -> None:
    states = definition()["States"]
    reached, ahead = set(), {definition()["StartAt"]}
    while ahead:
        name = ahead.pop()
        reached.add(name)
        following = json.dumps(states[name])
        ahead |= {other for other in states if f'"{other}"' in following} - reached
    assert reached == set(states)


def test_no_task_replaces_the_input_that_later_states_read(development: Assembly) -> None:
    # GIVEN the definition in the template, from which the CDK leaves out nulls
    machine = development.properties(STACK, "AWS::StepFunctions::StateMachine")
    parts = machine["DefinitionString"]["Fn::Join"][1]
    states = json.loads("".join(part if isinstance(part, str) else "x" for part in parts))["States"]
    # THEN every task adds its result at a path of its own
    tasks = {name: state for name, state in states.items() if state["Type"] == "Task"}
    assert tasks
    assert [name for name, state in tasks.items() if not state.get("ResultPath", "").startswith("$.")] == []


def test_an_erasure_waits_for_trainings_and_makes_the_next_import_whole() -> None:
    # GIVEN rewritten objects, which look newly arrived, and a training that has read the viewer's data
    states = definition()["States"]
    # THEN the search begins when no training runs, and the parameter of increments is deleted afterwards
    assert states["IsErasure"]["Choices"][0]["Next"] == "Settle"
    assert states["Settle"]["Next"] == "ListTrainings"
    assert states["IsTrainingRunning"]["Default"] == "Search"
    assert states["RequireFullImport"]["Parameters"] == {"Names": ["/imported", "/started"]}
    assert states["RequireFullImport"]["Next"] == "DeleteFromPersonalize"


def test_nobody_can_start_a_request_but_who_has_the_policy(development: Assembly) -> None:
    # GIVEN the stack's only rule, which reports failures
    (rule,) = development.of_type(STACK, "AWS::Events::Rule").values()
    assert "states" in json.dumps(rule["Properties"]["EventPattern"])
    # THEN no route, schedule or event starts the machine, and one managed policy may
    for stack, template in development.templates.items():
        for name, resource in template["Resources"].items():
            text = json.dumps(resource)
            if "states:StartExecution" in text and "RequestsMachine" in text:
                assert (stack, resource["Type"]) == (STACK, "AWS::IAM::ManagedPolicy"), name
    for route in development.of_type("DeliveryStack", "AWS::ApiGatewayV2::Integration").values():
        assert "StateMachine" not in json.dumps(route)


def test_a_failure_is_reported_without_the_input(development: Assembly) -> None:
    (rule,) = development.of_type(STACK, "AWS::Events::Rule").values()
    (target,) = rule["Properties"]["Targets"]
    assert set(target["InputTransformer"]["InputPathsMap"].values()) == {
        "$.detail.executionArn",
        "$.detail.status",
    }


def test_logs_have_no_data_of_executions(development: Assembly) -> None:
    machine = development.properties(STACK, "AWS::StepFunctions::StateMachine")
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_the_function_may_change_these_rows_messages_and_files_only(development: Assembly) -> None:
    statements = development.statements(STACK, "serve_viewer_request")
    actions = {
        action
        for statement in statements
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert {action for action in actions if not action.startswith(("logs:", "xray:"))} == {
        *("dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:PutItem"),
        *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
        *("cognito-idp:AdminGetUser", "cognito-idp:AdminDeleteUser"),
        *("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
    }
    # AND it reads and deletes rows of the tables that name viewers, and of no other
    tables = {
        (action, table)
        for statement in statements
        for action in statement["Action"]
        for table in ("Audit", "Connections", "Matches", "Night", "Components", "Constraints")
        if action.startswith("dynamodb:") and table in json.dumps(statement["Resource"])
    }
    assert tables == {
        *(("dynamodb:Scan", "Connections"), ("dynamodb:DeleteItem", "Connections")),
        *(("dynamodb:Scan", "Audit"), ("dynamodb:DeleteItem", "Audit")),
        # Where a pseudonym replaces the operator.
        ("dynamodb:PutItem", "Audit"),
    }


def test_every_dead_letter_queue_that_can_hold_a_viewer_is_searched(development: Assembly) -> None:
    # GIVEN that the FIFO queue has announced matches, and the one of the kick-off invocations without input
    variables = development.function(STACK, "serve_viewer_request")["Environment"]["Variables"]
    searched = json.dumps(variables["DEAD_LETTER_QUEUES"]).count("DeadLetters=")
    queues = [
        name
        for template in development.templates.values()
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::SQS::Queue"
        and resource["Properties"]["MessageRetentionPeriod"] == 14 * 86_400
        and not resource["Properties"].get("FifoQueue")
        and not name.startswith("KickOff")
    ]
    assert searched == len(queues)
