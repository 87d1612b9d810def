"""Folders that are built once for each content."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def fingerprint(*parts: str) -> str:
    """Return a hash of these texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def sources(root: Path, *folders: str) -> dict[str, Path]:
    """Return the Python modules of these folders by their path below the root, in order."""
    found = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    return {path.relative_to(root).as_posix(): path for path in found}


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yield a folder that is renamed to `target` when it is complete, so that no reader sees a part of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        incomplete = Path(folder) / target.name
        yield incomplete
        if not target.is_dir():
            incomplete.rename(target)
