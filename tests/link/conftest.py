"""The board's end of the link, for tests: says what a board says, hears what the host sends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from poultice.link import contract, facts
from poultice.link.frames import Decoder, Frame, encode

HELLO = contract.Hello(
    contract_version=contract.CONTRACT_VERSION,
    firmware_version=(0, 1, 0),
    contract_hash=contract.CONTRACT_HASH,
    facts_hash=facts.FACTS_HASH,
    board_id=(0,) * 8,
    zone_count=contract.COUNT_ZONES,
    motor_count=contract.COUNT_MOTORS,
    target_max_centi_c=4200,
    zone_power_max_deci_w=300,
    self_tests=0,
    reset_cause=contract.ResetCause.POWER_ON,
)

STATUS = contract.Status(
    uptime_ms=1000,
    state=contract.DeviceState.IDLE,
    sensor_temperature_centi_c=(3000, 3050, 3100, 3150),
    sensor_trust=(contract.SensorTrust.TRUSTED,) * 4,
    witness_temperature_centi_c=(3010, 3110),
    witness_trust=(contract.SensorTrust.TRUSTED,) * 2,
    zone_asked_deci_w=(0, 0),
    zone_target_centi_c=(0, 0),
    zone_applied_deci_w=(0, 0),
    zone_duty_permille=(0, 0),
    zone_full_power_deci_w=(300, 300),
    zone_limited_by=(contract.LimitedBy.NONE,) * 2,
    motor_asked_percent=(0,) * 4,
    motor_applied_percent=(0,) * 4,
    rail_mv=24_000,
    supply_current_ma=0,
    armed_remaining_ms=0,
    lease_remaining_ms=0,
    demand_counter=0,
    faults=0,
    latched_faults=0,
    frames_bad=0,
    demands_refused=0,
    zone_dose_centi_cem43=(0, 0),
    heat_time_s=0,
    loop_time_us=0,
)


class BoardEnd:
    """Encodes what the board says and decodes what it hears."""

    def __init__(self) -> None:
        self._sequence = 0
        self._decoder = Decoder()
        self.uptime_ms = 1000

    def say(self, message: contract.UpMessage) -> bytes:
        """The bytes of one message."""
        self._sequence = (self._sequence + 1) % 256
        return encode(message.ID, self._sequence, message.pack())

    def hello(self, **changes: object) -> bytes:
        """A HELLO."""
        return self.say(replace(HELLO, **changes))  # type: ignore[arg-type]

    def status(self, **changes: object) -> bytes:
        """A STATUS, 100 ms after the last."""
        self.uptime_ms += 100
        return self.say(replace(STATUS, **{"uptime_ms": self.uptime_ms, **changes}))  # type: ignore[arg-type]

    def event(self, kind: contract.EventKind, detail: int = 0, press_ms: int = 0) -> bytes:
        """An EVENT."""
        return self.say(contract.Event(self.uptime_ms, kind, detail, press_ms))

    def hear(self, data: bytes) -> list[contract.DownMessage]:
        """What the host said in these bytes; each frame must be good."""
        frames: list[Frame] = self._decoder.feed(data)
        assert self._decoder.bad == 0
        return [contract.MESSAGES_DOWN[frame.type].unpack(frame.payload) for frame in frames]


@pytest.fixture
def board() -> BoardEnd:
    """A board's end of the link."""
    return BoardEnd()
