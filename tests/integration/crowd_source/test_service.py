"""The service against local servers with the protocols of the sources."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from botocore.exceptions import EndpointConnectionError

from crowd_source.cloudwatch_health import CloudWatchHealth
from crowd_source.filtered_stream import FilteredStreamSource, rules_of
from crowd_source.health import HealthReporter
from crowd_source.jetstream import JetstreamSource
from crowd_source.kinesis_sink import KinesisSink
from crowd_source.lexicon_judge import LexiconJudge
from crowd_source.parameter_control import ParameterControl
from crowd_source.ports import Health, PostSource, SourceError
from crowd_source.service import MAX_PAUSE_SECONDS, CrowdService, pause_seconds
from crowd_source.settings import Settings
from domain.crowd.aggregate import Post, PostAggregator
from domain.crowd.watch_list import WatchedMatch, WatchList
from domain.errors import SettingError
from domain.signal import Signal

ITALY = WatchList((WatchedMatch(match_id="m", keywords=("Italy", "#TURITA")),))
START_MICROSECONDS = 1_623_438_030_000_000


@asynccontextmanager
async def served(*routes: web.RouteDef) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Yield a session and the address of a server with these routes."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield session, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def jetstream_message(seconds: float, text: str, operation: str = "create") -> str:
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2021-06-11T19:00:30Z"}
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": "r", "record": record}
    return json.dumps(
        {
            "did": "did:plc:x",
            "time_us": START_MICROSECONDS + int(seconds * 1e6),
            "kind": "commit",
            "commit": commit,
        }
    )


def at_second(seconds: float) -> Callable[[], datetime]:
    """Return a clock that stands so many seconds after the start."""
    return lambda: datetime.fromtimestamp(START_MICROSECONDS / 1e6 + seconds, tz=UTC)


class Jetstream:
    """Sends one script per connection and closes it; a connection after the last script stays open."""

    def __init__(self, *scripts: list[str]) -> None:
        self._scripts = list(scripts)
        self.queries: list[dict[str, str]] = []
        self.closed = 0

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        self.queries.append(dict(request.query))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        script = self._scripts.pop(0) if self._scripts else None
        for message in script or []:
            await socket.send_str(message)
        if script is None:
            await socket.receive()
            self.closed += 1
        await socket.close()
        return socket


class CollectingSink:
    """A sink that keeps signals, and can be blocked."""

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.open = asyncio.Event()
        self.open.set()

    async def publish(self, signals: Sequence[Signal]) -> None:
        if signals:
            await self.open.wait()
            self.signals.extend(signals)


class VariableControl:
    """A watch list that the test changes."""

    def __init__(self, watched: WatchList = ITALY) -> None:
        self.watched = watched

    async def read(self) -> WatchList:
        return self.watched


class RecordedHealth:
    """Health reports as they came."""

    def __init__(self) -> None:
        self.reports: list[bool] = []

    async def report(self, *, is_healthy: bool) -> None:
        self.reports.append(is_healthy)


@asynccontextmanager
async def running(
    source: PostSource,
    sink: CollectingSink,
    control: VariableControl,
    *,
    health: Health | None = None,
    monotonic: Callable[[], float] | None = None,
) -> AsyncIterator[CrowdService]:
    service = CrowdService(
        source=source,
        judge=LexiconJudge(),
        sink=sink,
        control=control,
        control_seconds=0.01,
        health=HealthReporter(health or RecordedHealth(), monotonic or time.monotonic),
        now=lambda: datetime.fromtimestamp(START_MICROSECONDS / 1e6, tz=UTC),
        chance=lambda: 0.0,
    )
    task = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def test_posts_from_jetstream_are_counted_with_their_sentiment() -> None:
    script = [
        jetstream_message(1, "Forza Italy, brilliant!"),
        jetstream_message(2, "nothing about it"),
        jetstream_message(3, "Italy were robbed 😡"),
        jetstream_message(4, "Italy again", operation="delete"),
        "not JSON",
        jetstream_message(13, "Italy"),
    ]
    jetstream, sink = Jetstream(script), CollectingSink()
    async with (
        served(web.get("/subscribe", jetstream.handle)) as (session, url),
        running(JetstreamSource(session, f"{url}/subscribe"), sink, VariableControl()),
    ):
        await until(lambda: sink.signals)
    [first] = sink.signals
    assert first.posts is not None
    assert (first.match_id, first.source, first.posts.count, first.posts.sentiment_count) == (
        "m",
        "bluesky",
        2,
        2,
    )
    assert jetstream.queries[0]["wantedCollections"] == "app.bsky.feed.post"


async def test_a_new_connection_to_jetstream_continues_at_the_last_post() -> None:
    jetstream, sink = (
        Jetstream([jetstream_message(1, "Italy")], [jetstream_message(2, "Italy")]),
        CollectingSink(),
    )
    async with (
        served(web.get("/subscribe", jetstream.handle)) as (session, url),
        running(
            JetstreamSource(session, f"{url}/subscribe", now=at_second(30)), sink, VariableControl()
        ) as service,
    ):
        await until(lambda: len(jetstream.queries) == 3)
        assert service.counts == {"posts": 2, "reconnections": 2}
    assert [query.get("cursor") for query in jetstream.queries] == [
        None,
        str(START_MICROSECONDS + 1_000_001),
        str(START_MICROSECONDS + 2_000_001),
    ]


async def test_posts_that_are_too_late_to_count_are_skipped() -> None:
    # GIVEN a connection that is lost, and opened again 100 seconds after its last post
    jetstream = Jetstream([jetstream_message(1, "Italy")], [jetstream_message(102, "Italy")])
    async with (
        served(web.get("/subscribe", jetstream.handle)) as (session, url),
        running(
            source := JetstreamSource(session, f"{url}/subscribe", now=at_second(101)),
            CollectingSink(),
            VariableControl(),
        ),
    ):
        await until(lambda: len(jetstream.queries) == 3)
    # THEN it starts at the live posts, and the next one continues where this one ended
    cursors = [query.get("cursor") for query in jetstream.queries]
    assert cursors == [None, None, str(START_MICROSECONDS + 102_000_001)]
    assert source.skipped_seconds == pytest.approx(100)


async def test_a_stream_that_is_open_and_silent_is_opened_again() -> None:
    jetstream = Jetstream()
    async with (
        served(web.get("/subscribe", jetstream.handle)) as (session, url),
        running(
            JetstreamSource(session, f"{url}/subscribe", silence_seconds=0.05),
            CollectingSink(),
            VariableControl(),
        ) as service,
    ):
        await until(lambda: len(jetstream.queries) >= 3)
        assert service.counts["reconnections"] >= 2
        await until(lambda: jetstream.closed >= 2)


async def test_a_source_that_is_open_and_silent_is_reported_and_one_that_is_switched_off_is_not() -> None:
    # GIVEN a source that sends posts about another match, and then nothing
    others = [jetstream_message(second, "nothing about it") for second in range(3)]
    jetstream, control, health = Jetstream(others), VariableControl(), RecordedHealth()
    minutes = itertools.count(step=60.0)
    async with (
        served(web.get("/subscribe", jetstream.handle)) as (session, url),
        running(
            JetstreamSource(session, f"{url}/subscribe"),
            CollectingSink(),
            control,
            health=health,
            monotonic=lambda: next(minutes),
        ),
    ):
        # THEN the minute in which messages came is healthy, and the silent ones are not
        await until(lambda: len(jetstream.queries) == 2 and health.reports[-3:] == [False, False, False])
        assert True in health.reports
        # AND a source that operators have switched off is healthy
        control.watched = WatchList()
        await until(lambda: health.reports[-3:] == [True, True, True])


async def test_a_metric_that_is_refused_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Refused:
        def put_metric_data(self, **_request: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://monitoring.example")

    await CloudWatchHealth(Refused(), "Touchline/test").report(is_healthy=True)
    assert "health not reported" in caplog.text


async def test_the_kill_switch_disconnects_the_source_and_reconnects_it() -> None:
    jetstream, control = Jetstream(), VariableControl(WatchList())
    async with (
        served(web.get("/subscribe", jetstream.handle)) as (session, url),
        running(JetstreamSource(session, f"{url}/subscribe"), CollectingSink(), control),
    ):
        # GIVEN the switch is off, there is no connection
        await asyncio.sleep(0.05)
        assert not jetstream.queries
        # WHEN it is on, off and on again, THEN each time there is one more connection
        for connections in (1, 2):
            control.watched = ITALY
            await until(lambda: len(jetstream.queries) == connections)  # noqa: B023
            control.watched = WatchList()
            await until(lambda: jetstream.closed == connections)  # noqa: B023
        await asyncio.sleep(0.05)
        assert len(jetstream.queries) == 2


async def test_a_blocked_sink_stops_the_reading_of_the_source() -> None:
    # GIVEN many more posts than sockets buffer, each closing an interval, and a blocked sink
    posts = 20_000
    sent = 0

    async def flood(request: web.Request) -> web.WebSocketResponse:
        nonlocal sent
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for number in range(posts):
            await socket.send_str(jetstream_message(number * 10, "Italy " + "x" * 900))
            sent = number
        return socket

    sink = CollectingSink()
    sink.open.clear()
    async with (
        served(web.get("/subscribe", flood)) as (session, url),
        running(JetstreamSource(session, f"{url}/subscribe"), sink, VariableControl()) as service,
    ):
        await until(lambda: sent > 100)
        before = -1
        while before != sent:
            before = sent
            await asyncio.sleep(0.2)
        # THEN the server cannot send them all, and the service has read only a few
        assert sent < posts - 1
        assert service.counts["posts"] < 10
        # WHEN the sink is unblocked, THEN signals arrive
        sink.open.set()
        await until(lambda: len(sink.signals) > 100)


async def read(source: PostSource, posts: list[Post]) -> None:
    async for post in source.posts(ITALY):
        posts.append(post)


class FilteredStream:
    """X's rules and stream, which ends after its lines."""

    def __init__(self, *lines: bytes, status: int = 200) -> None:
        self.lines, self.status = lines, status
        self.rules = [{"id": "1", "value": "(cats)"}]
        self.tokens: set[str | None] = set()

    async def read_rules(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("Authorization"))
        return web.json_response({"data": self.rules})

    async def change_rules(self, request: web.Request) -> web.Response:
        change = await request.json()
        gone = change.get("delete", {}).get("ids", [])
        self.rules = [rule for rule in self.rules if rule["id"] not in gone]
        self.rules += [{"id": f"n{n}", **rule} for n, rule in enumerate(change.get("add", []))]
        return web.json_response({"data": self.rules})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        if self.status != 200:
            return web.Response(status=self.status, headers={"x-rate-limit-reset": "1100"})
        response = web.StreamResponse()
        await response.prepare(request)
        for line in self.lines:
            await response.write(line + b"\r\n")
        return response

    def routes(self) -> tuple[web.RouteDef, ...]:
        path = "/2/tweets/search/stream"
        return (
            web.get(f"{path}/rules", self.read_rules),
            web.post(f"{path}/rules", self.change_rules),
            web.get(path, self.stream),
        )


