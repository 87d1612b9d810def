"""The keys of placements, for functions that sign, verify or rotate them."""

from lambdas.adapters.aws import client, impatient_client
from lambdas.adapters.key_rotation import KeyRotation
from lambdas.adapters.placement_keys import SecretPlacementKeys
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.observability import TELEMETRY
from lambdas.settings import KeyLengthSettings, PlacementKeySettings


@Provider
def placement_keys() -> SecretPlacementKeys:
    """Build the reader of the keys."""
    secret_arn = read_settings(PlacementKeySettings).placement_key_secret_arn
    return SecretPlacementKeys(lambda: impatient_client("secretsmanager"), secret_arn, now, TELEMETRY)


@Provider
def key_rotation() -> KeyRotation:
    """Build the rotation of the key."""
    return KeyRotation(client("secretsmanager"), read_settings(KeyLengthSettings).key_length)
