"""Types of command-line options, whose errors say what was expected."""

import argparse
import os
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from domain.delivery_mode import DeliveryMode
from domain.validation import EARLIEST, LATEST

MOST_PORTS = 65_535
Number = TypeVar("Number", int, float)


def add_delivery(parser: argparse.ArgumentParser) -> None:
    """Add the option that says how the stage delivers to viewers."""
    parser.add_argument(
        "--delivery",
        type=delivery_mode,
        metavar="{" + ",".join(DeliveryMode) + "}",
        default=DeliveryMode.CONNECTIONS,
        help="how messages reach viewers: a post to each connection (the default), or channels of audiences",
    )


def delivery_mode(text: str) -> DeliveryMode:
    """Read the name of a delivery mode."""
    try:
        return DeliveryMode(text)
    except ValueError:
        expected = " or ".join(DeliveryMode)
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}") from None


def port(text: str) -> int:
    """Read a port; 0 stands for any free one."""
    return whole_number("a port", 0, MOST_PORTS)(text)


def whole_number(what: str, least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` to `most`."""
    return lambda text: _read(int, what, text, least, most)


def number(what: str, least: float, most: float) -> Callable[[str], float]:
    """Return a reader of numbers from `least` to `most`."""
    return lambda text: _read(float, what, text, least, most)


def address(text: str) -> str:
    """Read an address of HTTP: `http://` or `https://`, a host and, unless it is the scheme's own, a port."""
    try:
        parts = urlsplit(text)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"expected an address such as http://127.0.0.1:4566, got {text!r}")


def instant(text: str) -> datetime:
    """Read a time in ISO 8601 with its offset from UTC, in the range that signals may have."""
    try:
        value = datetime.fromisoformat(text)
        if value.tzinfo is not None and EARLIEST <= value < LATEST:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(
        f"expected a time such as 2021-06-11T19:00:00Z, of the years 1900 to 2199, got {text!r}"
    )


def _read(convert: Callable[[str], Number], what: str, text: str, least: Number, most: Number) -> Number:
    try:
        value = convert(text)
        if least <= value <= most:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"expected {what} from {least:.15g} to {most:.15g}, got {text!r}")


def output_file(text: str) -> Path:
    """Read the path of a file to write: its folder must exist, so that nothing is lost at the end."""
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"expected a file in a folder that exists, got {text!r}")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"expected a file, got the folder {text!r}")
    if not _can_write(path):
        raise argparse.ArgumentTypeError(f"expected a file that you may write, got {text!r}")
    return path


def _can_write(path: Path) -> bool:
    """Try it: the rights of a folder do not tell that its file system is read-only, as that of /proc."""
    if path.exists() and not path.is_file():
        return os.access(path, os.W_OK)  # a device is written to itself
    try:
        with tempfile.TemporaryFile(dir=path.parent):  # a new file takes the place of an old one
            return True
    except OSError:
        return False
