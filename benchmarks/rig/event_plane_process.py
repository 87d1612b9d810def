"""The twin's Event API, which takes publishes: `python -m benchmarks.rig.event_plane_process QUOTA`.

The quota is such as `channel_publishes=40:20`. It prints `{"endpoint"}` and serves until its input ends.
"""

import asyncio
import json
import sys

from aiohttp import web

from domain.channel import CHANNEL_NAMESPACE
from local.twin.services.apigateway import InvocationResult
from local.twin.services.appsync.api import IAM, ChannelNamespace, EventApi
from local.twin.services.appsync.data_plane import EventDataPlane
from local.twin.services.appsync.limits import ChannelLimits

MODES = frozenset({IAM})


async def serve(quota: str) -> None:
    """Serve publishes."""

    async def invoke(function_name: str, payload: bytes, source_arn: str) -> InvocationResult:
        raise AssertionError(f"expected no authorizer, got {function_name} {source_arn} {payload!r}")

    providers = [{"authType": IAM}]
    plane = EventDataPlane(
        EventApi(
            api_id="bench",
            name="bench",
            arn="arn:aws:appsync:eu-west-1:123456789012:apis/bench",
            region="eu-west-1",
            account_id="123456789012",
            event_config={"authProviders": providers, "connectionAuthModes": providers},
        ),
        invoke=invoke,
        limits=ChannelLimits().with_quota(quota),
        count=lambda _name, _value, _namespace: None,
        is_lost=lambda _channel: False,
    )
    plane.namespaces[CHANNEL_NAMESPACE] = ChannelNamespace(
        name=CHANNEL_NAMESPACE, arn="none", publish_modes=MODES, subscribe_modes=MODES
    )
    runner = web.ServerRunner(web.Server(plane.handle_publish, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=1).start()
    print(json.dumps({"endpoint": f"http://127.0.0.1:{runner.addresses[0][1]}/event"}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
