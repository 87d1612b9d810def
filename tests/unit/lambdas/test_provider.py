"""Providers build a collaborator once, at first use, or return the one that is supplied."""

import pytest

from lambdas.handlers.composition.provider import Provider


def test_a_collaborator_is_built_once_at_first_use() -> None:
    built: list[object] = []

    @Provider
    def collaborator() -> object:
        built.append(object())
        return built[-1]

    assert built == []
    assert collaborator() is collaborator()
    assert len(built) == 1


def test_a_supplied_collaborator_is_returned_until_a_reset() -> None:
    @Provider
    def collaborator() -> str:
        return "built"

    collaborator.supply("supplied")
    assert collaborator() == "supplied"
    collaborator.reset()
    assert collaborator() == "built"


@pytest.mark.parametrize(("start", "built"), [("provisioned-concurrency", 1), ("on-demand", 0)])
def test_an_environment_that_is_kept_ready_builds_ahead(
    monkeypatch: pytest.MonkeyPatch, start: str, built: int
) -> None:
    collaborators: list[object] = []

    @Provider
    def collaborator() -> object:
        collaborators.append(object())
        return collaborators[-1]

    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", start)
    collaborator.build_ahead()
    assert len(collaborators) == built
    assert collaborator() is collaborator()
    assert len(collaborators) == 1
