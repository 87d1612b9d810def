"""A real Chromium for the tests: the machine's own, or the one that an npm package carries."""

import os
import shutil
import subprocess
from typing import Any

from paths import CACHE, CLIENT

UNPACKED = CACHE / "chromium"
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


def launch_options() -> dict[str, Any]:
    """What Playwright must know to start Chromium; fails with what to do about it where there is none."""
    own = next((found for name in NAMES if (found := shutil.which(name))), None)
    return {"executable_path": own, "args": list(FLAGS)} if own else packaged()


def packaged() -> dict[str, Any]:
    """The package's Chromium, unpacked once, with the libraries and fonts that it brings along."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    unpacked = subprocess.run(
        ["node", "--input-type=module", "-e", _UNPACK],
        cwd=CLIENT,
        # It is made for Lambda, and unpacks the libraries it brings only where it believes to be there.
        env={**os.environ, "TMPDIR": str(UNPACKED), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"},
        capture_output=True,
        text=True,
        check=False,
    )
    path = unpacked.stdout.strip()
    # The package's own configuration looks for its fonts in /tmp alone; without any, text has no size.
    fonts = UNPACKED / "fonts.conf"
    fonts.write_text(
        f"<fontconfig><dir>{UNPACKED / 'fonts'}</dir><cachedir>{UNPACKED}</cachedir></fontconfig>"
    )
    environment = {
        **os.environ,
        "LD_LIBRARY_PATH": str(UNPACKED / "al2023" / "lib"),
        "FONTCONFIG_FILE": str(fonts),
    }
    if unpacked.returncode or not starts(path, environment):
        raise AssertionError(
            "expected a Chromium that starts: install Debian's package `chromium`, or a Google Chrome; "
            f"the one in the npm package @sparticuz/chromium did not: {unpacked.stderr.strip() or path}"
        )
    return {"executable_path": path, "env": environment, "args": list(FLAGS)}


def starts(path: str, environment: dict[str, str]) -> bool:
    """Whether a browser is one that can run on this machine."""
    tried = subprocess.run([path, "--version"], env=environment, capture_output=True, check=False)
    return tried.returncode == 0
