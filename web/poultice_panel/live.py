"""Server-sent events to every page: a whole snapshot first, then each pad's whole entry as it changes, a beat a second.

    event: snapshot   {time, broker_connected, me, pads: {id: {entry...}}}
    event: pad        {entry...}, its info only where that is news
    event: heartbeat  {time, broker_connected}

Everything sent is whole, so a client that reads slowly misses what was overtaken and nothing else: for each pad only
the newest entry waits. One that does not read at all is dropped. What comes within 50 ms goes out together. A stranger
is told that the panel lives, and that it does not know them (`me` null, no pads).
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, Callable

from starlette.responses import StreamingResponse
from starlette.types import Send

from poultice_panel.people.rights import Viewer

MOST_CLIENTS = 64  # fifty phones in a practice, and some room
TOGETHER_S = 0.05
MOST_STRANGERS = 8  # those who are paired must not find the house full of others


class _Client:
    """What waits to be sent to one page: the newest of each kind and pad."""

    def __init__(self, viewer: Viewer | None) -> None:
        self.viewer = viewer
        self.waiting: dict[str, tuple[str, str]] = {}
        self.wake = asyncio.Event()
        self._with_info: set[str] = set()
        self.over = False

    def put(self, key: str, event: str, data: str) -> None:
        self.waiting[key] = (event, data)
        self.wake.set()

    def put_pad(self, pad_id: str, entry: Callable[[bool], str], news: bool) -> None:
        """An entry that overtakes one with info has it, too."""
        if news:
            self._with_info.add(pad_id)
        self.put(f"pad {pad_id}", "pad", entry(pad_id in self._with_info))

    def end(self) -> None:
        self.over = True
        self.waiting = {}
        self.wake.set()

    async def take(self) -> list[tuple[str, str]]:
        await self.wake.wait()
        self.wake.clear()
        taken, self.waiting = list(self.waiting.values()), {}
        self._with_info.clear()
        return taken


class Live:
    """All pages that listen. `snapshot` (of who listens) and `beat` give the JSON to send."""

    def __init__(self, snapshot: Callable[[Viewer | None], str], beat: Callable[[], str]) -> None:
        self._snapshot = snapshot
        self._beat = beat
        self._clients: set[_Client] = set()
        self._number = 0
        self._closed = False

    @property
    def pages(self) -> int:
        """How many listen."""
        return len(self._clients)

    def full(self, viewer: Viewer | None) -> bool:
        """Whether no further page of theirs can listen."""
        like = [client for client in self._clients if (client.viewer is None) == (viewer is None)]
        return self._closed or len(like) >= (MOST_STRANGERS if viewer is None else MOST_CLIENTS)

    def pad(self, pad_id: str, entry_json: Callable[[str, bool], str], info_is_news: bool = True) -> None:
        """A pad's entry changed; what of it is to be seen depends on the person, and it is made with its info, or
        without."""
        entry = functools.cache(entry_json)
        for client in self._clients:
            if client.viewer is not None:
                client.put_pad(pad_id, functools.partial(entry, client.viewer.person), info_is_news)

    def drop(self, phone: str) -> None:
        """What this phone may see has changed: its pages come in anew, or find the door closed."""
        for client in self._clients:
            if client.viewer is not None and client.viewer.phone == phone:
                client.end()

    def beat(self) -> None:
        """Says that the panel lives, and whether the broker does."""
        data = self._beat()
        for client in self._clients:
            client.put("heartbeat", "heartbeat", data)

    def close(self) -> None:
        """Ends all streams."""
        self._closed = True
        for client in self._clients:
            client.end()

    async def stream(self, viewer: Viewer | None) -> AsyncGenerator[bytes, None]:
        """One page's events, until it is dropped."""
        client = _Client(viewer)
        self._clients.add(client)
        try:
            yield self._format("snapshot", self._snapshot(viewer))
            while not client.over and not self._closed:
                events = await client.take()
                if client.over:
                    return
                yield b"".join([self._format(event, data) for event, data in events])
                await asyncio.sleep(TOGETHER_S)
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
