"""Providers build a collaborator once, at first use, or return the one that is supplied."""

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
