"""What synthesis refuses.

SynthesisError
├── StageConfigError      a stage's configuration asks for what a service does not allow
└── MissingArtifactError  a file that a stack deploys is not there
"""

from pathlib import Path


class SynthesisError(Exception):
    """Root of what stops a synthesis."""


class StageConfigError(SynthesisError):
    """A field of the stage's configuration holds what a service would refuse."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        super().__init__(f"{field}: expected {expected}; got {got!r}")
        self.field = field


class MissingArtifactError(SynthesisError):
    """A file that a stack deploys is not there."""

    def __init__(self, path: Path, remedy: str) -> None:
        super().__init__(f"{path}: expected it to be there; {remedy}")
        self.path = path
