"""The conversation with a board: bytes in, events out, no port and no clock (the shape of h11).

The order of things: HELLO is asked for until it comes; each HELLO is answered by STOP, so the board starts disarmed; it
must name our contract and facts, else nothing else is ever sent; the first STATUS gives the counter that the board
expects to be advanced; from there demands may be sent. A second of silence, or a board that restarts, starts it all
over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from poultice.errors import DefectError
from poultice.link import contract, facts
from poultice.link.frames import Decoder, Frame, encode
from poultice.link.readings import to_reading, to_wire
from poultice.therapy import state

HELLO_EVERY_S = 0.5
SILENCE_S = 1.0
STOP_REPEAT_S = 1.0  # a STOP is repeated until the board reports itself disarmed, for at most this long
WRAP_MS = 2**32
COUNTER_WRAP = 2**16


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """A board that speaks our contract is there; it has been sent STOP."""

    hello: contract.Hello


@dataclass(frozen=True, slots=True)
class ContractMismatch:
    """A board is there that was built from another contract or other facts; it is sent nothing but STOP."""

    sentence: str


@dataclass(frozen=True, slots=True)
class ReadingReceived:
    """One STATUS; `status` as on the wire, `reading` in units."""

    reading: state.Reading
    status: contract.Status


@dataclass(frozen=True, slots=True)
class BoardEventReceived:
    """Something happened on the board. `detail` is the name of a reason, refusal or fault; `press_s` only for a
    released button."""

    kind: str
    detail: str | None
    press_s: float | None


@dataclass(frozen=True, slots=True)
class LogReceived:
    """Words of the board."""

    text: str


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The board that was there is there no more: silent, restarted, or its port closed."""

    sentence: str


Event = HelloReceived | ContractMismatch | ReadingReceived | BoardEventReceived | LogReceived | LinkLost


class _Stage(Enum):
    SEEKING = auto()  # no HELLO yet
    GREETED = auto()  # HELLO fits, no STATUS yet
    TALKING = auto()  # demands may be sent
    MISMATCHED = auto()


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """How well the link does since the start: frames dropped here, frames missing in the board's sequence."""

    frames_bad: int = 0
    frames_missing: int = 0


