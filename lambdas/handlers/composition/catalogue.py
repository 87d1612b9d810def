"""Collaborators of `load_catalogue`."""

from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.s3_files import S3Files
from lambdas.environment import read_settings
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import dead_letters
from lambdas.logic.catalogue import CatalogueLoader
from lambdas.observability import TELEMETRY
from lambdas.settings import CatalogueSettings, CuratedSettings


@Provider
def catalogue_loader() -> CatalogueLoader:
    """Build the loader of curated files."""
    settings = read_settings(CatalogueSettings)
    return CatalogueLoader(
        files=S3Files(client("s3"), read_settings(CuratedSettings).curated_bucket_name),
        store=DynamoCatalogueStore(
            client("dynamodb"),
            components_table=settings.components_table_name,
            constraints_table=settings.constraints_table_name,
        ),
        dead_letters=dead_letters(),
        telemetry=TELEMETRY,
    )
