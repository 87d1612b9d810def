"""A helper process, whose CPU time does not count in the measured process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def helper(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run a module until the block ends; it prints one JSON line when ready and ends with its input."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{module}: expected a JSON line with its endpoint, got the end of its output")
        yield json.loads(line)
    finally:
        process.stdin.close()
        process.stdout.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
