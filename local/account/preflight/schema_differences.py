"""How the schema of an existing dataset differs from the one that a stage needs."""

from typing import Any

Fields = dict[str, Any]


def schema_differences(expected: Fields, found: Fields) -> list[str]:
    """Return one line for each difference between two Avro schemas."""
    columns = {each["name"].upper(): each for each in found["fields"]}
    lines = []
    for column in expected["fields"]:
        name = column["name"]
        if name not in columns:
            lines.append(f"expected the column {name} ({_described(column)}); the schema lacks it")
        elif not _serves(columns[name], column):
            lines.append(
                f"expected the column {name} to be {_described(column)}; it is {_described(columns[name])}"
            )
    needed = {column["name"] for column in expected["fields"]}
    lines += [
        f"the schema has the column {name} ({_described(columns[name])}), which the jobs do not write:"
        " an import of this dataset fails"
        for name in columns
        if name not in needed
    ]
    return lines


def _serves(found: Fields, expected: Fields) -> bool:
    """True if values of the expected column can be stored in the one found."""
    return (
        _kinds(found) == _kinds(expected)
        and bool(found.get("categorical")) == bool(expected.get("categorical"))
        and _is_nullable(found) >= _is_nullable(expected)
    )


def _kinds(column: Fields) -> set[str]:
    given = column["type"]
    return {given} - {"null"} if isinstance(given, str) else set(given) - {"null"}


def _is_nullable(column: Fields) -> bool:
    return "null" in column["type"]


def _described(column: Fields) -> str:
    words = [" or ".join(sorted(_kinds(column)))]
    if column.get("categorical"):
        words.append("categorical")
    words.append("nullable" if _is_nullable(column) else "never null")
    return ", ".join(words)
