"""Compiled modules that Lambda can use.

Lambda cannot write compiled modules beside its code. By default Python compiles a module again if its source
has another time than when it was compiled, and the CDK's archives change the times. These are used as is:
https://docs.python.org/3/library/py_compile.html#py_compile.PycInvalidationMode
"""

import compileall
from pathlib import Path
from py_compile import PycInvalidationMode


def compile_modules(folder: Path) -> None:
    """Compile each module of a folder; one that this Python cannot compile stays a source."""
    compileall.compile_dir(
        str(folder), quiet=2, stripdir=str(folder), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )
