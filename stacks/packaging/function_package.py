"""The code of the Lambda functions: `lambdas/` and `domain/` under their own paths, with compiled modules."""

import shutil
from pathlib import Path

from paths import ROOT
from stacks.packaging.bytecode import compile_modules
from stacks.packaging.folders import atomic_folder, fingerprint, sources
from stacks.runtime import PYTHON_VERSION

OWN_CODE = ("domain", "lambdas")


def function_fingerprint(root: Path = ROOT) -> str:
    """Return a hash of the modules and the Python version; compiled modules differ from run to run."""
    modules = sources(root, *OWN_CODE)
    return fingerprint(PYTHON_VERSION, *(f"{name}\n{path.read_text()}" for name, path in modules.items()))


def function_package(cache: Path, root: Path = ROOT) -> Path:
    """Return the folder of the present code; build it if this code has not been packaged before."""
    target = cache / f"functions-{function_fingerprint(root)[:16]}"
    if not target.is_dir():
        with atomic_folder(target) as package:
            for name, path in sources(root, *OWN_CODE).items():
                copy = package / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)
            compile_modules(package)
    return target
