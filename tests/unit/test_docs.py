"""The documentation agrees with the repository."""

import json
import re
import time
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from benchmarks.__main__ import names
from docs.architecture import NODES, STACKS, TARGET, render
from domain.capacity_window import Capacity
from domain.component import MAX_COMPONENT_BYTES, MAX_PROPERTIES_BYTES
from domain.constraint import MAX_RULE_BYTES, ConstraintKind
from domain.crowd.watch_list import WatchList
from domain.registry import CONTEXT_REGISTRY
from domain.signal import Signal
from lambdas.adapters.connection_rows import key
from lambdas.adapters.dynamo_capacity import PARTITION
from lambdas.logic.capacity_keeper import CapacityKeeper
from lambdas.logic.signature import verify
from local.cli import COMMANDS
from paths import ROOT
from tests.support import fakes

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOY = (DOCS / "deploy.md").read_text(encoding="utf-8")
OPERATE = (DOCS / "operate.md").read_text(encoding="utf-8")
FEEDS = (DOCS / "feeds.md").read_text(encoding="utf-8")
SOCKET = (DOCS / "protocol.md").read_text(encoding="utf-8")
EXTEND = (DOCS / "extend.md").read_text(encoding="utf-8")
FIGURES = (DOCS / "figures.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EVERYTHING = "".join(page.read_text(encoding="utf-8") for page in PAGES)
GENERATED = {"cdk.out"}
"""Folders whose contents a command makes."""
PROTOCOL = yaml.safe_load((DOCS / "websocket.asyncapi.yaml").read_text(encoding="utf-8"))


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def section(page: str, title: str) -> str:
    return page.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def anchors(page: Path) -> set[str]:
    """Anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def rows(text: str) -> list[str]:
    """Return the first cell of each row of the tables, without the headings."""
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
    assert drawn <= set(rows(section(DEPLOY, "Stacks")))


def test_the_picture_numbers_the_path_as_the_readme_does() -> None:
    steps = {node.step for node in NODES if node.step} | {6}
    numbered = {int(number) for number in re.findall(r"^(\d)\. ", README, re.MULTILINE)}
    assert steps == numbered == set(range(1, 9))


def test_the_readme_has_fewer_than_200_lines() -> None:
    assert len(README.splitlines()) < 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    broken = []
    for target in targets:
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_named_on_a_page_exists(page: Path) -> None:
    folders = "|".join(
        each.name
        for each in ROOT.iterdir()
        if each.is_dir() and each.name[0] != "." and each.name not in GENERATED
    )
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_index_lists_every_file_of_docs() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", index)}
    assert {path.name for path in DOCS.iterdir() if path.is_file()} - {"README.md"} <= linked


def test_images_are_small() -> None:
    images = list((DOCS / "images").glob("*"))
    assert images
    assert [image.name for image in images if image.stat().st_size > 200_000] == []


def test_the_layout_table_names_what_is_there() -> None:
    paths = [cell.strip("`") for cell in rows(section(CONTRIBUTING, "Where things go"))]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_command_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", EVERYTHING, re.MULTILINE)) <= targets
    assert set(re.findall(r"python -m local ([a-z-]+)", EVERYTHING)) <= set(COMMANDS)


def test_every_setting_given_to_the_cdk_is_one() -> None:
    source = (ROOT / "app.py").read_text(encoding="utf-8")
    given = set(re.findall(r"-c ([a-z_]+)=", EVERYTHING))
    assert "token_issuer" in given
    assert [key for key in sorted(given) if f'"{key}"' not in section_of_keys(source)] == []


def section_of_keys(source: str) -> str:
    """Return the names of the context's keys in the source of the app."""
    return source.split("CONTEXT_KEYS = (", 1)[1].split("\n)", 1)[0]


def test_every_output_named_is_an_output_of_a_stack() -> None:
    files = [*(ROOT / "stacks").glob("*_stack.py"), *(ROOT / "stacks" / "constructs").glob("*.py")]
    sources = "".join(
        file.read_text(encoding="utf-8") for file in files if "CfnOutput" in file.read_text("utf-8")
    )
    commands = "".join(block for page in PAGES for block in blocks(page.read_text(encoding="utf-8"), "sh"))
    given = re.findall(r"^aws [^\n]*(?:\\\n[^\n]*)*", commands, re.MULTILINE)
    named = set(re.findall(r"\$([A-Z][A-Za-z]+[a-z][A-Za-z]*)", EVERYTHING))
    # Whatever its spelling, a variable of a command of the AWS CLI is an output.
    named |= {name for command in given for name in re.findall(r"\$(\w+)", command)}
    assert "CuratedBucketName" in named
    assert [name for name in sorted(named) if f'"{name}"' not in sources] == []


def test_every_dead_letter_queue_is_documented_and_no_other() -> None:
    files = ("dead_letters.py", "operations_stack.py")
    source = "".join((ROOT / "stacks" / name).read_text(encoding="utf-8") for name in files)
    queues = re.findall(r'"(\w*DeadLetters)":', source)
    section_rows = rows(section(OPERATE, "Dead letters"))
    documented = {name for cell in section_rows for name in re.findall(r"`([A-Z]\w+)`", cell)}
    assert len(queues) > 5
    assert documented == set(queues)


def test_the_signing_example_is_accepted() -> None:
    (example,) = blocks(FEEDS, "python")
    namespace: dict[str, Any] = {}
    exec(example, namespace)
    header = namespace["signature"]("key", "POST", "/feeds/opta", b"{}")
    verify(header, ["key"], "POST /feeds/opta", b"{}", time.time())


def test_the_feed_example_is_a_signal() -> None:
    body = next(block for block in map(json.loads, blocks(FEEDS, "json")) if "signals" in block)
    signal = Signal.from_dict({**body["signals"][0], "match_id": body["match_id"], "source": "example"})
    assert signal.match_event is not None


def test_the_capacity_that_an_operator_asks_for_and_takes_back_is_the_same() -> None:
    # GIVEN the documented command, its schedule, and the deletion of the row
    commands = section(OPERATE, "Kick-off")
    (wish,) = re.findall(r"--payload '(.+)'", commands)
    (scheduled,) = re.findall(r'"Input": (".+")}\'', commands)
    (row,) = re.findall(r"--key '(.+)'", commands)
    assert json.loads(json.loads(scheduled)) == json.loads(wish)
    # WHEN an operator asks THEN the row of the deletion is the one that is written
    windows = fakes.InMemoryCapacityWindows()
    keeper = CapacityKeeper(
        windows=windows,
        campaign=fakes.SlowCampaign(datetime(2026, 6, 11, tzinfo=UTC), 1),
        dispatch=None,
        resting=Capacity(transactions_per_second=1),
        match=Capacity(transactions_per_second=100),
        most_environments=0,
        clock=lambda: datetime(2026, 6, 11, tzinfo=UTC),
    )
    keeper.keep(json.loads(wish))
    (name,) = windows.windows
    assert json.loads(row) == key(PARTITION, name)


def test_the_watch_list_example_is_one() -> None:
    example = next(block for block in map(json.loads, blocks(FEEDS, "json")) if "matches" in block)
    assert WatchList.from_dict(example).matches_of("Forza Italia!") == {"3788741"}


@pytest.mark.parametrize("message", list(map(json.loads, blocks(SOCKET, "json"))))
def test_socket_examples_follow_the_protocol(message: dict[str, Any]) -> None:
    name = message.get("action", "refusal")
    schema = {
        "$ref": f"#/components/schemas/{name.capitalize()}",
        "components": PROTOCOL["components"],
    }
    jsonschema.Draft202012Validator(schema).validate(message)


def test_the_socket_table_names_every_request_of_the_protocol() -> None:
    requests = {
        name for name, operation in PROTOCOL["operations"].items() if operation["action"] == "receive"
    }
    assert {cell.strip("`") for cell in rows(section(SOCKET, "Requests"))} == requests


def test_all_constraints_and_context_columns_are_documented() -> None:
    documented = {cell.strip("`") for cell in rows(section(EXTEND, "A constraint"))}
    assert documented == {kind.value for kind in ConstraintKind}
    assert all(f"`{name}`" in EXTEND for name in CONTEXT_REGISTRY.names)


def test_the_limits_of_the_catalogue_are_documented() -> None:
    limits = section(EXTEND, "A component")
    for bytes_of_json in (MAX_PROPERTIES_BYTES, MAX_COMPONENT_BYTES, MAX_RULE_BYTES):
        assert f"{bytes_of_json:,} bytes of JSON" in limits


def test_every_documented_figure_is_measured_and_the_readme_shows_ten() -> None:
    documented = {cell.strip("`") for cell in rows(FIGURES.split("\n## ")[0])}
    shown = {cell.strip("`") for cell in rows(section(README, "Figures"))}
    assert documented == set(names())
    assert shown <= documented
    assert len(shown) == 10
