"""Where the code that the stacks deploy lies on disk; stacks know it by path and never import it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """The repository's root, the built layer of third-party code, Flink's package, the built client."""

    root: Path
    layer: Path
    flink: Path
    client: Path
