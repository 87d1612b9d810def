"""While the key of placements is rotated, what viewers report counts as before."""

import json
import uuid

import aiohttp
import pytest

from tests.e2e.rig import Rig
from tests.support.acts import act_on
from tests.support.builders import a_match

MATCH_ID = "rotated"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
pytestmark = pytest.mark.twin


async def test_placements_that_were_signed_before_a_rotation_still_count(rig: Rig) -> None:
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(MATCH_ID))
        url, protocols = rig.outputs.web_socket_url, ("touchline.v1", rig.token("rotated"))
        async with http.ws_connect(url, protocols=protocols) as socket:

            async def ask(**message: object) -> dict[str, object]:
                await socket.send_json({**message, "matchId": MATCH_ID})
                answer: dict[str, object] = await socket.receive_json(timeout=30)
                return answer

            before = await ask(action="subscribe")
            # WHEN the key is rotated, and every function starts anew
            _rotate(rig)
            for module in ("subscribe", "interact"):
                rig.twin.kill(module)
            after = await ask(action="subscribe")
            # THEN interactions with placements of both keys are accepted
            for screen in (before, after):
                answer = await ask(action="interact", interactions=[act_on(screen)])
                assert answer["type"] == "ack", answer


def _rotate(rig: Rig) -> None:
    """Invoke the function in the steps of a rotation, as Secrets Manager does."""
    functions, version = rig.twin.client("lambda"), str(uuid.uuid4())
    secrets = rig.twin.client("secretsmanager").list_secrets()["SecretList"]
    (secret,) = (each["ARN"] for each in secrets if "PlacementKey" in each["ARN"])
    for step in STEPS:
        event = {"Step": step, "SecretId": secret, "ClientRequestToken": version}
        name = rig.function("rotate_placement_key")
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer["Payload"].read()
