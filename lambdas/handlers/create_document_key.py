"""A deployment needs the key pair that signs links to documents: create it once."""

from typing import Any

from lambdas.handlers.composition.passes import document_key
from lambdas.observability import TELEMETRY, observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a custom resource event of CloudFormation: return the public key.

    A deletion does nothing, because CloudFormation deletes the secret.
    """
    if event["RequestType"] == "Delete":
        return {}
    public_key = document_key().public_key()
    TELEMETRY.info("document key is there")
    return {"PhysicalResourceId": "document-key", "Data": {"PublicKey": public_key}}
