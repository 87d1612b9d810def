"""The temporary folder of a twin, named for its process so that the next twin can remove it after a crash."""

import os
import re
import shutil
import tempfile
from pathlib import Path

_PREFIX = "touchline-twin-"
_NAME = re.compile(re.escape(_PREFIX) + r"(\d+)-")


class ScratchFolder:
    """A temporary folder until `remove` is called."""

    def __init__(self, parent: Path | None = None) -> None:
        parent = parent or Path(tempfile.gettempdir())
        remove_abandoned(parent)
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))

    def remove(self) -> None:
        """Remove the folder; idempotent."""
        shutil.rmtree(self.path, ignore_errors=True)


def remove_abandoned(parent: Path) -> list[Path]:
    """Remove the folders of processes that have ended without doing so, and return them."""
    abandoned = [
        folder
        for folder in parent.glob(f"{_PREFIX}*")
        if (found := _NAME.match(folder.name)) and not _runs(int(found[1]))
    ]
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
    return abandoned


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
