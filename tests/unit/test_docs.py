"""What the documents promise is what the repository holds."""

import json
import re
import time
import xml.etree.ElementTree as ElementTree
from typing import Any

import jsonschema
import pytest
import yaml

from benchmarks.__main__ import names
from docs.architecture import NODES, STACKS, TARGET, render
from domain.constraint import ConstraintKind
from domain.crowd.watch_list import WatchList
from domain.registry import CONTEXT_REGISTRY
from domain.signal import Signal
from lambdas.logic.signature import verify
from local.cli import COMMANDS
from paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROTOCOL = yaml.safe_load((ROOT / "docs" / "websocket.asyncapi.yaml").read_text(encoding="utf-8"))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def section(title: str) -> str:
    return README.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[str]:
    """First cells of a section's tables, without the heads."""
    cells = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]
    heads = {cells[index - 1] for index, cell in enumerate(cells) if set(cell) == {"-"}}
    return [cell for cell in cells if set(cell) != {"-"} and cell not in heads]


def test_the_committed_picture_is_what_the_script_draws() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), "run python -m docs.architecture"


def test_the_picture_is_well_formed_and_names_only_functions_and_stacks_that_exist() -> None:
    ElementTree.fromstring(render())
    functions = {node.title for node in NODES if "_" in node.title}
    handlers = {path.stem for path in (ROOT / "lambdas" / "handlers").glob("*.py")}
    assert functions
    assert functions <= handlers
    drawn = {name for name in STACKS.values() if " " not in name}
    assert drawn <= set(rows(section("Deploy")))


def test_the_picture_numbers_the_path_as_the_readme_tells_it() -> None:
    steps = {node.step for node in NODES if node.step} | {6}
    told = {int(number) for number in re.findall(r"^(\d)\. ", README, re.MULTILINE)}
    assert steps == told == set(range(1, 9))


def test_links_lead_to_files() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_layout_table_names_what_is_there() -> None:
    paths = [cell.strip("`") for cell in rows(section("Layout"))]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_command_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE)) <= targets
    assert set(re.findall(r"python -m local ([a-z-]+)", README)) <= set(COMMANDS)


def test_every_output_named_is_an_output_of_a_stack() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "stacks").glob("*_stack.py"))
    named = set(re.findall(r"\$([A-Z][A-Za-z]+[a-z][A-Za-z]*)", README))
    assert "CuratedBucketName" in named
    assert [name for name in sorted(named) if f'"{name}"' not in sources] == []


def test_every_dead_letter_queue_and_every_alarm_is_told_and_no_other() -> None:
    source = (ROOT / "stacks" / "operations_stack.py").read_text(encoding="utf-8")
    queues = re.findall(r'"(\w+)":', source.split("dead_letters = {", 1)[1].split("}", 1)[0])
    streams = re.findall(r'"(\w+)":', source.split("streams = {", 1)[1].split("}", 1)[0])
    functions = re.findall(r'"(\w+)": analytics\.media\.\w+,', source)
    alarms = {
        *re.findall(r'alarms\.watch\(\s*"(\w+)"', source),
        *(f"{name}Behind" for name in streams),
        *(f"{name}Errors" for name in functions),
    }
    told = {name for cell in rows(section("Operate")) for name in re.findall(r"`([A-Z]\w+)`", cell)}
    assert len(queues) > 5
    assert told == {*queues, *alarms}


def test_the_signing_example_is_accepted() -> None:
    (example,) = blocks("python")
    namespace: dict[str, Any] = {}
    exec(example, namespace)
    verify(namespace["signature"]("key", b"{}"), "key", b"{}", time.time())


def test_the_feed_example_is_a_signal() -> None:
    body = next(block for block in map(json.loads, blocks("json")) if "signals" in block)
    signal = Signal.from_dict({**body["signals"][0], "match_id": body["match_id"], "source": "example"})
    assert signal.match_event is not None


def test_the_watch_list_example_is_one() -> None:
    example = next(block for block in map(json.loads, blocks("json")) if "matches" in block)
    assert WatchList.from_dict(example).matches_of("Forza Italia!") == {"3788741"}


@pytest.mark.parametrize("message", [block for block in map(json.loads, blocks("json")) if "action" in block])
def test_socket_examples_follow_the_protocol(message: dict[str, Any]) -> None:
    schema = {
        "$ref": f"#/components/schemas/{message['action'].capitalize()}",
        "components": PROTOCOL["components"],
    }
    jsonschema.Draft202012Validator(schema).validate(message)


def test_the_socket_table_names_every_request_of_the_protocol() -> None:
    requests = {
        name for name, operation in PROTOCOL["operations"].items() if operation["action"] == "receive"
    }
    assert {cell.strip("`") for cell in rows(section("The viewers' socket"))} == requests


def test_constraints_and_context_columns_are_all_told() -> None:
    told = section("Extend")
    assert {cell.strip("`") for cell in rows(told)} == {kind.value for kind in ConstraintKind}
    assert all(f"`{name}`" in told for name in CONTEXT_REGISTRY.names)


def test_every_figure_told_is_measured() -> None:
    told = {cell.strip("`") for cell in rows(section("Figures"))}
    assert told
    assert told <= set(names())
