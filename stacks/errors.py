"""Errors of the synthesis.

SynthesisError
├── StageConfigError      a setting of a stage is invalid
└── MissingArtifactError  a file that a stack deploys does not exist
"""

from pathlib import Path


class SynthesisError(Exception):
    """The base class of all errors of the synthesis."""


class StageConfigError(SynthesisError):
    """A setting of a stage has a value that a service would refuse."""

    def __init__(self, field: str, expected: str, got: object) -> None:
        super().__init__(f"{field}: expected {expected}; got {got!r}")
        self.field = field


class MissingArtifactError(SynthesisError):
    """A file that a stack deploys does not exist."""

    def __init__(self, path: Path, purpose: str) -> None:
        super().__init__(f"{path}: expected a file, because {purpose}; it does not exist")
        self.path = path
