"""Collaborators of `plan_import`."""

from lambdas.adapters.aws import patient_client
from lambdas.adapters.import_files import S3ImportFiles
from lambdas.environment import read_settings
from lambdas.handlers.composition.provider import Provider
from lambdas.logic.import_plan import ImportPlanner
from lambdas.settings import ImportSettings


@Provider
def import_planner() -> ImportPlanner:
    """Build the planner of imports."""
    settings, s3 = read_settings(ImportSettings), patient_client("s3")
    return ImportPlanner(
        S3ImportFiles(s3, settings.raw_bucket_name, settings.clickstream_prefix),
        S3ImportFiles(s3, settings.curated_bucket_name, settings.dataset_prefix),
    )
