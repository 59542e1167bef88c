"""`poultice calibrate PAD`: asks the controller for the measured warm-up, shows it, and says what the pad is like.

It talks as a paired phone does: by MQTT, with the pad's epoch, and a press on the pad's own button permits the heat.
"""

from __future__ import annotations

import itertools
import json
import queue
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from poultice.broker import address
from poultice.clock import RealClock
from poultice.config import Config
from poultice.description import layout
from poultice.errors import CableError, PoulticeError, SetupError
from poultice.mqtt.connection import Connection
from poultice.mqtt.messages import Message, PadState, QueryMessage, ReplyMessage, RequestMessage, ResultMessage
from poultice.mqtt.topics import PadTopics, parse
from poultice.therapy.calibration import PROGRAM, Course, Found, identify, zone_of

CONNECT_S = 5.0
FIRST_S = 3.0  # a controller that is there says a pad's state once a second
ANSWER_S = 3.0
SILENT_S = 10.0
STOP_S = 3.0
PHONE = "phone"
CLOCK = RealClock()
SHOWN = {  # what of the model a person can use: name, unit, factor
    "pad_j_per_k": ("heat capacity", "J/K", 1.0),
    "contact_w_per_k": ("into the person", "W/K", 1.0),
    "room_w_per_k": ("into the room", "W/K", 1.0),
    "lag_s": ("thermistor's lag", "s", 1.0),
    "power_factor": ("heat by the watt", "%", 100.0),
}


Model = TypeVar("Model", bound=Message)
Answer = TypeVar("Answer", ReplyMessage, ResultMessage)


class InterruptedCalibrationError(PoulticeError):
    """Ctrl-C: heat is off, and there is nothing to tell."""


@dataclass
class Heard:
    """The last word of one pad."""

    online: bool | None = None
    state: PadState | None = None


