"""Delivery mode `broadcast`: a pass, the channels of an audience and a viewer, and their documents.

A channel may lose a message, even after it has acknowledged the subscription
(https://github.com/aws/aws-appsync-community/issues/405), so the app reads the audience's document after it
has subscribed, on a gap of versions, and now and then.
"""

import asyncio
import json
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, repeat

import aiohttp

from domain.candidate_choice import components_message
from domain.channel import is_sampled
from domain.choice import Exposure
from domain.interaction import CHOICES, InteractionType
from local.play.replay.channels.audience_history import AudienceHistory, Message
from local.play.replay.channels.choices import choose, read_event
from local.play.replay.channels.document_reader import DocumentReader
from local.play.replay.channels.events_socket import EventsSocket, Published
from local.play.replay.channels.viewers_api import MAX_REPORTED, Pass, ViewersApi
from local.play.replay.errors import NotConnectedError
from local.play.replay.interactions import portions
from local.play.replay.transport import Interaction, Joining, Received

_SETTLED_SECONDS = 3.0
"""After this time, or up to twice as long, a document that was being written is at the edge."""
_REREAD_SECONDS = 2.0
_MOST_READS = 6
"""The first pause before a document that lacks a version is read again, and how often it is."""
_RENEWAL_SECONDS = 5.0
"""Within this time apps renew their passes when all of them have the same reason."""
_ANSWER_SECONDS = 2.0
"""How long an app that is closed waits for the answers to its last reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDelivery:
    """A stage that publishes to audiences; the URLs are those of the app's config.json."""

    viewers_url: str
    events_url: str
    realtime_url: str

    def transport(self, joining: Joining) -> "ChannelTransport":
        """Return a transport that is not connected yet."""
        return ChannelTransport(self, joining)


