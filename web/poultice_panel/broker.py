"""The panel's end of MQTT: the broker's thread on one side, asyncio on the other."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Callable

from poultice.mqtt.connection import BrokerAddress, Connection, Extras
from poultice.mqtt.topics import ControllerTopics, PadTopics

log = logging.getLogger(__name__)

EXPIRY_S = 3  # a page waits for two
ANY_PAD = PadTopics("+")
ANY_CONTROLLER = ControllerTopics("+")
WANTED = (
    ANY_CONTROLLER.availability,
    ANY_CONTROLLER.info,
    ANY_CONTROLLER.health,
    ANY_PAD.availability,
    ANY_PAD.info,
    ANY_PAD.state,
    ANY_PAD.health,
    ANY_PAD.prompt,
    ANY_PAD.reply("phone", "+"),
    ANY_PAD.result("phone", "+"),
)

Hear = Callable[[str, bytes, bool], None]


class Broker:
    """Connects for ever; calls `hear` and `changed` in the event loop that it was made in."""

    def __init__(self, address: BrokerAddress, hear: Hear, changed: Callable[[bool], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._hear = hear
        self._changed = changed
        self._waiting: deque[tuple[Callable[..., None], tuple[object, ...]]] = deque()
        self._waking = False
        self._connection = Connection(address, f"poultice-panel-{secrets.token_hex(4)}", self)
        self._connection.start()

    @property
    def connected(self) -> bool:
        """Whether the broker has let us in."""
        return self._connection.connected

    def publish(self, topic: str, payload: bytes) -> bool:
        """Sends at least once over this connection; False, and never sent, where there is none. What nobody waits for
        any more expires on its way, but a STOP."""
        expiry_s = None if topic.endswith("/stop") else EXPIRY_S
        return self._connection.publish(topic, payload, 1, extras=Extras(expiry_s))

    async def close(self) -> None:
        """Says good-bye."""
        await asyncio.to_thread(self._connection.stop, 0.3)

    # From here on, the connection's thread calls.

    def on_connected(self, _protocol: str) -> None:
        """Subscribes; `changed` runs before anything that the broker retains is heard."""
        self._soon(self._changed, True)
        self._connection.subscribe(WANTED)

    def on_disconnected(self, reason: str) -> None:
        """Passes it on."""
        log.warning("%s", reason)
        self._soon(self._changed, False)

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Passes it on."""
        self._soon(self._hear, topic, payload, retained)

    def _soon(self, call: Callable[..., None], *args: object) -> None:
        """In the event loop, in the order of calls: what comes before it has looked waits together, which is cheaper
        than to wake it for each."""
        self._waiting.append((call, args))
        if not self._waking:
            self._waking = True
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody is left to hear it
                self._loop.call_soon_threadsafe(self._do_all)

    def _do_all(self) -> None:
        self._waking = False  # before it looks: what comes from now on wakes it again
        while self._waiting:
            call, args = self._waiting.popleft()
            call(*args)
