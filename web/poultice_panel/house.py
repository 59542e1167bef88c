"""Everything the panel knows and can do, behind one door: what MQTT says goes in, pages and questions get it."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from poultice.mqtt import topics

from poultice_panel.asking import Asking, Publish
from poultice_panel.clock import Clock
from poultice_panel.last_hour import Curve
from poultice_panel.live import Live
from poultice_panel.pads import Pad, Pads
from poultice_panel.people.backup import Backup, persons_part
from poultice_panel.people.ceilings import Ceilings
from poultice_panel.people.desk import Desk
from poultice_panel.people.door import Access, Door
from poultice_panel.people.rights import Viewer
from poultice_panel.people.store import Store
from poultice_panel.so_far import SoFar

SaveAll = Callable[[], Path]
"""Makes a backup of everything on this computer, in a file that may be removed. Waits for a disk. Raises ValueError
with a sentence."""


class House:
    """Lives in the event loop; nothing here waits. `publish` is set once there is a broker to ask, `watch` by whoever
    wants to know which pad changed, `foretell` by who finds out what is expected of a session that began."""

    def __init__(self, clock: Clock, access: Access | None = None, save_all: SaveAll | None = None) -> None:
        access = access or Access()
        self.save_all = save_all
        self._clock = clock
        self.access = access
        store = Store(access.directory)
        self.door = Door(access, store)
        self._curves: dict[str, Curve] = {}
        self._courses: dict[str, SoFar] = {}
        self.broker_connected = False
        self.heard = 0
        self.publish: Publish = _nowhere
        self.watch: Callable[[str], None] = _nobody
        self.foretell: Callable[[str, SoFar], None] = _nobody_knows
        self.pads = Pads()
        self.live = Live(self.snapshot_json, self.beat_json)
        self.asking = Asking(self._publish, clock.now_s)
        self.people = Desk(store, clock, self.live.drop)
        self.ceilings = Ceilings(lambda: self.people.people.persons, self.asking.query)
        self.people.persons_changed = self.ceilings.poke
        self.backup = Backup({"persons": persons_part(self.people)})
        self._arrival = asyncio.Event()

    def wall(self) -> datetime:
        """The time of day."""
        return self._clock.wall()

    def _publish(self, topic: str, payload: bytes) -> bool:
        return self.publish(topic, payload)

    def broker_changed(self, connected: bool) -> None:
        """The broker let us in, or is gone."""
        news = connected != self.broker_connected
        self.broker_connected = connected
        if connected:
            self._show(self.pads.forget_who_is_there())
        if news:
            self.live.beat()

    def hear(self, topic: str, payload: bytes, retained: bool) -> None:
        """Takes in one message."""
        now_s = self._clock.now_s()
        self.heard += 1
        changed = self.pads.fold(topic, payload, retained, now_s, self._clock.wall())
        parsed = topics.parse(topic)
        if parsed is None or parsed.kind != "pad":
            self._show(changed)
        elif parsed.path[0] in ("reply", "result"):
            self.asking.heard_answer(parsed.path[0], payload)
        else:
            self._show(changed, info_is_news=parsed.path == ("info",))
            self._arrival.set()
            if parsed.path == ("event",) and not retained:
                self.people.heard_event(payload)
            if changed and parsed.path == ("state",) and not retained:
                self._new_state(parsed.id, now_s)

    async def epoch(self, pad_id: str, within_s: float) -> str | None:
        """The newest epoch of a pad. Just after a new connection to the broker it waits for the pad's first state over
        it; None where that does not come in time."""
        try:
            async with asyncio.timeout(within_s):
                while (pad := self.pads.get(pad_id)) is None or pad.state is None or not pad.heard:
                    self._arrival.clear()
                    await self._arrival.wait()
        except TimeoutError:
            return None
        return pad.state.epoch

    def _new_state(self, pad_id: str, now_s: float) -> None:
        pad = self.pads.get(pad_id)
        if pad is not None and pad.state is not None:
            self._curves.setdefault(pad_id, Curve()).add(pad.state, now_s)
            course = self._courses.setdefault(pad_id, SoFar())
            if course.add(pad.state, now_s):
                self.foretell(pad_id, course)
            self.asking.heard_state(pad_id, pad.state)

    def _show(self, changed: list[str], info_is_news: bool = False) -> None:
        now_s = self._clock.now_s()
        for pad in filter(None, map(self.pads.get, changed)):
            self.live.pad(pad.id, functools.partial(self._entry, pad, now_s), info_is_news)
            self.watch(pad.id)
            self.ceilings.look(pad, pad.online and self.pads.controller_online(pad))

    def _entry(self, pad: Pad, now_s: float, person: str, with_info: bool) -> str:
        return self.pads.entry_json(pad, now_s, person, with_info=with_info)

    def pads_json(self, viewer: Viewer | None) -> str:
        """All entries, as a list; a stranger is told the ids, for STOP."""
        if viewer is None:
            return json.dumps([{"id": pad.id} for pad in self.pads])
        now_s = self._clock.now_s()
        return f"[{','.join(self.pads.entry_json(pad, now_s, viewer.person) for pad in self.pads)}]"

    def snapshot_json(self, viewer: Viewer | None) -> str:
        """The whole truth, as far as it is theirs."""
        now_s = self._clock.now_s()
        known = [] if viewer is None else list(self.pads)
        person = "" if viewer is None else viewer.person
        pads = ",".join(f"{json.dumps(pad.id)}:{self.pads.entry_json(pad, now_s, person)}" for pad in known)
        me = self.people.me(viewer)
        return f'{self._head()},"me":{"null" if me is None else me.model_dump_json()},"pads":{{{pads}}}}}'

    def beat_json(self) -> str:
        """That the panel lives, and whether the broker does."""
        return f"{self._head()}}}"

    def _head(self) -> str:
        connected = "true" if self.broker_connected else "false"
        return f'{{"time":{json.dumps(self._clock.wall().isoformat())},"broker_connected":{connected}'

    def curve_json(self, pad_id: str) -> str:
        """A pad's last hour, as last_hour.py says."""
        return self._curves.get(pad_id, Curve()).as_json(self._clock.now_s())

    def course_json(self, pad_id: str) -> str:
        """A pad's session until now, as so_far.py says."""
        return self._courses.get(pad_id, SoFar()).as_json(self._clock.now_s())


def _nobody(_pad_id: str) -> None:
    """Who watches while nobody does."""


def _nobody_knows(_pad_id: str, _course: SoFar) -> None:
    """Who foretells while nobody can be asked."""


def _nowhere(_topic: str, _payload: bytes) -> bool:
    """Where messages go while there is no broker."""
    return False
