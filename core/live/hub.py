"""One reader of the Redis stream per process, fanned out to a bounded queue per open stream."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.live.messages import DOWN, GOODBYE, RESYNC, START, UP, Message, Position, from_entry, position
from core.live.publishing import LONGEST, cursor, stream_name
from core.live.visitors import Visitor, still_welcome

log = structlog.get_logger()

#: Seconds between two checks of all sessions.
CHECK_EVERY = 5.0
#: Seconds after which a stream's topics are computed again (a changed membership).
RENEW_EVERY = 30.0
#: Seconds without a successful check after which every stream is closed: no access without proof.
CHECK_PATIENCE = 30.0
#: Messages a slow reader may lag behind before it is told to fetch everything again.
QUEUE_LENGTH = 256
#: Milliseconds one XREAD waits for news.
BLOCK = 5_000


class Listener:
    """One open stream."""

    def __init__(self, visitor: Visitor, wanted: frozenset[str] | None) -> None:
        self.visitor = visitor
        self.wanted = wanted
        self.renewed_at = time.monotonic()
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_LENGTH)

    @property
    def topics(self) -> frozenset[str]:
        """What this stream carries: what the page asked for, as far as its person may hear it."""
        allowed = self.visitor.topics
        return allowed if self.wanted is None else allowed & self.wanted

    def put(self, frame: bytes | None) -> None:
        """Queue a frame (None ends the stream); a reader that lags too far starts over with RESYNC."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(RESYNC)
        self.queue.put_nowait(frame)


class Hub:
    """All open streams of this process and the single reader that feeds them."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.closing = False
        self._by_topic: defaultdict[str, set[Listener]] = defaultdict(set)
        self._recent: deque[Message] = deque(maxlen=LONGEST)
        self._complete_since: Position = START
        self._last: Position | None = None
        self._up = True
        self._verified_at = time.monotonic()
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live-sessions")

    # --- life ---------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin reading; called once, inside the server's event loop."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._check())]

    async def stop(self) -> None:
        """End every stream and both tasks."""
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._threads.shutdown(wait=False)

    def close(self) -> None:
        """End every stream; the browsers come back to whichever process is there then."""
        self.closing = True
        for listener in list(self.listeners):
            listener.put(None)

    async def in_thread(self, function: "partial[Visitor | None]") -> Visitor | None:
        """Run a function that talks to the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    # --- listeners ------------------------------------------------------------------------------

    async def join(self, listener: Listener, after: Position | None) -> None:
        """Add a stream and queue what it missed since `after`."""
        try:
            await asyncio.wait_for(self._ready.wait(), 2)
        except TimeoutError:
            listener.put(DOWN)
        self.listeners.add(listener)
        self._subscribe(listener)
        if not self._up:
            listener.put(DOWN)
        if after is not None:
            self._catch_up(listener, after)
        if self.closing:
            listener.put(None)

    def leave(self, listener: Listener) -> None:
        """Forget a stream."""
        self.listeners.discard(listener)
        self._unsubscribe(listener)

    def _subscribe(self, listener: Listener) -> None:
        for topic in listener.topics:
            self._by_topic[topic].add(listener)

    def _unsubscribe(self, listener: Listener) -> None:
        for topic in listener.topics:
            listening = self._by_topic.get(topic)
            if listening is not None:
                listening.discard(listener)
                if not listening:
                    del self._by_topic[topic]

    def _catch_up(self, listener: Listener, after: Position) -> None:
        missed = [
            message.frame
            for message in self._recent
            if message.at > after and message.topic in listener.topics
        ]
        if after < self._complete_since or len(missed) >= QUEUE_LENGTH:
            listener.put(RESYNC)
            return
        for frame in missed:
            listener.put(frame)

    # --- the one reader -------------------------------------------------------------------------

    async def _read(self) -> None:
        redis = Redis.from_url(settings.REDIS_URL, socket_timeout=BLOCK / 1000 + 5, socket_connect_timeout=2)
        wait = 0.2
        try:
            while True:
                try:
                    if self._last is None:
                        await self._load(redis)
                    await self._read_on(redis)
                    wait = 0.2
                except (RedisError, OSError) as error:
                    self._gone(error)
                    await asyncio.sleep(wait)
                    wait = min(wait * 2, 5.0)
        finally:
            await redis.aclose()

    async def _load(self, redis: Redis) -> None:
        """Fill the memory with what the stream still holds."""
        begun = position(cursor()) or START
        entries: Any = await redis.xrange(stream_name(), count=LONGEST + 1000)
        messages = [message for entry in entries if (message := from_entry(*entry))]
        self._recent.extend(messages)
        self._complete_since = min([begun, *(message.at for message in messages[:1])])
        self._last = messages[-1].at if messages else START
        self._ready.set()

    async def _read_on(self, redis: Redis) -> None:
        last = self._last or START
        answer: Any = await redis.xread({stream_name(): f"{last[0]}-{last[1]}"}, count=1000, block=BLOCK)
        if not self._up:
            self._back()
        for _stream, entries in answer or ():
            for entry in entries:
                self._last = position(entry[0].decode()) or self._last
                message = from_entry(*entry)
                if message is not None:
                    self._spread(message)

    def _spread(self, message: Message) -> None:
        if len(self._recent) == LONGEST:
            self._complete_since = self._recent[0].at
        self._recent.append(message)
        for listener in self._by_topic.get(message.topic, ()):
            listener.put(message.frame)

    def _gone(self, error: Exception) -> None:
        if self._up:
            log.warning("live stream lost its Redis", error=str(error))
            self._up = False
            self._tell(DOWN)

    def _back(self) -> None:
        """Redis answers again; what was published meanwhile may be lost, so everybody fetches anew."""
        self._up = True
        self._complete_since = position(cursor()) or START
        self._tell(UP)
        self._tell(RESYNC)

    def _tell(self, frame: bytes) -> None:
        for listener in self.listeners:
            listener.put(frame)

    # --- sessions -----------------------------------------------------------------------------

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_EVERY)
            if not self.listeners:
                self._verified_at = time.monotonic()
                continue
            try:
                await self._check_once(list(self.listeners))
            except (DatabaseError, OSError) as error:
                log.warning("sessions could not be checked", error=str(error))
                if time.monotonic() - self._verified_at > CHECK_PATIENCE:
                    self._dismiss(self.listeners, RESYNC)

    async def _check_once(self, listeners: list[Listener]) -> None:
        now = time.monotonic()
        old = [listener for listener in listeners if now - listener.renewed_at > RENEW_EVERY]
        ask = partial(
            still_welcome,
            {listener.visitor for listener in listeners},
            renew={listener.visitor for listener in old},
        )
        good = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        self._verified_at = time.monotonic()
        self._dismiss((listener for listener in listeners if listener.visitor not in good), GOODBYE)
        for listener in old:
            if listener.visitor in good:
                self._renew(listener, good[listener.visitor])

    def _renew(self, listener: Listener, visitor: Visitor) -> None:
        listener.renewed_at = time.monotonic()
        if listener in self.listeners and visitor.topics != listener.visitor.topics:
            self._unsubscribe(listener)
            listener.visitor = visitor
            self._subscribe(listener)

    def _dismiss(self, listeners: Iterable[Listener], last_words: bytes) -> None:
        for listener in list(listeners):
            listener.put(last_words)
            listener.put(None)
