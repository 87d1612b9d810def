"""Collaborators that are built at first use and kept for the life of the execution environment."""

import functools
import os
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

KEPT_READY = "provisioned-concurrency"
"""How Lambda names the start of an environment before any invocation:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""

_PROVIDERS: "list[Provider[Any]]" = []


class Provider(Generic[T]):
    """Decorates the function that builds a collaborator; tests and benchmarks can supply another one."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._collaborators: list[T] = []
        functools.update_wrapper(self, build)
        _PROVIDERS.append(self)

    def __call__(self) -> T:
        """Return the collaborator; build it at the first call."""
        if not self._collaborators:
            self._collaborators.append(self._build())
        return self._collaborators[0]

    def build_ahead(self) -> None:
        """Build the collaborator before the first call, if Lambda keeps this environment ready for it."""
        if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == KEPT_READY:
            self()

    def supply(self, collaborator: T) -> None:
        """Return this collaborator from now on, instead of the one that would be built."""
        self._collaborators[:] = [collaborator]

    def reset(self) -> None:
        """Forget the collaborator; the next call builds it again."""
        self._collaborators.clear()


def reset_all() -> None:
    """Forget every collaborator of every module that is imported."""
    for provider in _PROVIDERS:
        provider.reset()
