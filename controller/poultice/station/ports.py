"""What a station stands between, and whose it is: a cable to a board, the broker, the door of its place.

`Broker` is what the MQTT bridge offers; tests give one that remembers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from poultice.mqtt.envelope import PLAIN, Envelope
from poultice.mqtt.messages import (
    PadEvent,
    PadHealth,
    PadInfo,
    PadState,
    PromptMessage,
    ReplyMessage,
    ResultMessage,
)
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program
from poultice.therapy.state import Role, Verb


class Cable(Protocol):
    """A way to a board: a serial port, or a simulated board in this process."""

    def write(self, data: bytes) -> bool | None:
        """Sends bytes; False where they could not go out."""
        ...

    def close(self) -> None:
        """Ends it."""
        ...


class Broker(Protocol):
    """What is said to the world; see mqtt/bridge.py."""

    def announce(self, pad_id: str, info: PadInfo) -> None: ...

    def leave(self, pad_id: str) -> None: ...

    def repeat(self) -> None: ...

    def set_pad_online(self, pad_id: str, online: bool) -> None: ...

    def publish_state(self, pad_id: str, state: PadState) -> None: ...

    def publish_health(self, pad_id: str, health: PadHealth) -> None: ...

    def publish_event(self, pad_id: str, event: PadEvent) -> None: ...

    def publish_prompt(self, pad_id: str, prompt: PromptMessage) -> None: ...

    def reply(self, pad_id: str, role: Role, verb: Verb, message: ReplyMessage, envelope: Envelope = PLAIN) -> None: ...

    def result(
        self, pad_id: str, role: Role, what: str, message: ResultMessage, envelope: Envelope = PLAIN
    ) -> None: ...


class Door(Protocol):
    """Whether a board may be this pad; see roster.py."""

    def admit(self, board_id: str) -> str | None:
        """A board with this id in its EEPROM says HELLO; a sentence where it may not come in."""
        ...

    def leave(self) -> None:
        """It is gone."""
        ...


class OpenDoor:
    """Where there is one place: whoever comes is the pad."""

    def admit(self, board_id: str) -> str | None:  # noqa: ARG002
        return None

    def leave(self) -> None:
        """Nobody need know."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which pad this is and what it may: ids, name, narrowed limits, programs by id."""

    pad: str
    name: str
    controller: str
    simulated: bool
    limits: HostLimits
    programs: Mapping[str, Program]
    named: bool = True
    """Whether somebody chose the name in the configuration."""

    @property
    def budget(self) -> str:
        """Whose heat is counted: a pad of arithmetic uses up nothing of a real one's."""
        return f"{self.pad} (simulated)" if self.simulated else self.pad
