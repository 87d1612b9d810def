"""Any file that editors upload is published or refused with the name of a field, and no match stops."""

import copy
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.component import Component
from domain.constraint import Constraint
from domain.errors import InvalidFieldError
from lambdas.logic.catalogue import CatalogueLoader
from lambdas.logic.message_size import MAX_MESSAGE_BYTES
from paths import CATALOGUE_FOLDER
from tests.support import builders, fakes
from tests.support.amended_matches import properties
from tests.support.dispatch_rig import dispatch_rig
from tests.support.odd_values import changed

COMPONENTS, CONSTRAINTS = (
    json.loads((CATALOGUE_FOLDER / name).read_text()) for name in ("components.json", "constraints.json")
)
POPULARITY = "cell,component_id,rank,rate\nALL,poll-next-goal,1,0.5\ngoal,quiz-rules,2,0.1\n"
large_texts = st.sampled_from([300, 3_000, 70_000]).map("é".__mul__)
odd_fields = st.sampled_from(
    [
        ("url", "javascript:alert(1)"),
        ("url", "//other.example/remoteEntry.js"),
        ("url", "https://["),
        ("url", "/\\other.example"),
        ("integrity", "sha384-AAAA"),
        ("integrity", "sha384-ÀÉ"),
        ("module", ""),
    ]
)


def to_text(document: Any) -> str:
    """Return a document as JSON; one that is nested deeper than Python recurses is cut to its beginning."""
    try:
        return json.dumps(document)
    except RecursionError:
        return '{"components": ' + 5_000 * "["


def some_of(entries: list[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Copies of one to three entries, which a test may change."""
    return st.lists(st.sampled_from(entries), min_size=1, max_size=3).map(copy.deepcopy)


@st.composite
def components_files(draw: st.DrawFn) -> str:
    """A file of one to three components, of which parts are replaced, removed, repeated or enlarged."""
    entries = draw(some_of(COMPONENTS["components"]))
    for entry in entries:
        kind = draw(st.integers(0, 5))
        if kind == 0:
            name, value = draw(odd_fields)
            entry["remote"][name] = value
        elif kind == 1:
            entry["properties"] = {draw(st.text(max_size=90)): draw(large_texts)}
        elif kind == 2:
            entry[draw(st.sampled_from(["title", "id", "partner", "colour"]))] = draw(large_texts)
        elif kind == 3:
            entry["properties"] = draw(changed(entry["properties"]))
    return to_text(draw(changed({**COMPONENTS, "components": entries}) | st.just({"components": entries})))


@st.composite
def constraints_files(draw: st.DrawFn) -> str:
    """A file of one to three rules, of which parts are replaced, removed, repeated or enlarged."""
    rules = draw(some_of(CONSTRAINTS["constraints"]))
    for rule in rules:
        kind = draw(st.integers(0, 4))
        if kind == 0:
            rule["selector"] = {"types": [f"{number}" + draw(large_texts)[:900] for number in range(80)]}
        elif kind == 1:
            rule[draw(st.sampled_from(["id", "consent", "maximum", "kind"]))] = draw(large_texts)
    return to_text(draw(changed({**CONSTRAINTS, "constraints": rules}) | st.just({"constraints": rules})))


@st.composite
def popularity_files(draw: st.DrawFn) -> str:
    """A file of popularity with a piece replaced by other characters."""
    start = draw(st.integers(0, len(POPULARITY)))
    piece = draw(st.text(max_size=8) | st.sampled_from(['"', "\x00", "9" * 5_000, "é" * 140_000, "\n,,,,\n"]))
    return POPULARITY[:start] + piece + POPULARITY[start + draw(st.integers(0, 9)) :]


def publish(key: str, text: str) -> tuple[fakes.InMemoryCatalogueStore, list[dict[str, Any]]]:
    """Publish a file; return the rows, and the dead letters if it was refused."""
    store, letters = fakes.InMemoryCatalogueStore(), fakes.InMemoryDeadLetters()
    loader = CatalogueLoader(
        files=fakes.InMemoryFiles({key: text}),
        store=store,
        dead_letters=letters,
        telemetry=fakes.RecordedTelemetry(),
    )
    assert loader.load(key) is not bool(letters.letters)
    for letter in letters.letters:
        assert letter["field"]
        assert letter["field"] in letter["reason"]
        assert f"{letter['field']}: expected " in letter["reason"]
        letter["reason"].encode()
    return store, letters.letters


def strict_json(body: bytes) -> Any:
    """Read JSON as a browser does, without NaN and infinities."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(body, parse_constant=refuse)


@properties
@given(text=components_files())
def test_any_file_of_components_is_refused_by_field_or_reaches_viewers(text: str) -> None:
    store, refused = publish("catalogue/components.json", text)
    if refused:
        assert not store.components
        return
    # GIVEN what was published, as the tables hold it
    known = {name: Component.from_stored(json.loads(body), name) for name, body in store.components.items()}
    rig = dispatch_rig()
    rig.catalogue.known = known
    rig.recommender.ranking = tuple(known)
    rig.follow(1)
    # WHEN a goal is dispatched THEN the viewer gets a message that an app can read
    rig.dispatch()
    (body,) = rig.poster.inboxes["c00001"]
    assert len(body) <= MAX_MESSAGE_BYTES
    message = strict_json(body)
    shown: list[Mapping[str, Any]] = message["placements"]
    assert {placed["componentId"] for placed in shown} <= known.keys()
    assert "ComponentsLeftOut" not in rig.telemetry.counts


@properties
@given(
    rows=st.lists(st.sampled_from(COMPONENTS["components"]).flatmap(changed), min_size=1, max_size=3),
    text=large_texts,
)
def test_whatever_an_earlier_version_has_stored_a_goal_reaches_viewers(rows: list[Any], text: str) -> None:
    # GIVEN rows of any shape, and a component that is larger than a message
    stored = [*rows, builders.a_component("fat", properties={"text": text}).to_dict()]
    known: dict[str, Component] = {}
    for number, value in enumerate(stored):
        with suppress(InvalidFieldError):
            known[str(number)] = replace(Component.from_stored(value, "row"), id=str(number))
    rig = dispatch_rig()
    rig.catalogue.known = known
    rig.recommender.ranking = tuple(known)
    rig.follow(1)
    # WHEN a goal is dispatched THEN the viewer gets a message that an app can read
    rig.dispatch()
    (body,) = rig.poster.inboxes["c00001"]
    assert len(body) <= MAX_MESSAGE_BYTES
    strict_json(body)


@properties
@given(text=constraints_files())
def test_any_file_of_constraints_is_refused_by_field_or_can_be_read(text: str) -> None:
    store, refused = publish("catalogue/constraints.json", text)
    assert bool(store.constraints) is not bool(refused)
    for name, body in store.constraints.items():
        assert Constraint.from_dict(json.loads(body), name).id == name


@properties
@given(text=popularity_files())
def test_any_file_of_popularity_is_refused_by_field_or_published(text: str) -> None:
    publish("datasets/popularity/part-1.csv", text)


@properties
@given(
    text=st.text(max_size=40)
    | st.sampled_from(["[" * 20_000, '{"components":' * 20_000, "9" * 5_000, '{"components": NaN}'])
)
def test_any_text_is_refused_by_field(text: str) -> None:
    for name in ("components.json", "constraints.json"):
        store, refused = publish(f"catalogue/{name}", text)
        assert refused
        assert (store.components, store.constraints) == ({}, {})
