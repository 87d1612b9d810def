"""The AsyncAPI document of the channels, and validation against its schemas."""

import json
from typing import Any

import jsonschema
import yaml

from paths import ROOT
from tests.support.protocol import SCHEMAS as SOCKET_SCHEMAS

_TEXT = (ROOT / "docs" / "channels.asyncapi.yaml").read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = yaml.safe_load(_TEXT)
_OWN = json.loads(json.dumps(DOCUMENT["components"]["schemas"]).replace("websocket.asyncapi.yaml#", "#"))
SCHEMAS: dict[str, Any] = {**SOCKET_SCHEMAS, **_OWN}


def validate_on_channel(name: str, message: object) -> None:
    """Raise ValidationError unless the message is valid against the schema of this name."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema.Draft202012Validator(schema).validate(message)
