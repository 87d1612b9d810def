"""The twin's gateway with viewers on real sockets: `python -m benchmarks.rig.gateway_process VIEWERS QUOTA`.

The quota, such as `requests=200:100` or `requests=none`, applies once they are connected. The process prints
`{"endpoint", "connections"}` and serves until its input ends.
"""

import asyncio
import json
import resource
import sys

import aiohttp
from aiohttp import web

from local.twin.services.apigateway import Gateway, InvocationResult, Limits, WebSocketApi, WebSocketRoute

CONCURRENT_CONNECTS = 50


async def serve(viewers: int, quota: str) -> None:
    """Connect the viewers, print their connections, and serve."""
    connections: list[str] = []

    async def invoke(function_name: str, payload: bytes, _source_arn: str) -> InvocationResult:
        if function_name == "connect":
            connections.append(json.loads(payload)["requestContext"]["connectionId"])
        return InvocationResult(payload=b'{"statusCode":200}')

    gateway = Gateway(invoke=invoke, limits=Limits(requests=None, connects=None))
    gateway.put_websocket_api(
        WebSocketApi(
            api_id="bench",
            stage="live",
            routes=(WebSocketRoute(route_key="$connect", function_name="connect"),),
        )
    )
    runner = web.ServerRunner(web.Server(gateway.handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=2048, shutdown_timeout=1).start()
    endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}/_aws/execute-api/bench/live"
    slots = asyncio.Semaphore(CONCURRENT_CONNECTS)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        sockets = [asyncio.create_task(_watch(session, endpoint, slots)) for _ in range(viewers)]
        while len(connections) < viewers:
            await asyncio.sleep(0.05)
        gateway.change_quota(quota)
        print(json.dumps({"endpoint": endpoint, "connections": connections}), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for socket in sockets:
            socket.cancel()
        await asyncio.gather(*sockets, return_exceptions=True)
    await runner.cleanup()


async def _watch(session: aiohttp.ClientSession, endpoint: str, slots: asyncio.Semaphore) -> None:
    async with slots:
        socket = await session.ws_connect(endpoint, max_msg_size=0)
    async for _ in socket:
        pass


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
