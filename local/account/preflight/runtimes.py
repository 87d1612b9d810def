"""Says which runtimes of a stage's functions AWS will not support for long."""

import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from local.account.preflight.synthesized_stage import SynthesizedStage

RUNTIMES = Path(__file__).with_name("runtimes.toml")
NOTICE = timedelta(days=90)


def ageing_runtimes(stage: SynthesizedStage, _client: Callable[[str], Any], *, today: date) -> list[str]:
    """Return one line for each runtime whose support ends within three months, or is not known."""
    ends: dict[str, date] = tomllib.loads(RUNTIMES.read_text())
    used = {function.get("Runtime") for function in stage.all_of_type("AWS::Lambda::Function")}
    lines = []
    for runtime in sorted(name for name in used if isinstance(name, str)):
        end = ends.get(runtime)
        if end is None:
            lines.append(f"{runtime}: add the end of its support to {RUNTIMES.name}")
        elif end - today <= NOTICE:
            lines.append(
                f"{runtime} is supported until {end:%d %B %Y}; after that it cannot be updated for long"
            )
    return lines
