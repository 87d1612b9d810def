"""The code of functions: a copy of each asset, so that running it does not change the assembly."""

import shutil
import tempfile
import zipfile
from pathlib import Path


class CodeStore:
    """Copies each asset once; the copy keeps its compiled modules, which makes later starts faster."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def task_root(self, asset: Path) -> Path:
        """Return the directory for `LAMBDA_TASK_ROOT` of an asset (a directory or a zip file)."""
        stamp = asset.stat().st_mtime_ns
        target = self._directory / f"{asset.name}-{stamp:x}"
        if target.is_dir():
            return target
        self._directory.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=self._directory, prefix="unpacking-"))
        if asset.is_dir():
            shutil.copytree(asset, scratch, dirs_exist_ok=True)
        else:
            with zipfile.ZipFile(asset) as archive:
                archive.extractall(scratch)
        try:
            scratch.replace(target)
        except OSError:
            shutil.rmtree(scratch)
        return target

    def inline(self, name: str, source: str) -> Path:
        """Return a directory with the code of a function whose template contains it."""
        target = self._directory / f"inline-{name}"
        target.mkdir(parents=True, exist_ok=True)
        (target / "index.py").write_text(source)
        return target
