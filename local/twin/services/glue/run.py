"""A job run in a process of its own.

`python -m local.twin.services.glue.run JOB --input FOLDER --catalogue FILE --erased FOLDER --output FOLDER`
"""

import argparse
import sys
import time
from pathlib import Path

from local.twin.services.glue.duckdb_engine import DuckDbEngine, Folders


def main(argv: list[str]) -> int:
    """Run a job; if it fails, the last line of standard error is the reason."""
    parser = argparse.ArgumentParser(prog="python -m local.twin.services.glue.run")
    parser.add_argument("job", choices=("interactions", "users", "items", "popularity"))
    for name in ("input", "catalogue", "erased", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--now", type=int, default=int(time.time()))
    parser.add_argument(
        "--incremental", action="store_true", help="the input holds only what arrived since the last run"
    )
    given = parser.parse_args(argv)
    folders = Folders(input=given.input, catalogue=given.catalogue, erased=given.erased, output=given.output)
    return _run(given.job, DuckDbEngine(folders, now_seconds=given.now, incremental=given.incremental))


def _run(job: str, engine: DuckDbEngine) -> int:
    # Imported here because the engine's module has to replace `pyspark` first.
    from glue_jobs.errors import DatasetRefusedError
    from glue_jobs.jobs import JOBS

    try:
        JOBS[job](engine)
    except DatasetRefusedError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