async def test_the_filtered_stream_has_the_rules_of_the_watch_list_and_yields_posts() -> None:
    line = {"data": {"id": "1", "text": "Italy!", "created_at": "2021-06-11T19:10:12.000Z"}}
    server = FilteredStream(json.dumps(line).encode(), b"", b"{}")
    posts: list[Post] = []
    async with served(*server.routes()) as (session, url):
        with pytest.raises(SourceError, match="closed the stream"):
            await read(FilteredStreamSource(session, url, "t0ken"), posts)
    assert [(post.text, post.at) for post in posts] == [
        ("Italy!", datetime(2021, 6, 11, 19, 10, 12, tzinfo=UTC))
    ]
    assert [rule["value"] for rule in server.rules] == rules_of(ITALY.matches[0])
    assert server.tokens == {"Bearer t0ken"}


async def test_a_rate_limited_source_is_not_called_before_its_limit_resets() -> None:
    async with served(*FilteredStream(status=429).routes()) as (session, url):
        source = FilteredStreamSource(session, url, "t", clock=lambda: 1000.0)
        with pytest.raises(SourceError) as caught:
            await read(source, [])
    assert caught.value.wait_seconds == 100


def test_rules_stay_within_the_maximum_length_and_contain_every_keyword() -> None:
    match = WatchedMatch(
        match_id="m", keywords=tuple(f"team number {number:02d}" + "x" * 80 for number in range(20))
    )
    rules = rules_of(match)
    assert all(len(rule) <= 512 for rule in rules)
    assert all(any(f'"{keyword}"' in rule for rule in rules) for keyword in match.keywords)


