"""`python -m benchmarks [NAME ...]`: measure the named figures, or all, and print one JSON line per value.

A module of this package with a function `figures()` is a figure. Each is measured in a process of its own, so
that figures do not affect each other, and a failure ends one figure only.
"""

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
MARK = "\ndef figures("


def names() -> list[str]:
    """Return the names of all figures; modules are not imported, since some import many packages."""
    return sorted(path.stem for path in FOLDER.glob("[a-z]*.py") if MARK in path.read_text(encoding="utf-8"))


def measure(name: str) -> None:
    """Measure one figure in this process and print its lines."""
    for line in importlib.import_module(f"benchmarks.{name}").figures():
        print(json.dumps(line), flush=True)


def measure_all(chosen: list[str]) -> int:
    """Measure figures one after another; return how many failed."""
    failed = 0
    for name in chosen:
        ended = subprocess.run([sys.executable, "-m", "benchmarks", "--here", name], check=False)
        if ended.returncode:
            print(f"{name}: failed with exit status {ended.returncode}", file=sys.stderr)
            failed += 1
    return failed


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="one of " + ", ".join(names()))
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(names()))
    if unknown:
        parser.error(f"expected figures of {', '.join(names())}, got {', '.join(unknown)}")
    if arguments.here:
        for name in arguments.names:
            measure(name)
        return 0
    return 1 if measure_all(arguments.names or names()) else 0


if __name__ == "__main__":
    sys.exit(main())
