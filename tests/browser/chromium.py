"""A real Chromium for the tests: the machine's own, or the one that an npm package carries."""

import shutil
import subprocess
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "client"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
_UNPACK = "import chromium from '@sparticuz/chromium'; console.log(await chromium.executablePath())"


def chromium_path() -> str:
    """Where Chromium is; fails with what to do about it where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    unpacked = subprocess.run(
        ["node", "--input-type=module", "-e", _UNPACK],
        cwd=CLIENT,
        capture_output=True,
        text=True,
        check=False,
    )
    path = unpacked.stdout.strip()
    if unpacked.returncode or not _starts(path):
        raise AssertionError(
            "expected a Chromium that starts: `apt-get install chromium`, or the libraries that the one in "
            f"@sparticuz/chromium needs; {unpacked.stderr.strip() or path}"
        )
    return path


def _starts(path: str) -> bool:
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0