class ChannelTransport:
    """One viewer on the channels of a match, with what the viewer has seen there."""

    def __init__(self, delivery: ChannelDelivery, joining: Joining) -> None:
        self._delivery = delivery
        self._rng = joining.rng
        self._joining = joining
        self._api = ViewersApi(delivery.viewers_url, joining)
        self._documents = DocumentReader(joining)
        self._history = AudienceHistory()
        self._sights: dict[str, Exposure] = {}
        self._inbox: asyncio.Queue[Received | None] = asyncio.Queue()
        self._gap = asyncio.Event()
        self._has_own_document = False
        self.may_be_named = False
        """True once the viewer made a choice or got an own message, which an app remembers over a reload."""
        self._socket: EventsSocket | None = None
        self._following: list[asyncio.Task[None]] = []
        self._renewal: asyncio.Task[None] | None = None
        self._reports: set[asyncio.Task[None]] = set()

    @property
    def unanswered(self) -> int:
        """How many reports the server has not answered yet."""
        return len(self._reports)

    async def connect(self, *, follows: bool = True) -> None:
        """Get a pass, connect and, unless told otherwise, subscribe to both channels of the pass."""
        await self._stop_following()
        self._inbox = asyncio.Queue()
        self._hold(await self._api.request_pass())
        self._socket = await EventsSocket.open(
            self._joining.http,
            realtime_url=self._delivery.realtime_url,
            events_url=self._delivery.events_url,
            token=self._pass.token,
        )
        self._history.reopen()
        if follows:
            await self._socket.subscribe(self._pass.channels)
            self._follow(self._read_documents())
        self._follow(self._read_socket(self._socket))

    async def receive(self) -> Received | None:
        """Return the next message of a channel or a document; None once the socket is closed."""
        received = await self._inbox.get()
        if received is None:
            for task in self._following:
                if task.done() and not task.cancelled():
                    task.result()
        return received

    async def report(self, interactions: Sequence[Interaction]) -> None:
        """Report what is in the sample, and the impressions of what was clicked, over HTTPS.

        Every impression is one more sight of its component, which limits count. Unlike an app's, reports do
        not wait for others: a replay waits for their answers.
        """
        for portion in portions(self._to_report(interactions), MAX_REPORTED):
            task = asyncio.create_task(self._api.report(portion))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def close(self) -> None:
        """Wait a moment for the answers to the last reports, and close the socket."""
        if self._reports:
            await asyncio.wait(self._reports, timeout=_ANSWER_SECONDS)
        for report in list(self._reports):
            report.cancel()
        if self._socket is not None:
            await self._socket.close()
        await self._stop_following()

    def drop(self) -> None:
        """Drop the socket without a close frame."""
        if self._socket is not None:
            self._socket.drop()

    def _hold(self, given: Pass) -> None:
        self._pass = given
        now = datetime.now(tz=UTC)
        # Apps that came together do not renew together.
        self._renew_at = now + self._rng.uniform(0.5, 0.9) * (given.expires_at - now)

    def _follow(self, reading: Coroutine[None, None, None]) -> None:
        """Read in the background; the connection is lost when the reading ends."""
        task, inbox = asyncio.create_task(reading), self._inbox
        task.add_done_callback(lambda _: inbox.put_nowait(None))
        self._following.append(task)

    async def _stop_following(self) -> None:
        tasks = [*self._following, *([self._renewal] if self._renewal else [])]
        self._following, self._renewal = [], None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_socket(self, socket: EventsSocket) -> None:
        while (published := await socket.receive()) is not None:
            self._take_published(published)

    def _take_published(self, published: Published) -> None:
        message = read_event(published.event)
        is_own = published.channel == self._pass.channels[1]
        if is_own:
            self._has_own_document = self.may_be_named = True
        else:
            self._history.follow(message["version"])
        self._history.add(message)
        self._inbox.put_nowait(Received(choose(published.event, self._sights), published.at_ms, is_own))
        if not self._history.is_gapless:
            self._gap.set()
        self._check_rules(message)

    async def _read_documents(self) -> None:
        """Read the audience's document, again on a gap, and those that exist now and then.

        The own one exists only for viewers who are asked for by name; others would ask the bucket each time.
        """
        audience_link, own_link = self._pass.documents
        # The viewer's own message is preferred, so it comes first.
        if self.may_be_named:
            self._take_document(await self._documents.read(own_link), is_own=True)
        self._take_document(await self._documents.read(audience_link), is_own=False)
        # What was published just before the subscription may not have been in the document yet.
        pauses = chain([(_SETTLED_SECONDS, 2 * _SETTLED_SECONDS)], repeat(self._pass.refresh_seconds))
        reads = 0
        while True:
            if self._history.is_gapless:
                reads = 0
                self._gap.clear()
                if not await self._gap_within(self._rng.uniform(*next(pauses))):
                    await self._refresh()
                    continue
            elif reads == _MOST_READS:
                self._history.give_up()
                continue
            await asyncio.sleep(self._rng.uniform(0, _REREAD_SECONDS * 2**reads))
            reads += 1
            self._take_document(await self._documents.read(self._pass.documents[0]), is_own=False)

    async def _refresh(self) -> None:
        if datetime.now(tz=UTC) >= self._renew_at:
            await self._renew()
        audience_link, own_link = self._pass.documents
        if self._has_own_document:
            self._take_document(await self._documents.read(own_link), is_own=True)
        self._take_document(await self._documents.read(audience_link), is_own=False)

    async def _gap_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._gap.wait()
        except TimeoutError:
            return False
        return True

    def _take_document(self, text: str | None, *, is_own: bool) -> None:
        """Take what is new in a document, each version as a message of its own, oldest first."""
        if text is None:
            return
        at_ms = time.time() * 1000
        document = json.loads(text)
        if is_own:
            self._has_own_document = True
        else:
            self._history.cover(document["version"])
        for message in self._history.add(document):
            alone = {name: value for name, value in message.items() if name != "missed"}
            chosen = components_message({**alone, "snapshot": True}, self._sights)
            self._inbox.put_nowait(Received(chosen, at_ms, is_own))
        self._check_rules(document)

    def _check_rules(self, message: Message) -> None:
        """Renew the pass if the rules ask for other consents: the viewer's audience may have changed."""
        is_renewing = self._renewal is not None and not self._renewal.done()
        if message["rulesEdition"] != self._pass.rules_edition and not is_renewing:
            self._renewal = asyncio.create_task(self._renew_for_rules())

    async def _renew_for_rules(self) -> None:
        await asyncio.sleep(self._rng.uniform(0, _RENEWAL_SECONDS))
        await self._renew()

    async def _renew(self) -> None:
        """Replace the pass; in another audience the app connects anew. A failure is tried again later."""
        try:
            renewed = await self._api.request_pass()
        except (aiohttp.ClientError, NotConnectedError, TimeoutError) as error:
            self._joining.count_error(getattr(error, "code", type(error).__name__))
            return
        is_moved = renewed.channels != self._pass.channels
        self._hold(renewed)
        if is_moved and self._socket is not None:
            await self._socket.close()

    def _to_report(self, interactions: Sequence[Interaction]) -> list[Interaction]:
        """Return the interactions that are reported, and remember every sight."""
        now = datetime.now(tz=UTC)
        reactions = [each for each in interactions if each["type"] != InteractionType.IMPRESSION.value]
        self.may_be_named |= any(each["type"] in CHOICES for each in reactions)
        proven = {(each["version"], each["componentId"]) for each in reactions}
        reported: list[Interaction] = []
        for each in interactions:
            component_id, version = each["componentId"], each["version"]
            if each["type"] == InteractionType.IMPRESSION.value:
                seen = self._sights.get(component_id)
                self._sights[component_id] = Exposure(count=seen.count + 1 if seen else 1, last_at=now)
                is_needed = (version, component_id) in proven or is_sampled(
                    self._pass.impression_share, self._pass.own_address, version, each["slot"], component_id
                )
                if not is_needed:
                    continue
            reported.append(each)
        return reported
