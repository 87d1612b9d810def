"""Entry point of the Flink application: settings, environment, pipeline, execute."""

import os
from pathlib import Path

from flink_app.pipeline import build, environment
from flink_app.settings import MANAGED_PROPERTIES_PATH, Settings

PROPERTIES_VARIABLE = "TOUCHLINE_FLINK_PROPERTIES"
"""Names another file of property groups, for a local mini-cluster."""


def main() -> None:
    """Hand the job to Flink; a local mini-cluster lives as long as this call."""
    path = os.environ.get(PROPERTIES_VARIABLE)
    settings = Settings.read(Path(path) if path else MANAGED_PROPERTIES_PATH)
    flink = environment(settings)
    build(flink, settings)
    flink.execute("touchline")


if __name__ == "__main__":
    main()
