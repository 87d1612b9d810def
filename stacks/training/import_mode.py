"""How an execution of the training imports the datasets."""

from enum import StrEnum


class ImportMode(StrEnum):
    """The values of an execution's input `importMode`.

    FULL: replace what was imported before. INCREMENTAL: add what arrived since the last import. NONE: train
    on what is imported.
    """

    FULL = "FULL"
    INCREMENTAL = "INCREMENTAL"
    NONE = "NONE"