class Conversation:
    """One end of the link. Feed `receive` and `tick`, send what `take_output`, `demand` and `stop` give."""

    def __init__(self) -> None:
        self._stage = _Stage.SEEKING
        self._decoder = Decoder()
        self._figures = LinkFigures()
        self._output = bytearray()
        self._sequence = 0
        self._their_sequence: int | None = None
        self._counter = 0
        self._next_hello_s: float | None = None
        self._heard_s = 0.0
        self._uptime_ms: int | None = None
        self._stop_until_s: float | None = None

    @property
    def ready(self) -> bool:
        """Whether demands may be sent."""
        return self._stage is _Stage.TALKING

    @property
    def connected(self) -> bool:
        """Whether a board that speaks our contract is there."""
        return self._stage in (_Stage.GREETED, _Stage.TALKING)

    @property
    def figures(self) -> LinkFigures:
        """How well the link does."""
        return replace(self._figures, frames_bad=self._figures.frames_bad + self._decoder.bad)

    # -- What goes out

    def take_output(self) -> bytes:
        """Bytes that the conversation itself wants sent now."""
        if not self._output:
            return b""
        output = bytes(self._output)
        self._output.clear()
        return output

    def demand(self, demand: state.Demand) -> bytes:
        """The bytes of the whole wish. Only once `ready`: before that nobody knows what the board would make of it."""
        if not self.ready:
            raise DefectError("A demand was about to be sent before the board said a fitting HELLO; report this.")
        self._counter = (self._counter + 1) % COUNTER_WRAP
        return self._frame(to_wire(demand, self._counter))

    def stop(self, now_s: float) -> bytes:
        """The bytes of STOP, allowed at any time; it is repeated by `tick` until the board reports itself disarmed."""
        self._stop_until_s = now_s + STOP_REPEAT_S
        return self._frame(contract.Stop())

    def _frame(self, message: contract.HelloRequest | contract.Demand | contract.Stop) -> bytes:
        self._sequence = (self._sequence + 1) % 256
        return encode(message.ID, self._sequence, message.pack())

    # -- What time does

    def tick(self, now_s: float) -> list[Event]:
        """Notices silence, asks for HELLO, repeats an unconfirmed STOP. Call it at least every 0.1 s."""
        events: list[Event] = []
        if self.connected and now_s - self._heard_s > SILENCE_S:
            events.append(self._lose("The pad's board has been silent for more than a second: check its cable."))
        if not self.connected and (self._next_hello_s is None or now_s >= self._next_hello_s):
            self._next_hello_s = now_s + HELLO_EVERY_S
            self._output += self._frame(contract.HelloRequest())
        if self._stop_until_s is not None:
            self._repeat_stop(now_s, self._stop_until_s)
        return events

    def _repeat_stop(self, now_s: float, until_s: float) -> None:
        if now_s < until_s:
            self._output += self._frame(contract.Stop())
        else:
            self._stop_until_s = None

    def port_lost(self, sentence: str) -> list[Event]:
        """The port is closed: whatever was known of the board is void."""
        was_connected = self.connected
        self._decoder = self._fresh_decoder()
        lost = self._lose(sentence)
        return [lost] if was_connected else []

    def _fresh_decoder(self) -> Decoder:
        self._figures = self.figures
        return Decoder()

    def _lose(self, sentence: str) -> LinkLost:
        self._stage = _Stage.SEEKING
        self._next_hello_s = self._stop_until_s = None
        self._their_sequence = self._uptime_ms = None
        self._output.clear()
        return LinkLost(sentence)

    # -- What comes in

    def receive(self, data: bytes, now_s: float) -> list[Event]:
        """What the bytes mean; never raises, whatever they are."""
        events: list[Event] = []
        for frame in self._decoder.feed(data):
            events += self._frame_received(frame, now_s)
        return events

    def _frame_received(self, frame: Frame, now_s: float) -> list[Event]:
        self._count_missing(frame.sequence)
        try:
            message = contract.MESSAGES_UP[frame.type].unpack(frame.payload)
        except (KeyError, ValueError):
            return self._not_understood(frame, now_s)
        match message:
            case contract.Hello():
                return self._hello(message, now_s)
            case contract.Status():
                return self._status(message, frame.payload, now_s)
            case contract.Event() if self.connected:
                return [_to_event(message)]
            case contract.Log():
                return [LogReceived(bytes(message.text).rstrip(b"\0").decode(errors="replace"))]
        return []

    def _count_missing(self, sequence: int) -> None:
        if self._their_sequence is not None and (missing := (sequence - self._their_sequence - 1) % 256):
            self._figures = replace(self._figures, frames_missing=self._figures.frames_missing + missing)
        self._their_sequence = sequence

    def _not_understood(self, frame: Frame, now_s: float) -> list[Event]:
        self._figures = replace(self._figures, frames_bad=self._figures.frames_bad + 1)
        if frame.type == contract.Hello.ID and not self.connected:  # an intact HELLO of another shape
            version = frame.payload[0] if frame.payload else 0
            return self._mismatch(f"its contract has version {version}, ours {contract.CONTRACT_VERSION}", now_s)
        return []

    def _hello(self, hello: contract.Hello, now_s: float) -> list[Event]:
        events: list[Event] = []
        if self.connected:
            events.append(self._lose("The pad's board has restarted."))
        if difference := _difference(hello):
            return events + self._mismatch(difference, now_s)
        self._stage = _Stage.GREETED
        self._heard_s = now_s
        self._uptime_ms = None
        self._output += self.stop(now_s)
        return [*events, HelloReceived(hello)]

    def _mismatch(self, difference: str, now_s: float) -> list[Event]:
        first = self._stage is not _Stage.MISMATCHED
        self._stage = _Stage.MISMATCHED
        self._output += self.stop(now_s)
        sentence = (
            f"The board's firmware does not fit this controller ({difference}): flash the firmware of this version."
        )
        return [ContractMismatch(sentence)] if first else []

    def _status(self, status: contract.Status, payload: bytes, now_s: float) -> list[Event]:
        if not self.connected:
            return []
        if self._went_back(status.uptime_ms):
            return [self._lose("The pad's board has restarted.")]
        self._heard_s = now_s
        self._follow_counter(status.demand_counter)
        if status.armed_remaining_ms == 0:
            self._stop_until_s = None
        self._stage = _Stage.TALKING
        return [ReadingReceived(to_reading(status, now_s, payload), status)]

    def _went_back(self, uptime_ms: int) -> bool:
        before, self._uptime_ms = self._uptime_ms, uptime_ms
        return before is not None and (uptime_ms - before) % WRAP_MS >= WRAP_MS // 2

    def _follow_counter(self, accepted: int) -> None:
        """Takes the board's counter up where ours would be refused: after HELLO, or after a long loss of demands."""
        ahead = (self._counter - accepted) % COUNTER_WRAP
        if self._stage is _Stage.GREETED or ahead > contract.COUNTER_STEP_MAX // 2:
            self._counter = accepted


def _difference(hello: contract.Hello) -> str | None:
    ours_and_theirs = {
        "contract version": (contract.CONTRACT_VERSION, hello.contract_version),
        "contract": (f"{contract.CONTRACT_HASH:08x}", f"{hello.contract_hash:08x}"),
        "facts": (f"{facts.FACTS_HASH:08x}", f"{hello.facts_hash:08x}"),
        "zones": (contract.COUNT_ZONES, hello.zone_count),
        "motors": (contract.COUNT_MOTORS, hello.motor_count),
    }
    for name, (ours, theirs) in ours_and_theirs.items():
        if ours != theirs:
            return f"its {name}: {theirs}, ours: {ours}"
    return None


def _to_event(event: contract.Event) -> BoardEventReceived:
    kind = event.kind
    names: dict[contract.EventKind, type[contract.DisarmReason | contract.Refusal | contract.Fault]] = {
        contract.EventKind.DISARMED: contract.DisarmReason,
        contract.EventKind.REFUSED: contract.Refusal,
        contract.EventKind.FAULT: contract.Fault,
        contract.EventKind.FAULT_ENDED: contract.Fault,
    }
    detail = _name(names[kind], event.detail) if kind in names else None
    press_s = event.press_ms / 1000 if kind is contract.EventKind.BUTTON_RELEASED else None
    return BoardEventReceived(kind.name.lower(), detail, press_s)


def _name(enum: type[contract.DisarmReason | contract.Refusal | contract.Fault], value: int) -> str:
    try:
        return enum(value).name.lower()
    except ValueError:
        return str(value)
