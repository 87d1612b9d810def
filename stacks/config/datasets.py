"""What Personalize fixes when it creates a dataset group and its Interactions dataset."""

import re
from dataclasses import asdict, dataclass

from domain.registry import MAX_COLUMNS
from stacks.config.checks import check_fields
from stacks.config.data_key import DataKey
from stacks.config.fingerprint import fingerprint
from stacks.errors import StageConfigError

COLUMN = re.compile(r"[A-Z][A-Z0-9_]*")
FIRST_COLUMNS = ("MATCH_EVENT", "SCORE_DIFFERENCE", "MATCH_PHASE", "TEAM_COMPOSITION", "OCCASION")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetSettings:
    """A change of one needs another dataset group, with its own datasets, tracker, solution and campaign.

    A group has one Interactions dataset, whose schema cannot be replaced:
    https://docs.aws.amazon.com/personalize/latest/dg/updating-dataset-schema.html
    """

    columns: tuple[str, ...] = FIRST_COLUMNS
    """The context columns of Interactions."""
    key: DataKey | None = None
    """The customer-managed key of the group; None leaves it to a key of AWS."""

    def __post_init__(self) -> None:
        check_fields(self, "DatasetSettings")
        if len(self.columns) > MAX_COLUMNS or not all(map(COLUMN.fullmatch, self.columns)):
            expected = f"up to {MAX_COLUMNS} names in upper case, such as MATCH_EVENT"
            raise StageConfigError("DatasetSettings.columns", expected, self.columns)

    @property
    def fingerprint(self) -> str:
        """Empty for the settings that every stage began with, else a hash of the settings."""
        return fingerprint(asdict(self), first=asdict(DatasetSettings()))
