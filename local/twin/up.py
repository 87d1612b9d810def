"""`python -m local up`: run the twin until it is interrupted."""

import argparse
import asyncio
import functools
import logging
import signal
import sys
import time
from pathlib import Path

from local.twin.edge.errors import EdgeError
from local.twin.provision.assembly import Assembly
from local.twin.provision.errors import ProvisionError
from local.twin.provision.synthesis import SynthesisFailedError, ensure_assembly
from local.twin.server import TwinServer
from local.twin.services.apigateway import Limits
from local.twin.services.apigateway.errors import GatewayError
from local.twin.services.kinesisanalytics.runner_factory import ENGINES

SUMMARY = "start the embedded twin from the synthesized templates and run it until interrupted"
DEFAULT_PORT = 4566


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"the edge's port (default {DEFAULT_PORT})"
    )
    parser.add_argument(
        "--assembly",
        type=Path,
        help="a synthesized assembly (default: cdk.out, synthesized if it is out of date)",
    )
    parser.add_argument(
        "--engine", choices=ENGINES, default="embedded", help="the engine of the Flink application"
    )
    parser.add_argument(
        "--quota",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a quota of API Gateway, such as requests=200:100 (a second, at once) or connects=none",
    )
    parser.add_argument("--prewarm", action="store_true", help="start one environment of every function")


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM; return 1 if the twin did not start, with the reason on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        functools.reduce(Limits.with_quota, arguments.quota, Limits())  # Fail on a wrong one before starting.
        assembly = Assembly.read(arguments.assembly or ensure_assembly())
        asyncio.run(_serve(assembly, arguments))
    except (EdgeError, GatewayError, ProvisionError, SynthesisFailedError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _serve(assembly: Assembly, arguments: argparse.Namespace) -> None:
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    started = time.perf_counter()
    starting = asyncio.create_task(TwinServer.start(assembly, port=arguments.port, engine=arguments.engine))
    waiting = asyncio.create_task(interrupted.wait())
    await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    server = await starting
    for setting in arguments.quota:
        server.gateway.change_quota(setting)
    try:
        if arguments.prewarm:
            await server.functions.prewarm([function.name for function in server.functions.all()])
        print(_summary(server, time.perf_counter() - started), flush=True)
        await waiting
    finally:
        waiting.cancel()
        await server.stop()


def _summary(server: TwinServer, seconds: float) -> str:
    outputs = {name: value for stack in server.deployer.outputs.values() for name, value in stack.items()}
    lines = [f"the twin started in {seconds:.1f} s", f"  edge       {server.endpoint.url}"]
    lines += [f"  {label:<10} {outputs[name]}" for name, label in _ADDRESSES if name in outputs]
    lines += [
        f"  state      {server.endpoint.url}/_touchline/state",
        f"  aws --endpoint-url {server.endpoint.url} --region {server.endpoint.region} ...",
        "stop it with Ctrl-C",
    ]
    return "\n".join(lines)


_ADDRESSES = (("WebSocketUrl", "WebSocket"), ("FeedUrl", "feeds"))
