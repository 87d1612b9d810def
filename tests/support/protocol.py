"""The AsyncAPI document of the WebSocket protocol, and validation against its schemas."""

import jsonschema
import yaml

from paths import ROOT

DOCUMENT = yaml.safe_load((ROOT / "docs" / "websocket.asyncapi.yaml").read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
MESSAGES = DOCUMENT["components"]["messages"]


def validate_message(name: str, message: object) -> None:
    """Raise ValidationError unless the message is valid against the schema of this name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema.Draft202012Validator(schema).validate(message)