@dataclass
class Talk:
    """The conversation with one pad's controller; what the connection's thread hears waits in a queue."""

    pad: str
    inbox: queue.SimpleQueue[tuple[str, bytes]] = field(default_factory=queue.SimpleQueue)
    heard: Heard = field(default_factory=Heard)
    others: set[str] = field(default_factory=set)
    trouble: str = ""
    asked: bool = False

    def __post_init__(self) -> None:
        self._topics = PadTopics(self.pad)
        self._ids = itertools.count(1)
        self._token = secrets.token_hex(4)
        self._connection: Connection | None = None

    # -- The connection's thread

    def on_connected(self, _protocol: str) -> None:
        """Asks for what this pad says, and for the names of the others."""
        everyone, mine = PadTopics("+"), self._topics
        if self._connection is not None:
            wanted = [everyone.availability, mine.state, mine.reply(PHONE, "+"), mine.result(PHONE, "+")]
            self._connection.subscribe(wanted)

    def on_disconnected(self, reason: str) -> None:
        """Remembers why."""
        self.inbox.put(("", reason.encode()))

    def on_message(self, topic: str, payload: bytes, _retained: bool) -> None:
        """Puts it into the queue."""
        self.inbox.put((topic, payload))

    # -- The caller's

    def open(self, config: Config) -> None:
        """Connects. Raises CableError where no broker answers, or no pad of that name."""
        self._connection = Connection(address(config.broker), f"poultice-calibrate-{self._token}", self)
        self._connection.start()
        self.wait(lambda: self.heard.state is not None or self.heard.online is False, CONNECT_S + FIRST_S)
        if not self._connection.connected:
            why = self.trouble or f"The broker at {address(config.broker)} does not answer."
            raise CableError(f"{why.rstrip('.')}: is `poultice up` running, and broker.port the one that it says?")
        if self.heard.online is None and self.heard.state is None:
            known = ", ".join(sorted(self.others)) or "none"
            raise SetupError(f"There is no pad {self.pad} (known here: {known}): give the name of one of those.")
        if not self.heard.online:
            raise CableError(f"The pad {self.pad} is not online: plug in its cable, or start its controller.")

    def close(self) -> None:
        """Says good-bye."""
        if self._connection is not None:
            self._connection.stop(0.3)

    def wait(self, condition: Any, seconds: float) -> bool:
        """Listens until `condition` holds; False where it did not in time."""
        end_s = CLOCK.now_s() + seconds
        while not condition():
            if (left_s := end_s - CLOCK.now_s()) <= 0.0:
                return False
            try:
                self._take(*self.inbox.get(timeout=min(left_s, 0.2)))
            except queue.Empty:
                continue
        return True

    def _take(self, topic: str, payload: bytes) -> None:
        parsed = parse(topic) if topic else None
        if parsed is None:
            self.trouble = payload.decode(errors="replace") if not topic else self.trouble
        elif parsed.path == ("availability",):
            self.others.add(parsed.id)
            if parsed.id == self.pad:
                self.heard.online = payload == b"online"
        elif parsed.path == ("state",):
            self.heard.state = _read(PadState, payload) or self.heard.state
        else:
            self._answer = payload

    def request(self, verb: str, **args: Any) -> ReplyMessage:
        """Asks for something that acts."""
        self.asked = True
        state = self.heard.state
        message = RequestMessage(id=self._id(), epoch=None if state is None else state.epoch, args=args)
        return self._ask(self._topics.request(PHONE, verb), message, ReplyMessage)

    def query(self, what: str) -> ResultMessage:
        """Asks for something that does not."""
        return self._ask(self._topics.query(PHONE, what), QueryMessage(id=self._id()), ResultMessage)

    def _id(self) -> str:
        return f"calibrate-{self._token}-{next(self._ids)}"

    def _ask(self, topic: str, message: RequestMessage | QueryMessage, model: type[Answer]) -> Answer:
        self._answer = b""
        assert self._connection is not None  # noqa: S101 - open() was called
        self._connection.publish(topic, message.model_dump_json().encode(), 1)

        def answered() -> bool:
            got = _read(model, self._answer)
            return got is not None and got.id == message.id

        if not self.wait(answered, ANSWER_S):
            raise CableError(f"The controller of {self.pad} does not answer: look whether it still runs.")
        return model.model_validate_json(self._answer)


def _read(model: type[Model], payload: bytes) -> Model | None:
    try:
        return model.model_validate_json(payload)
    except ValidationError:
        return None


def run(pad: str, config: Config, plot: Path | None, as_json: bool) -> Iterator[str]:
    """The whole walk; yields the lines to print. Whatever interrupts it, heat is off afterwards."""
    console = Console(stderr=True, highlight=False)
    if plot is not None:
        from poultice.plotting import new_figure  # noqa: PLC0415

        new_figure(1, 1)  # better said now than after five minutes
    talk = Talk(pad)
    try:
        talk.open(config)
        _warm_up(talk, console)
        result = talk.query("calibration")
    except KeyboardInterrupt:
        _stop(talk)
    finally:
        talk.close()
    if result.status != "ok":
        raise CableError(result.reason.text)
    courses = {name: Course(**zone) for name, zone in result.result["zones"].items()}
    found = {name: _identify(name, course, config) for name, course in courses.items()}
    if plot is not None:
        from poultice.plotting import draw_calibration  # noqa: PLC0415

        draw_calibration(courses, found, plot)
    yield json.dumps(_plain(pad, found), ensure_ascii=False) if as_json else _table(pad, found)
    if plot is not None and not as_json:
        yield f"The picture is {plot}."


def _stop(talk: Talk) -> NoReturn:
    """Ctrl-C is a STOP, and the person is told whether it was obeyed."""
    if not talk.asked:
        raise InterruptedCalibrationError("Interrupted: nothing was started")
    talk.request("stop")
    if talk.wait(lambda: talk.heard.state is not None and talk.heard.state.outputs_off, STOP_S):
        raise InterruptedCalibrationError("Interrupted: heat is off")
    raise CableError("Interrupted, and NOT confirmed that heat is off: press the pad's button.")