def test_pauses_grow_exponentially_to_a_limit_with_jitter() -> None:
    assert [pause_seconds(failures, 1.0) for failures in (0, 1, 3, 50)] == [1, 2, 8, MAX_PAUSE_SECONDS]
    assert pause_seconds(5, 0.25) == 8


class FakeKinesis:
    """Refuses every other record of the first call."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.calls = 0

    def put_records(self, **request: Any) -> dict[str, Any]:
        records = request["Records"]
        self.calls += 1
        refused = [self.calls == 1 and index % 2 == 1 for index in range(len(records))]
        self.kept += [record for record, no in zip(records, refused, strict=True) if not no]
        results = [{"ErrorCode": "ProvisionedThroughputExceededException"} if no else {} for no in refused]
        return {"FailedRecordCount": sum(refused), "Records": results}


async def test_only_records_that_kinesis_refused_are_written_again() -> None:
    aggregator = PostAggregator("s")
    aggregator.follow({f"m{n}" for n in range(10)})
    start = datetime.fromtimestamp(0, tz=UTC)
    list(aggregator.close_until(start))
    signals = list(aggregator.close_until(datetime.fromtimestamp(60, tz=UTC)))
    kinesis = FakeKinesis()
    await KinesisSink(kinesis, "signals").publish(signals)
    assert sorted(record["PartitionKey"] for record in kinesis.kept) == sorted(s.match_id for s in signals)
    assert kinesis.calls == 2


class Ssm:
    def __init__(self, **values: str) -> None:
        self.values = values

    def get_parameters(self, **request: Any) -> dict[str, Any]:
        found = [name for name in request["Names"] if name in self.values]
        return {"Parameters": [{"Name": name, "Value": self.values[name]} for name in found]}


async def test_the_switch_is_on_only_for_on_and_an_invalid_watch_list_is_ignored() -> None:
    ssm = Ssm(switch="on", watch='{"matches": [{"match_id": "m", "keywords": ["Italy"]}]}')
    control = ParameterControl(ssm, switch_name="switch", watch_list_name="watch")
    assert (await control.read()).match_ids == {"m"}
    ssm.values["watch"] = "not JSON"
    assert (await control.read()).match_ids == {"m"}
    for switch in ("off", "", "maybe"):
        ssm.values["switch"] = switch
        assert (await control.read()).match_ids == set()


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(SettingError, match="SOURCE"):
        Settings.from_environment({})
    given = {
        "SOURCE": "x",
        "SENTIMENT": "lexicon",
        "SIGNALS_STREAM_NAME": "s",
        "SWITCH_PARAMETER_NAME": "a",
        "WATCH_LIST_PARAMETER_NAME": "b",
        "METRICS_NAMESPACE": "Touchline/test",
    }
    with pytest.raises(SettingError, match="BEARER_TOKEN_SECRET_ARN"):
        Settings.from_environment(given)
    assert Settings.from_environment({**given, "SOURCE": "bluesky"}).source_url.startswith("wss://")
