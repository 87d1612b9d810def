"""`python -m local poll-feed`: poll a live API, or a recorded series of its documents, and post signals."""

import argparse
import asyncio
import json
import os
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from domain.match import Match
from domain.signal import Signal
from local.arguments import address, number
from local.errors import CommandInputError
from local.play.polling.errors import PollingError
from local.play.polling.live_document import LiveDocument, UnavailableError, next_wait
from local.play.polling.match_poller import MatchPoller, Sink
from local.play.polling.recorded_time import recorded_time
from local.play.replay.feed_client import FeedClient
from polled_feed.errors import DocumentError
from polled_feed.providers import READERS
from polled_feed.snapshot import Phase

KEY_VARIABLE = "TOUCHLINE_FEED_KEY"
AFTER_THE_END = timedelta(minutes=15)
"""How long the polling goes on after full time: extra time may follow, and corrections do."""
MOST_FAILURES = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--provider", required=True, choices=sorted(READERS), help="the API")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--documents", nargs="+", type=Path, metavar="FILE", help="recorded polls, in order")
    source.add_argument(
        "--url",
        action="append",
        type=address,
        help="the address to poll; twice for entries in a document of their own",
    )
    parser.add_argument(
        "--header", action="append", type=_header, default=[], help='"name: value", for the API\'s key'
    )
    parser.add_argument(
        "--every", type=number("seconds", 1, 3600), default=30.0, help="seconds between polls; 30 by default"
    )
    parser.add_argument("--match-id", help="the match's id; the provider's by default")
    parser.add_argument("--announce", action="store_true", help="announce the match from the first document")
    parser.add_argument("--state", type=Path, help="a file to continue from after a restart")
    sink = parser.add_mutually_exclusive_group(required=True)
    sink.add_argument("--print", action="store_true", help="print the signals, one JSON object per line")
    sink.add_argument("--feed-url", type=address, help="the ingest endpoint, the output FeedUrl")
    parser.add_argument(
        "--key-file", type=Path, help=f"a file with the provider's key; else the variable {KEY_VARIABLE}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Poll until the match is over."""
    try:
        asyncio.run(_run(arguments))
    except DocumentError as error:
        raise CommandInputError(str(error)) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise PollingError(str(error) or type(error).__name__) from error
    return 0


async def _run(arguments: argparse.Namespace) -> None:
    async with AsyncExitStack() as stack:
        sink: Sink = (
            Printer() if arguments.print else await stack.enter_async_context(_feed_client(arguments))
        )
        poller = MatchPoller(
            arguments.provider,
            sink,
            match_id=arguments.match_id,
            announce=arguments.announce,
            state_path=arguments.state,
        )
        if arguments.documents:
            await _play(poller, arguments.documents)
        else:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            await _follow(poller, LiveDocument(http, arguments.url, dict(arguments.header)), arguments.every)


async def _play(poller: MatchPoller, paths: list[Path]) -> None:
    previous: datetime | None = None

    def time_of(polled: Any) -> datetime:
        nonlocal previous
        previous = recorded_time(polled, previous)
        return previous

    for path in paths:
        try:
            await poller.poll(_read(path), time_of)
        except DocumentError as error:
            raise RecordedDocumentError(path, error) from error


async def _follow(poller: MatchPoller, document: LiveDocument, every: float) -> None:
    """Poll until the match has been over for a while; an API that fails is asked less often."""
    failures, asked_for = 0, None
    over_at: datetime | None = None
    while True:
        try:
            await poller.flush()
            value = await document.get()
            phase = None if value is None else await poller.poll(value, lambda _: datetime.now(UTC))
            failures, asked_for = 0, None
            if phase is not None:
                is_over = phase in (Phase.FINISHED, Phase.OFF)
                over_at = (over_at or datetime.now(UTC)) if is_over else None
        except (UnavailableError, DocumentError, aiohttp.ClientError) as error:
            failures, asked_for = failures + 1, getattr(error, "retry_after", None)
            if failures >= MOST_FAILURES:
                raise PollingError(f"gave up after {failures} failures in a row: {error}") from error
            print(f"will poll again later: {error}", file=sys.stderr)
        if over_at is not None and datetime.now(UTC) - over_at >= AFTER_THE_END:
            return
        await asyncio.sleep(next_wait(every, failures, asked_for))


class RecordedDocumentError(DocumentError):
    """A file of the series is not a document of its provider."""

    def __init__(self, path: Path, error: DocumentError) -> None:
        Exception.__init__(self, f"{path}: {error}")


class Printer:
    """Prints what would be posted, one JSON object per line."""

    async def announce(self, match: Match) -> None:
        """Print the match."""
        print(json.dumps({"match": match.to_dict()}, ensure_ascii=False))

    async def post(self, _match_id: str, signals: tuple[Signal, ...]) -> None:
        """Print the signals."""
        for signal in signals:
            print(json.dumps(signal.to_dict(), ensure_ascii=False), flush=True)


def _feed_client(arguments: argparse.Namespace) -> FeedClient:
    try:
        key = (
            arguments.key_file.read_text(encoding="utf-8").strip()
            if arguments.key_file
            else os.environ.get(KEY_VARIABLE, "")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise PollingError(f"{arguments.key_file}: expected the provider's key, got {error}") from error
    if not key:
        raise PollingError(f"expected the provider's key in --key-file or {KEY_VARIABLE}, got none")
    return FeedClient(url=arguments.feed_url, provider=arguments.provider, key=key)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError("document", "a JSON document", str(error)) from error


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or not value.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError(f'expected "name: value", got {name!r}')
    return name.strip(), value.strip()
