"""`python -m local up`: run the twin until it is interrupted."""

import argparse
import asyncio
import logging
import signal
import time
from pathlib import Path

from local.arguments import add_delivery, output_file, port
from local.twin.provision.assembly import Assembly
from local.twin.provision.synthesis import ensure_assembly
from local.twin.quotas import check_quota
from local.twin.server import TwinServer, give_up
from local.twin.services.apigateway.errors import InvalidQuotaError
from local.twin.services.kinesisanalytics.runner_factory import ENGINES

DEFAULT_PORT = 4566


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--port", type=port, default=DEFAULT_PORT, help=f"the edge's port (default {DEFAULT_PORT})"
    )
    parser.add_argument(
        "--assembly",
        type=Path,
        help="a synthesized assembly (default: that of the delivery mode, synthesized if it is out of date)",
    )
    add_delivery(parser)
    parser.add_argument(
        "--engine", choices=ENGINES, default="embedded", help="the engine of the Flink application"
    )
    parser.add_argument(
        "--quota",
        action="append",
        type=quota,
        default=[],
        metavar="NAME=VALUE",
        help="a quota of API Gateway or AppSync: requests=200:100 (a second, at once) or connects=none",
    )
    parser.add_argument("--prewarm", action="store_true", help="start one environment of every function")
    parser.add_argument(
        "--spans",
        type=output_file,
        metavar="FILE",
        help="write when each function was invoked, and when it called which service, as JSON lines",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    assembly = Assembly.read(arguments.assembly or ensure_assembly(arguments.delivery))
    asyncio.run(_serve(assembly, arguments))
    return 0


def quota(setting: str) -> str:
    """Read a quota, so that a wrong one fails before the start."""
    try:
        check_quota(setting)
    except InvalidQuotaError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return setting


async def _serve(assembly: Assembly, arguments: argparse.Namespace) -> None:
    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted.set)
    started = time.perf_counter()
    starting = asyncio.create_task(_start(assembly, arguments))
    waiting = asyncio.create_task(interrupted.wait())
    await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        await give_up(starting)
        return
    server = await starting
    try:
        print(_summary(server, time.perf_counter() - started), flush=True)
        await waiting
    finally:
        waiting.cancel()
        await server.stop()


async def _start(assembly: Assembly, arguments: argparse.Namespace) -> TwinServer:
    server = await TwinServer.start(
        assembly, port=arguments.port, engine=arguments.engine, spans=arguments.spans
    )
    try:
        for setting in arguments.quota:
            server.quotas.change(setting)
        if arguments.prewarm:
            await server.functions.prewarm([function.name for function in server.functions.all()])
    except BaseException:  # also a cancelled start must close what it has started
        await server.stop()
        raise
    return server


def _summary(server: TwinServer, seconds: float) -> str:
    outputs = {name: value for stack in server.deployer.outputs.values() for name, value in stack.items()}
    lines = [f"the twin started in {seconds:.1f} s", f"  edge       {server.endpoint.url}"]
    lines += [f"  {label:<10} {outputs[name]}" for name, label in _ADDRESSES if name in outputs]
    lines += [
        f"  state      {server.endpoint.url}/_touchline/state",
        "for the AWS CLI and boto3:",
        *(f"  {line}" for line in server.endpoint.exports()),
        "  (version 1 of the AWS CLI finds queues only with: aws sqs --endpoint-url $AWS_ENDPOINT_URL)",
        "stop it with Ctrl-C",
    ]
    return "\n".join(lines)


_ADDRESSES = (
    ("WebSocketUrl", "WebSocket"),
    ("FeedUrl", "feeds"),
    ("ViewersUrl", "viewers"),
    ("EventsUrl", "publishes"),
    ("RealtimeUrl", "channels"),
    ("DocumentsUrl", "documents"),
)
