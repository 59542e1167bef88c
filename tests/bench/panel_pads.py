"""Pads that are only messages: whoever watches them cannot tell, and no controller takes this computer's time."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from poultice.description import layout, load_programs, pad_info
from poultice.mqtt.messages import ControllerInfo, PadState, Reason, ZoneState
from poultice.mqtt.topics import ControllerTopics, PadTopics
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Phase

CONTROLLER = "bench"


@dataclass
class Pads:
    """So many pads of one controller; `say` publishes a state of one of them."""

    client: Client
    names: list[str]
    _seq: itertools.count[int] = field(default_factory=itertools.count)

    def say(self, name: str, words: str) -> float:
        """A state of a pad that warms; when it was sent, s since 1970."""
        now = datetime.now(UTC)
        seq = next(self._seq)
        state = PadState(
            seq=seq,
            epoch=f"e{seq}",
            time=now,
            phase=Phase.IDLE,
            armed=False,
            outputs_off=True,
            zones={zone: ZoneState(temperature=30 + seq % 10 / 10) for zone in layout().zone_names},
            motors={},
            reason=Reason(code="bench", text=words),
        )
        payload = state.model_dump_json()
        sent_s = time.time()
        self.client.publish(PadTopics(name).state, payload, 1, retain=True)
        return sent_s


@contextlib.contextmanager
def pads(port: int, count: int) -> Iterator[Pads]:
    """`count` pads that are there, at the broker of that port."""
    client = Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    names = [f"pad-{number}" for number in range(count)]
    programs = load_programs(Path("nowhere"), HostLimits())
    topics = ControllerTopics(CONTROLLER)
    client.publish(topics.availability, "online", 1, retain=True)
    info = ControllerInfo(version="0", host="bench", pads=names)
    client.publish(topics.info, info.model_dump_json(), 1, retain=True)
    told = Pads(client, names)
    for name in names:
        pad = pad_info(
            name=name,
            controller=CONTROLLER,
            simulated=False,
            hello=None,
            limits=HostLimits(),
            programs=programs.values(),
        )
        client.publish(PadTopics(name).info, pad.model_dump_json(), 1, retain=True)
        client.publish(PadTopics(name).availability, "online", 1, retain=True)
        told.say(name, "begun")
    yield told
    client.disconnect()
    client.loop_stop()
