"""The paths of the files that the stacks deploy."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """Stacks know the code that they deploy by path and never import it."""

    root: Path
    """The repository, with the code of functions, jobs and the crowd source."""
    layer: Path
    """The Lambda layer with third-party packages."""
    flink: Path
    """The code package of the Flink application."""
    client: Path
    """The built web app; it need not exist."""
