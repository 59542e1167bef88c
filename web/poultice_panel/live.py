"""Server-sent events to every page: a whole snapshot first, then each pad's whole entry as it changes, a beat a second.

    event: snapshot   {time, broker_connected, pads: {id: {entry..., curve}}}
    event: pad        {entry...}
    event: heartbeat  {time, broker_connected}

Everything sent is whole, so a client that reads slowly misses what was overtaken and nothing else: for each pad only
the newest entry waits. One that does not read at all is dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from starlette.responses import StreamingResponse
from starlette.types import Send

MOST_CLIENTS = 64  # fifty phones in a practice, and some room


class _Client:
    """What waits to be sent to one page: the newest of each kind and pad."""

    def __init__(self) -> None:
        self.waiting: dict[str, tuple[str, str]] = {}
        self.wake = asyncio.Event()

    def put(self, key: str, event: str, data: str) -> None:
        self.waiting[key] = (event, data)
        self.wake.set()

    async def take(self) -> list[tuple[str, str]]:
        await self.wake.wait()
        self.wake.clear()
        taken, self.waiting = list(self.waiting.values()), {}
        return taken


class Live:
    """All pages that listen. `snapshot` and `beat` give the JSON to send."""

    def __init__(self, snapshot: Callable[[], str], beat: Callable[[], str]) -> None:
        self._snapshot = snapshot
        self._beat = beat
        self._clients: set[_Client] = set()
        self._number = 0
        self._closed = False

    @property
    def full(self) -> bool:
        """Whether no further page can listen."""
        return self._closed or len(self._clients) >= MOST_CLIENTS

    def pad(self, pad_id: str, entry_json: str) -> None:
        """A pad's entry changed."""
        for client in self._clients:
            client.put(f"pad {pad_id}", "pad", entry_json)

    def beat(self) -> None:
        """Says that the panel lives, and whether the broker does."""
        data = self._beat()
        for client in self._clients:
            client.put("heartbeat", "heartbeat", data)

    def close(self) -> None:
        """Ends all streams."""
        self._closed = True
        for client in self._clients:
            client.wake.set()

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """One page's events, for ever."""
        client = _Client()
        self._clients.add(client)
        try:
            yield self._format("snapshot", self._snapshot())
            while not self._closed:
                for event, data in await client.take():
                    yield self._format(event, data)
        finally:
            self._clients.discard(client)

    def _format(self, event: str, data: str) -> bytes:
        """`data` is JSON without line breaks."""
        self._number += 1
        return f"event: {event}\nid: {self._number}\ndata: {data}\n\n".encode()


class EventStream(StreamingResponse):
    """A stream of events; one that does not read is ended by the system (server.py)."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._events = events

    async def stream_response(self, send: Send) -> None:
        """Sends events until the page goes, which may be while one is being sent."""
        try:
            await super().stream_response(send)
        finally:
            await self._events.aclose()
