"""Rotates the key of placements, when Secrets Manager asks for it."""

from lambdas.handlers.composition.placement_keys import key_rotation
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, str], _context: object) -> None:
    """Do one step of a rotation."""
    step, secret_id, version_id = event["Step"], event["SecretId"], event["ClientRequestToken"]
    match step:
        case "createSecret":
            key_rotation().create_key(secret_id, version_id)
        case "setSecret" | "testSecret":
            return  # no other system knows the key
        case "finishSecret":
            key_rotation().make_current(secret_id, version_id)
            TELEMETRY.info("placement key rotated", version=version_id)
        case _:
            raise ValueError(f"Step: expected one of a rotation, got {step!r}")
