"""An audit fails on what is not accepted, and no answer is no pass."""

from datetime import date
from typing import Any

import pytest

from paths import ROOT
from supply_chain.accepted import FILE, AcceptedAdvisoryError, Advisory, read_accepted, unaccepted
from supply_chain.audit import LOCK_FILES, UnansweredError, read_npm_audit, read_pip_audit

ENTRY = '[[accepted]]\nid = "GHSA-1"\npackage = "jinja2"\nreason = "not called"\nuntil = 2027-03-31\n'
ADVISORY = Advisory("PYSEC-7", "jinja2", frozenset({"GHSA-1"}))


def test_an_accepted_advisory_fails_nothing_until_its_day() -> None:
    accepted = read_accepted(ENTRY)
    assert unaccepted([ADVISORY], accepted, date(2027, 3, 31)) == []
    assert unaccepted([ADVISORY], accepted, date(2027, 4, 1)) == [ADVISORY]


def test_an_acceptance_is_for_one_package() -> None:
    other = Advisory("GHSA-1", "markupsafe")
    assert unaccepted([other], read_accepted(ENTRY), date(2027, 1, 1)) == [other]


@pytest.mark.parametrize("field", ["id", "package", "reason", "until"])
def test_an_acceptance_needs_each_field(field: str) -> None:
    text = "\n".join(line for line in ENTRY.splitlines() if not line.startswith(field))
    with pytest.raises(AcceptedAdvisoryError, match=rf"accepted\[0\]\.{field}: expected"):
        read_accepted(text)


def test_the_file_can_be_read() -> None:
    read_accepted(FILE.read_text())


def test_every_lock_file_is_audited() -> None:
    locks = {
        str(path.relative_to(ROOT))
        for path in [*ROOT.glob("*requirements*.txt"), *ROOT.glob("*/*requirements*.txt")]
        if "--hash=" in path.read_text()
    }
    assert locks == set(LOCK_FILES)


def test_pip_audit_reports_advisories_by_package() -> None:
    vulnerability = {"id": "PYSEC-7", "aliases": ["GHSA-1"]}
    report = {"dependencies": [{"name": "jinja2", "version": "3", "vulns": [vulnerability]}]}
    assert list(read_pip_audit(report)) == [ADVISORY]


def test_npm_audit_reports_an_advisory_once_for_its_package() -> None:
    cause = {"url": "https://github.com/advisories/GHSA-9", "title": "a fault"}
    report = {"vulnerabilities": {"ws": {"via": [cause]}, "uses-ws": {"via": ["ws"]}}}
    assert list(read_npm_audit(report)) == [Advisory("GHSA-9", "ws")]


@pytest.mark.parametrize("report", [{"message": "405 Method Not Allowed"}, {}])
def test_no_answer_of_npm_is_no_pass(report: dict[str, Any]) -> None:
    with pytest.raises(UnansweredError, match="npm audit: "):
        list(read_npm_audit(report))


def test_a_package_that_was_skipped_is_no_pass() -> None:
    report = {"dependencies": [{"name": "jinja2", "skip_reason": "not found"}]}
    with pytest.raises(UnansweredError, match="jinja2: not found"):
        list(read_pip_audit(report))
