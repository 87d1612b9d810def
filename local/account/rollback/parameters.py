"""The SSM parameters of a stage that a rollback reads and writes."""

from typing import Any

from local.account.rollback.errors import RollbackError


def serving_parameter(stage: str) -> str:
    """Return the name of the parameter that holds the ARN of the version in service."""
    return f"/touchline/{stage}/serving-solution-version"


def held_parameter(stage: str) -> str:
    """Return the name of the parameter that keeps trainings from publishing; its value is the reason."""
    return f"/touchline/{stage}/publication-held"


def read_serving(ssm: Any, stage: str) -> str:
    """Return the ARN of the version in service; raises RollbackError if no training published one."""
    found = read(ssm, serving_parameter(stage))
    if found is None:
        raise RollbackError(
            f"expected the parameter {serving_parameter(stage)}; it does not exist:"
            f" no training of the stage {stage} has published a version in this region,"
            " or its campaign follows the newest version by itself (publication FOLLOWING)"
        )
    return found


def read(ssm: Any, name: str) -> str | None:
    """Return the value of a parameter; None if it does not exist."""
    try:
        value: str = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return value


def write(ssm: Any, name: str, value: str, description: str) -> None:
    """Create a parameter or replace its value."""
    ssm.put_parameter(Name=name, Value=value, Type="String", Description=description, Overwrite=True)


def delete(ssm: Any, name: str) -> bool:
    """Delete a parameter; return False if it does not exist."""
    try:
        ssm.delete_parameter(Name=name)
    except ssm.exceptions.ParameterNotFound:
        return False
    return True