def _warm_up(talk: Talk, console: Console) -> None:
    reply = talk.request("start", program=PROGRAM)
    if reply.status not in ("accepted", "invited"):
        raise SetupError(f"The pad says: {reply.reason.text}")
    console.print("Lie down on the pad as always, and stay there for the 5 minutes that this takes.")
    if reply.status == "invited":
        console.print("Press the pad's button, to permit heat. (Ctrl-C ends this and switches heat off.)")
        _await_press(talk)
    _show_progress(talk, console)
    state = _state(talk)
    if state.reason.code != "finished":
        raise CableError(f"Not measured to its end. The pad says: {state.reason.text}")


def _state(talk: Talk) -> PadState:
    if talk.heard.state is None or not talk.heard.online:
        raise CableError(f"The pad {talk.pad} is not online any more: heat is off; check its cable and repeat this.")
    return talk.heard.state


def _calibrating(talk: Talk) -> bool:
    session = _state(talk).session
    return session is not None and session.program == PROGRAM


def _await_press(talk: Talk) -> None:
    """As long as the invitation holds; the pad itself says when it has expired."""
    _await_news(talk)
    while not _calibrating(talk):
        if _state(talk).invitation is None:
            raise CableError(f"It did not start. The pad says: {_state(talk).reason.text}")
        _await_news(talk)


def _await_news(talk: Talk) -> None:
    before = _state(talk).seq
    if not talk.wait(lambda: _state(talk).seq != before, SILENT_S):
        raise CableError(
            f"Nothing was heard of {talk.pad} for {SILENT_S:.0f} s: press its button to be sure of no heat."
        )


def _show_progress(talk: Talk, console: Console) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[now]}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Measuring", now="")
        while _calibrating(talk):
            state = _state(talk)
            session = state.session
            if session is not None:
                total_s = session.elapsed_s + session.remaining_s
                progress.update(task, total=total_s, completed=session.elapsed_s, now=_now(state, session.remaining_s))
            _await_news(talk)


def _now(state: PadState, left_s: float) -> str:
    zones = [f"{zone.temperature or 0:.1f} °C {zone.watts:.0f} W" for zone in state.zones.values()]
    return f"{' | '.join(zones)} | still {left_s:.0f} s"


def _identify(name: str, course: Course, config: Config) -> Found:
    pad = layout()
    zone = zone_of(pad, name)
    try:
        return identify(course, zone, pad.thermal, min(config.limits.host_limits().zone_power_max_w, zone.nominal_w))
    except ValueError as error:
        raise CableError(f"{str(error)[0].upper()}{str(error)[1:]}: repeat this, and stay on the pad.") from None


def _plain(pad: str, found: dict[str, Found]) -> dict[str, Any]:
    return {"pad": pad, "zones": {name: _plain_zone(each) for name, each in found.items()}}


def _plain_zone(found: Found) -> dict[str, Any]:
    return {
        "parameters": found.parameters.to_plain()["parameters"],
        "element_w": round(found.element_w, 1),
        "misfit": round(found.misfit, 2),
        "verdict": list(found.verdict),
    }


def _table(pad: str, found: dict[str, Found]) -> str:
    table = Table("", *(name.replace("_", " ") for name in found), title=f"What {pad} is like")
    table.add_row("element", *(f"{each.element_w:.1f} W" for each in found.values()))
    for name, (words, unit, factor) in SHOWN.items():
        table.add_row(words, *(_number(each, name, unit, factor) for each in found.values()))
    console = Console(width=80, highlight=False)
    with console.capture() as captured:
        console.print(table)
        for name, each in found.items():
            console.print(f"{name.replace('_', ' ')}: {'; '.join(each.verdict)}")
    return captured.get().rstrip()


def _number(found: Found, name: str, unit: str, factor: float) -> str:
    return f"{found.parameters.value(name) * factor:.3g} ± {found.parameters.sigma(name) * factor:.2g} {unit}"
