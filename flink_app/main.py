"""Entry point of the Flink application: settings, environment, pipeline, execute."""

import os
from pathlib import Path

from flink_app.pipeline import build, environment
from flink_app.settings import MANAGED_PROPERTIES_PATH, PROPERTIES_VARIABLE, Settings


def main() -> None:
    """Submit the job; in a local mini-cluster this returns when the cluster ends."""
    path = os.environ.get(PROPERTIES_VARIABLE)
    settings = Settings.read(Path(path) if path else MANAGED_PROPERTIES_PATH)
    flink = environment()
    build(flink, settings)
    flink.execute("touchline")


if __name__ == "__main__":
    main()
