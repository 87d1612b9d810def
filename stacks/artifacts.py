"""The paths of the files that the stacks deploy."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """Stacks know the code that they deploy by path and never import it."""

    root: Path
    """The repository, with the code of jobs and the crowd source."""
    functions: Path
    """The code of the Lambda functions."""
    layer: Path
    """The Lambda layer with third-party packages."""
    flink: Path
    """The code package of the Flink application."""
    client: Path
    """The built viewers' app; it need not exist."""
    control_room: Path
    """The built control room; it need not exist."""
