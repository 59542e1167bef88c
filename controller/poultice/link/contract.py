"""What board and host say to each other, and the limits that the board holds. Numbers are those of the wire.

Generated from firmware/contract.toml by `make contract`; do not edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Limit:
    """A constant of the firmware, in the unit of the wire, with its reason."""

    value: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class FaultInfo:
    """A fault: lock-out class (A returns by itself, B needs the long press, C the jumper) and words for a person."""

    name: str
    lockout: str
    sentence: str
    action: str


def _check(field: str, values: tuple[int, ...], count: int, low: int, high: int) -> None:
    if len(values) != count:
        raise ValueError(f"{field} has {len(values)} values, not {count}")
    for value in values:
        if not low <= value <= high:
            raise ValueError(f"{field} is {value}, outside of {low} to {high}")


def _check_one(field: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ValueError(f"{field} is {value}, outside of {low} to {high}")


def _check_size(message: str, payload: bytes, size: int) -> None:
    if len(payload) != size:
        raise ValueError(f"{message} has {len(payload)} bytes, not {size}")

CONTRACT_VERSION = 1
CONTRACT_HASH = 0x6DD43B21
FRAME_MAX_PAYLOAD = 120
COUNT_ZONES = 2
COUNT_SENSORS = 4
COUNT_MOTORS = 4

# Limits in °C, W and s; counts and ADC codes as they are.
TARGET_MAX_C = 42.0
TARGET_MARGIN_C = 1.0
OVER_TEMPERATURE_CUT_C = 43.0
OVER_TEMPERATURE_RESUME_C = 42.5
OVER_TEMPERATURE_LATCH_C = 44.0
OVER_TEMPERATURE_SAMPLES = 3
CLEAR_BELOW_C = 38.0
SENSOR_CODE_MIN = 120
SENSOR_CODE_MAX = 900
SENSOR_SAMPLES = 2
ZONE_POWER_MAX_W = 30.0
LEASE_S = 1.5
LINK_LOST_DISARM_S = 10.0
ARMED_WITHOUT_HEAT_S = 60.0
ARMED_AFTER_HEAT_S = 600.0
COUNTER_STEP_MAX = 100
PRESS_SHORT_MIN_S = 0.2
PRESS_SHORT_MAX_S = 1.5
PRESS_LONG_MIN_S = 2.0
PRESS_LONG_MAX_S = 5.0
PRESS_PAIRING_MAX_S = 10.0
PRESS_DEBOUNCE_S = 0.03
BUTTON_STUCK_RELEASE_S = 1.0
MOTOR_RAMP_S = 1.0
LOOK_AHEAD_HORIZON_S = 10.0
LOOK_AHEAD_LIMIT_C = 45.0
SLOPE_WINDOW_S = 5.0
SENSOR_JUMP_K = 2.0
SENSOR_JUMP_HOLD_S = 2.0
SENSOR_JUMPS = 3
SENSOR_JUMP_WINDOW_S = 60.0
BANDGAP_TOLERANCE = 0.05
REFERENCE_SAMPLES = 2
PLAUSIBLE_ABOVE_C = 30.0
WITNESS_DIFFERENCE_K = 2.5
WITNESS_TIME_S = 10.0
PAIR_DIFFERENCE_K = 4.0
PAIR_TIME_S = 30.0
PAIR_TARGET_MAX_C = 38.0
PAIR_DIFFERENCE_LATCH_K = 8.0
PAIR_TIME_LATCH_S = 120.0
PAIR_DEAF_RISE_K = 0.5
OPEN_HEATER_CURRENT = 0.3
OPEN_HEATER_TIME_S = 1.0
NOT_WARMING_POWER = 0.9
NOT_WARMING_TIME_S = 180.0
NOT_WARMING_RISE_K = 0.3
NOT_WARMING_BELOW_K = 4.0
STUCK_ON_CURRENT = 0.05
STUCK_ON_TIME_S = 0.2
RAIL_OFF_V = 1.0
RAIL_OFF_AFTER_S = 0.05
STUCK_WARM_TIME_S = 60.0
STUCK_WARM_RISE_K = 1.0
STUCK_WARM_ABOVE_C = 38.5
MOTOR_CURRENT_EXCESS = 1.0
MOTOR_CURRENT_TIME_S = 0.4
MOTOR_TRIPS = 3
MOTOR_TRIP_WINDOW_S = 300.0
DOSE_FULL_CEM43 = 8.0
DOSE_LEAK_PER_DAY_CEM43 = 10.0
HEAT_TIME_MAX_S = 5400.0
HEAT_TIME_REST = 3
HEAT_TIME_SAVE_S = 300.0
LATCH_AGAIN_WINDOW_S = 86400.0
LATCH_AGAIN = 3
WATCHDOG_WINDOW_S = 3600.0
WATCHDOG_RESETS = 3
BOOT_WINDOW_MIN_C = 3.0
BOOT_WINDOW_MAX_C = 43.0
HEATER_DUTY_MAX = 0.98

LIMITS: dict[str, Limit] = {
    "target_max": Limit(4200, "centi_c", "42 °C for 6 minutes is the hottest step any program may ask; at 43 °C the burn clock runs four times faster"),
    "target_margin": Limit(100, "centi_c", "a zone is heated only below its target + 1.0 K: a host that asks for full power cannot pass its own target far"),
    "over_temperature_cut": Limit(4300, "centi_c", "43 °C is the reference of the thermal dose: no heat at or above it, whatever is asked"),
    "over_temperature_resume": Limit(4250, "centi_c", "0.5 K below the cut, so that noise does not switch the heater at every sample"),
    "over_temperature_latch": Limit(4400, "centi_c", "1 K above the cut nothing normal explains it: latch, and ask a person to look"),
    "over_temperature_samples": Limit(3, "count", "three samples of 100 ms: longer than a spike, shorter than the 0.5 s reaction budget"),
    "clear_below": Limit(3800, "centi_c", "a latched fault is cleared only on a pad that has cooled below 38 °C on every sensor"),
    "sensor_code_min": Limit(120, "adc_code", "79 °C: below it the thermistor is shorted, or the pad is far beyond anything that the trip allows"),
    "sensor_code_max": Limit(900, "adc_code", "-14 °C: above it the thermistor is open"),
    "sensor_samples": Limit(2, "count", "two samples of 100 ms: a broken wire is seen in 0.2 s, one disturbed conversion is not a fault"),
    "zone_power_max": Limit(300, "deci_w", "30 W on 0.06 m²: 0.17 K/s on a covered pad, so the trip at 44 °C has 24 s before 48 °C"),
    "lease": Limit(1500, "ms", "30 demands of 50 ms: a lost frame does not stop the heat, a lost host does"),
    "link_lost_disarm": Limit(10000, "ms", "a cable pulled for 10 s ends the permission to heat; heat never resumes by itself"),
    "armed_without_heat": Limit(60000, "ms", "a press that nobody uses within a minute was perhaps not meant"),
    "armed_after_heat": Limit(600000, "ms", "10 minutes without heat: the person may have left"),
    "counter_step_max": Limit(100, "count", "5 s of demands at 20 Hz: further ahead is another host or an old recording"),
    "press_short_min": Limit(200, "ms", "long enough to test the hardware trip while the button is held, too long for a bump"),
    "press_short_max": Limit(1500, "ms", "a deliberate short press"),
    "press_long_min": Limit(2000, "ms", "the press that clears a latched fault: nobody does it by accident"),
    "press_long_max": Limit(5000, "ms", "from here on the press means pairing"),
    "press_pairing_max": Limit(10000, "ms", "longer is something lying on the button"),
    "press_debounce": Limit(30, "ms", "three equal samples: contacts bounce for up to 10 ms, and a stop is due within 50 ms"),
    "button_stuck_release": Limit(1000, "ms", "a button that was stuck must be seen released for a second before it is believed again"),
    "motor_ramp": Limit(1000, "ms", "from still to full in a second: a motor that starts softly does not startle"),
    "look_ahead_horizon": Limit(10000, "ms", "a covered pad takes 24 s from 44 to 48 °C: ten seconds ahead is early enough to cut, late enough to be right"),
    "look_ahead_limit": Limit(4500, "centi_c", "where the straight line of the last 5 s would be in 10 s; 0.5 K below the hardware's trip"),
    "slope_window": Limit(5000, "ms", "a regression over 5 s sees 0.02 K/s through the sensing's noise"),
    "sensor_jump": Limit(200, "centi_k", "a body warms a cold pad by at most 0.09 K in 100 ms: 2 K is a contact, not warmth"),
    "sensor_jump_hold": Limit(2000, "ms", "so long a sensor that jumped is not trusted"),
    "sensor_jumps": Limit(3, "count", "one jump may be static; three are a loose wire"),
    "sensor_jump_window": Limit(60000, "ms", "the minute in which jumps are counted"),
    "bandgap_tolerance": Limit(50, "permille", "the bandgap drifts 1 % over the chip's range; 5 % of a shifted reference is 1.2 K at 43 °C"),
    "reference_samples": Limit(2, "count", "one disturbed conversion is not a broken converter"),
    "plausible_above": Limit(3000, "centi_c", "below 30 °C a cold pad may differ with the body that touches half of it"),
    "witness_difference": Limit(250, "centi_k", "the trip's own thermistor is bonded beside the zone's: 0.5 K apart at most, 2 K by tolerance and gradient"),
    "witness_time": Limit(10000, "ms", "longer than the lag between the two beads"),
    "pair_difference": Limit(400, "centi_k", "half a zone covered differs by 3 K"),
    "pair_time": Limit(30000, "ms", "longer than a lift-off and put-back needs to even out"),
    "pair_target_max": Limit(3800, "centi_c", "an uneven pad is heated no further than any skin bears for hours"),
    "pair_difference_latch": Limit(800, "centi_k", "no fold and no blanket makes 8 K for 2 minutes while the cooler sensor ignores the heater: it has come off"),
    "pair_time_latch": Limit(120000, "ms", "two minutes of it"),
    "pair_deaf_rise": Limit(50, "centi_k", "a sensor that rose less than 0.5 K in the two minutes of heating does not hear the heater"),
    "open_heater_current": Limit(30, "percent", "of the current expected: far below any tolerance, far above the shunt's noise"),
    "open_heater_time": Limit(1000, "ms", "ten samples while it should flow"),
    "not_warming_power": Limit(90, "percent", "of the lower of the cap and what the zone can give: as good as everything"),
    "not_warming_time": Limit(180000, "ms", "three minutes of full power are 30 K on a pad that is not losing it all"),
    "not_warming_rise": Limit(30, "centi_k", "less than 0.3 K in three minutes: the heat goes elsewhere"),
    "not_warming_below": Limit(400, "centi_k", "near its target a pad may well stand still"),
    "stuck_on_current": Limit(5, "percent", "of a zone's nominal current, in a slot with everything off: nothing normal flows then"),
    "stuck_on_time": Limit(200, "ms", "confirmed over 200 ms after a first hit"),
    "rail_off": Limit(1000, "mv", "a rail above 1 V after the enable stopped: the upper switch is stuck"),
    "rail_off_after": Limit(50, "ms", "the time the charge pump may take to let the rail fall"),
    "stuck_warm_time": Limit(60000, "ms", "a minute without duty"),
    "stuck_warm_rise": Limit(100, "centi_k", "a put-back body moves a warm pad by less than 1 K"),
    "stuck_warm_above": Limit(3850, "centi_c", "a body alone cannot hold a pad above 38.5 °C"),
    "motor_current_excess": Limit(100, "percent", "of one motor's nominal current above what the switches now on explain: a stalled motor draws three times as much"),
    "motor_current_time": Limit(400, "ms", "longer than a motor's start"),
    "motor_trips": Limit(3, "count", "three stalls are no accident"),
    "motor_trip_window": Limit(300000, "ms", "within five minutes"),
    "dose_full": Limit(800, "centi_cem43", "8 CEM43 minutes: below the 9 that controlled use of intact skin bears"),
    "dose_leak_per_day": Limit(1000, "centi_cem43", "10 a day of powered time: what a person may have in 24 hours"),
    "heat_time_max": Limit(5400000, "ms", "90 minutes with a target set"),
    "heat_time_rest": Limit(3, "count", "each minute of rest gives back three: 30 minutes make up for 90"),
    "heat_time_save": Limit(300000, "ms", "kept in EEPROM every five minutes; a boot after an unclean end adds as many"),
    "latch_again_window": Limit(86400000, "ms", "24 hours of powered time"),
    "latch_again": Limit(3, "count", "the third lock-out within a day is no accident: it becomes hard"),
    "watchdog_window": Limit(3600000, "ms", "an hour of powered time"),
    "watchdog_resets": Limit(3, "count", "three hangs within an hour: the board is not to be trusted"),
    "boot_window_min": Limit(300, "centi_c", "colder than 3 °C at boot: not the thermistor that the table describes"),
    "boot_window_max": Limit(4300, "centi_c", "warmer than 43 °C at boot: nor this"),
    "heater_duty_max": Limit(980, "permille", "the last 20 ms of each window stay off for everything, so that a stuck switch shows in the current"),
}


class DeviceState(IntEnum):
    """What the board does; the first that fits, from the last to the first."""

    IDLE = 0
    INVITED = 1
    ARMED = 2
    ACTIVE = 3
    LATCHED_B = 4
    LATCHED_C = 5


class SensorTrust(IntEnum):
    """Whether a temperature may be believed, and if not, why."""

    TRUSTED = 0
    NOT_READ_YET = 1
    OPEN = 2
    SHORT = 3
    JUMPED = 4


class LimitedBy(IntEnum):
    """Why a zone gets less than was asked; the strongest reason."""

    NONE = 0
    CAP = 1
    TARGET = 2
    OVER_TEMPERATURE = 3
    SENSOR = 4
    LEASE = 5
    NOT_ARMED = 6
    LATCHED = 7
    LOOK_AHEAD = 8
    UNEVEN = 9
    NOT_WARMING = 10
    DOSE = 11
    SUPPLY = 12
    CHECK = 13


class Cue(IntEnum):
    """Light and sound that the host asks for; no effect on arming or outputs."""

    NONE = 0
    INVITED = 1
    STILL_AWAKE = 2
    LIMITED = 3


class EventKind(IntEnum):
    """What happened on the board."""

    BUTTON_PRESSED = 1
    BUTTON_RELEASED = 2
    ARMED = 3
    DISARMED = 4
    REFUSED = 5
    FAULT = 6
    FAULT_ENDED = 7
    CLEARED = 8
    PAIRING = 9
    SERVICE = 10


class DisarmReason(IntEnum):
    """Detail of `disarmed`: why the permission to heat ended."""

    BUTTON = 1
    STOP = 2
    LINK_LOST = 3
    EXPIRED = 4
    FAULT = 5
    REST_DUE = 6


class Refusal(IntEnum):
    """Detail of `refused`: why a press or a demand was not obeyed."""

    LATCHED = 1
    SENSOR_UNTRUSTED = 2
    TOO_WARM_TO_CLEAR = 3
    BUTTON_STUCK = 4
    TARGET_OUT_OF_RANGE = 5
    POWER_OUT_OF_RANGE = 6
    INTENSITY_OUT_OF_RANGE = 7
    COUNTER_DID_NOT_ADVANCE = 8
    UNKNOWN_CUE = 9
    REST_DUE = 10
    SELF_TEST_FAILED = 11
    TRIP_TEST_FAILED = 12
    BOOT_WINDOW = 13


class ResetCause(IntEnum):
    """Why the board started."""

    UNKNOWN = 0
    POWER_ON = 1
    EXTERNAL = 2
    BROWN_OUT = 3
    WATCHDOG = 4


class SelfTest(IntEnum):
    """Bit numbers of `self_tests` in HELLO: each set where the test passed."""

    REGISTERS = 0
    FLASH = 1
    RAM = 2
    STACK = 3
    WATCHDOG = 4
    CLOCK = 5
    ADC = 6
    OUTPUTS = 7
    RECORD = 8
    TRIP = 9


class Fault(IntEnum):
    """What can be wrong."""

    SENSOR_OPEN = 1
    SENSOR_SHORT = 2
    OVER_TEMPERATURE_CUT = 3
    OVER_TEMPERATURE = 4
    LEASE_EXPIRED = 5
    BUTTON_STUCK = 6
    LOOK_AHEAD = 7
    SENSOR_JUMP = 8
    ADC_REFERENCE = 9
    ADC_STUCK = 10
    WITNESS_DISAGREES = 11
    PAIR_UNEVEN = 12
    PAIR_DEAF = 13
    HEATER_OPEN = 14
    NOT_WARMING = 15
    HEATER_STUCK_ON = 16
    RAIL_STUCK_ON = 17
    WARMS_BY_ITSELF = 18
    MOTOR_CURRENT = 19
    MOTOR_STALLS = 20
    DOSE_FULL = 21
    REST_DUE = 22
    SUPPLY_DIP = 23
    HARDWARE_TRIP = 24
    TRIP_TEST_FAILED = 25
    FLASH_CHANGED = 26
    RAM_CHANGED = 27
    CLOCK_WRONG = 28
    HANGS_AGAIN = 29
    BOOT_WINDOW = 30
    LOCKS_AGAIN = 31


FAULTS: dict[Fault, FaultInfo] = {
    Fault.SENSOR_OPEN: FaultInfo(
        "sensor_open",
        "B",
        "A thermistor is disconnected: heat is off.",
        "Check the pad's plug and cable, then hold the pad's button for 2 to 5 seconds once it is cool.",
    ),
    Fault.SENSOR_SHORT: FaultInfo(
        "sensor_short",
        "B",
        "A thermistor is shorted: heat is off.",
        "Check the pad's plug and cable for damage, then hold the pad's button for 2 to 5 seconds once it is cool.",
    ),
    Fault.OVER_TEMPERATURE_CUT: FaultInfo(
        "over_temperature_cut",
        "A",
        "The pad reached 43 °C: heat is off until it has cooled below 42.5 °C.",
        "Nothing to do; if it happens again, make sure that the pad is not folded.",
    ),
    Fault.OVER_TEMPERATURE: FaultInfo(
        "over_temperature",
        "B",
        "The pad reached 44 °C: heat is off and stays off.",
        "Look at your skin; unfold the pad; when it is cool, hold its button for 2 to 5 seconds.",
    ),
    Fault.LEASE_EXPIRED: FaultInfo(
        "lease_expired",
        "A",
        "The controller went silent: heat and massage are off.",
        "Check the cable between pad and computer; the session has ended and can be started again.",
    ),
    Fault.BUTTON_STUCK: FaultInfo(
        "button_stuck",
        "A",
        "The pad's button is held down or stuck: it cannot be armed.",
        "Free the button; it is believed again one second after its release.",
    ),
    Fault.LOOK_AHEAD: FaultInfo(
        "look_ahead",
        "A",
        "The pad is warming so fast that it would be too hot in ten seconds: heat pauses.",
        "Nothing to do; unfold the pad if it happens again.",
    ),
    Fault.SENSOR_JUMP: FaultInfo(
        "sensor_jump",
        "B",
        "A thermistor's reading jumps about: heat is off.",
        "Check the pad's plug and cable, then hold the pad's button for 2 to 5 seconds once it is cool.",
    ),
    Fault.ADC_REFERENCE: FaultInfo(
        "adc_reference",
        "B",
        "The board's measuring reference has shifted: heat is off.",
        "Unplug the supply for a minute; if it happens again, the board must be repaired.",
    ),
    Fault.ADC_STUCK: FaultInfo(
        "adc_stuck",
        "B",
        "The board's converter does not measure what it should: heat is off.",
        "Unplug the supply for a minute; if it happens again, the board must be repaired.",
    ),
    Fault.WITNESS_DISAGREES: FaultInfo(
        "witness_disagrees",
        "B",
        "Two thermistors that lie side by side disagree: heat is off.",
        "The pad must be looked at; when it is cool, hold its button for 2 to 5 seconds.",
    ),
    Fault.PAIR_UNEVEN: FaultInfo(
        "pair_uneven",
        "A",
        "The pad is uneven: one side of a zone is much warmer, so it is heated to 38 °C at most.",
        "Lay the pad flat and cover it evenly.",
    ),
    Fault.PAIR_DEAF: FaultInfo(
        "pair_deaf",
        "B",
        "One side of a zone does not follow its heater: its thermistor may have come off. Heat is off.",
        "The pad must be looked at; when it is cool, hold its button for 2 to 5 seconds.",
    ),
    Fault.HEATER_OPEN: FaultInfo(
        "heater_open",
        "B",
        "A heating element draws no current: heat is off.",
        "Check the pad's plug and cable, then hold the pad's button for 2 to 5 seconds once it is cool.",
    ),
    Fault.NOT_WARMING: FaultInfo(
        "not_warming",
        "A",
        "A zone does not warm although it is heated: its heat is held back until a new target is set.",
        "Is the pad on you? Lay it close, then start again.",
    ),
    Fault.HEATER_STUCK_ON: FaultInfo(
        "heater_stuck_on",
        "C",
        "A heater's switch does not turn off: the supply of all heaters was cut.",
        "Unplug the pad now. It must be repaired before it is used again.",
    ),
    Fault.RAIL_STUCK_ON: FaultInfo(
        "rail_stuck_on",
        "C",
        "The heaters' supply does not turn off.",
        "Unplug the pad now. It must be repaired before it is used again.",
    ),
    Fault.WARMS_BY_ITSELF: FaultInfo(
        "warms_by_itself",
        "B",
        "A zone warms although it is not heated: heat is off.",
        "Take the pad off and unplug it; it must be looked at before it is used again.",
    ),
    Fault.MOTOR_CURRENT: FaultInfo(
        "motor_current",
        "A",
        "A massage motor draws too much current: massage is off.",
        "See that nothing blocks or catches in the motors, then start again.",
    ),
    Fault.MOTOR_STALLS: FaultInfo(
        "motor_stalls",
        "B",
        "A massage motor has stalled three times: everything is off.",
        "See that nothing blocks the motors, then hold the pad's button for 2 to 5 seconds once it is cool.",
    ),
    Fault.DOSE_FULL: FaultInfo(
        "dose_full",
        "A",
        "This zone has given all the heat that skin should have in a day: it stays off.",
        "Wait; it is given back little by little while the pad is plugged in.",
    ),
    Fault.REST_DUE: FaultInfo(
        "rest_due",
        "A",
        "The pad has been warm for 90 minutes: it rests before it can be armed again.",
        "Leave it plugged in for half an hour.",
    ),
    Fault.SUPPLY_DIP: FaultInfo(
        "supply_dip",
        "A",
        "The supply voltage is too low: heat is off.",
        "Check the power supply and its plug.",
    ),
    Fault.HARDWARE_TRIP: FaultInfo(
        "hardware_trip",
        "C",
        "The pad's own protection has tripped: it was too hot.",
        "Look at your skin. Unplug the pad; it must be looked at before it is used again.",
    ),
    Fault.TRIP_TEST_FAILED: FaultInfo(
        "trip_test_failed",
        "A",
        "The pad's own protection did not answer its test: it cannot be armed.",
        "Try again; if it stays so, the board must be repaired.",
    ),
    Fault.FLASH_CHANGED: FaultInfo(
        "flash_changed",
        "C",
        "The board's program memory has changed.",
        "Unplug the pad; the board must be programmed again.",
    ),
    Fault.RAM_CHANGED: FaultInfo(
        "ram_changed",
        "C",
        "The board's memory does not hold what was written.",
        "Unplug the pad; the board must be repaired.",
    ),
    Fault.CLOCK_WRONG: FaultInfo(
        "clock_wrong",
        "B",
        "The board's clock runs wrong: heat is off.",
        "Unplug the supply for a minute; if it happens again, the board must be repaired.",
    ),
    Fault.HANGS_AGAIN: FaultInfo(
        "hangs_again",
        "C",
        "The board's program has hung three times within an hour.",
        "Unplug the pad; the board must be repaired or programmed again.",
    ),
    Fault.BOOT_WINDOW: FaultInfo(
        "boot_window",
        "A",
        "At the start a thermistor read below 3 °C or above 43 °C: the pad cannot be armed.",
        "Let the pad come to room temperature and plug it in again; if it stays so, it has the wrong thermistors.",
    ),
    Fault.LOCKS_AGAIN: FaultInfo(
        "locks_again",
        "C",
        "The pad has locked itself three times within a day.",
        "It must be looked at before it is used again.",
    ),
}


@dataclass(frozen=True, slots=True)
class HelloRequest:
    """Asks for HELLO."""

    ID: ClassVar[int] = 1
    SIZE: ClassVar[int] = 0
    STRUCT: ClassVar[Struct] = Struct("<")


    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        return self.STRUCT.pack()

    @classmethod
    def unpack(cls, payload: bytes) -> HelloRequest:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("hello_request", payload, cls.SIZE)
        return cls()


@dataclass(frozen=True, slots=True)
class Demand:
    """The whole wish, 20 times a second; renews the lease if its counter advanced and every field is in range."""

    ID: ClassVar[int] = 2
    SIZE: ClassVar[int] = 15
    STRUCT: ClassVar[Struct] = Struct("<H2H2h4BB")

    counter: int
    """advances by 1 to counter_step_max with each demand, modulo 2^16"""
    zone_power_deci_w: tuple[int, ...]
    """asked power; the board lowers it, never raises"""
    zone_target_centi_c: tuple[int, ...]
    """asked temperature; 0 = no heat wanted"""
    motor_intensity_percent: tuple[int, ...]
    """asked intensity; the board smooths it"""
    cue: Cue
    """light and sound only"""

    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        _check_one("counter", self.counter, 0, 65535)
        _check("zone_power_deci_w", self.zone_power_deci_w, 2, 0, 300)
        _check("zone_target_centi_c", self.zone_target_centi_c, 2, 0, 4200)
        _check("motor_intensity_percent", self.motor_intensity_percent, 4, 0, 100)
        _check_one("cue", self.cue, 0, 3)
        return self.STRUCT.pack(self.counter, *self.zone_power_deci_w, *self.zone_target_centi_c, *self.motor_intensity_percent, self.cue)

    @classmethod
    def unpack(cls, payload: bytes) -> Demand:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("demand", payload, cls.SIZE)
        v = cls.STRUCT.unpack(payload)
        return cls(
            v[0],
            v[1:3],
            v[3:5],
            v[5:9],
            Cue(v[9]),
        )


@dataclass(frozen=True, slots=True)
class Stop:
    """All off and disarmed, at once."""

    ID: ClassVar[int] = 3
    SIZE: ClassVar[int] = 0
    STRUCT: ClassVar[Struct] = Struct("<")


    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        return self.STRUCT.pack()

    @classmethod
    def unpack(cls, payload: bytes) -> Stop:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("stop", payload, cls.SIZE)
        return cls()


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the board is; after reset and on request."""

    ID: ClassVar[int] = 17
    SIZE: ClassVar[int] = 29
    STRUCT: ClassVar[Struct] = Struct("<B3BII8BBBhHHB")

    contract_version: int
    """[contract] version"""
    firmware_version: tuple[int, ...]
    """major, minor, patch"""
    contract_hash: int
    """of this file"""
    facts_hash: int
    """of hardware/facts.toml"""
    board_id: tuple[int, ...]
    """unique; zero where none was written"""
    zone_count: int
    motor_count: int
    target_max_centi_c: int
    """limit in force"""
    zone_power_max_deci_w: int
    """limit in force"""
    self_tests: int
    """one bit a passed self-test, by enum self_test"""
    reset_cause: ResetCause

    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        _check_one("contract_version", self.contract_version, 0, 255)
        _check("firmware_version", self.firmware_version, 3, 0, 255)
        _check_one("contract_hash", self.contract_hash, 0, 4294967295)
        _check_one("facts_hash", self.facts_hash, 0, 4294967295)
        _check("board_id", self.board_id, 8, 0, 255)
        _check_one("zone_count", self.zone_count, 0, 255)
        _check_one("motor_count", self.motor_count, 0, 255)
        _check_one("target_max_centi_c", self.target_max_centi_c, -32768, 32767)
        _check_one("zone_power_max_deci_w", self.zone_power_max_deci_w, 0, 65535)
        _check_one("self_tests", self.self_tests, 0, 65535)
        _check_one("reset_cause", self.reset_cause, 0, 4)
        return self.STRUCT.pack(self.contract_version, *self.firmware_version, self.contract_hash, self.facts_hash, *self.board_id, self.zone_count, self.motor_count, self.target_max_centi_c, self.zone_power_max_deci_w, self.self_tests, self.reset_cause)

    @classmethod
    def unpack(cls, payload: bytes) -> Hello:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("hello", payload, cls.SIZE)
        v = cls.STRUCT.unpack(payload)
        return cls(
            v[0],
            v[1:4],
            v[4],
            v[5],
            v[6:14],
            v[14],
            v[15],
            v[16],
            v[17],
            v[18],
            ResetCause(v[19]),
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The whole truth, 10 times a second."""

    ID: ClassVar[int] = 18
    SIZE: ClassVar[int] = 85
    STRUCT: ClassVar[Struct] = Struct("<IB4h4B2h2B2H2h2H2H2H2B4B4BHHIHHIIHH2HHH")

    uptime_ms: int
    """since reset; wraps after 49 days"""
    state: DeviceState
    sensor_temperature_centi_c: tuple[int, ...]
    """zone NTCs: lumbar left, right, upper back left, right; only where trusted"""
    sensor_trust: tuple[SensorTrust, ...]
    witness_temperature_centi_c: tuple[int, ...]
    """the trips' own NTCs; only where trusted"""
    witness_trust: tuple[SensorTrust, ...]
    zone_asked_deci_w: tuple[int, ...]
    """of the demand in force"""
    zone_target_centi_c: tuple[int, ...]
    """of the demand in force"""
    zone_applied_deci_w: tuple[int, ...]
    """duty times measured full power"""
    zone_duty_permille: tuple[int, ...]
    """really applied"""
    zone_full_power_deci_w: tuple[int, ...]
    """what duty 1 gives at the rail and resistance measured"""
    zone_limited_by: tuple[LimitedBy, ...]
    motor_asked_percent: tuple[int, ...]
    """of the demand in force"""
    motor_applied_percent: tuple[int, ...]
    """after smoothing"""
    rail_mv: int
    """supply rail"""
    supply_current_ma: int
    """through the one shunt"""
    armed_remaining_ms: int
    """until the arming expires by itself; 0 = not armed"""
    lease_remaining_ms: int
    """0 = expired"""
    demand_counter: int
    """of the last accepted demand"""
    faults: int
    """bit n - 1 = fault number n is present now"""
    latched_faults: int
    """bit n - 1 = fault number n is latched"""
    frames_bad: int
    """frames dropped for CRC, length or type since reset"""
    demands_refused: int
    """demands refused for range or counter since reset"""
    zone_dose_centi_cem43: tuple[int, ...]
    """in the leaky bucket"""
    heat_time_s: int
    """heat-time counter: 0 rested, 5400 rest due"""
    loop_time_us: int
    """worst time of the main loop since reset; 0 where not measured"""

    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        _check_one("uptime_ms", self.uptime_ms, 0, 4294967295)
        _check_one("state", self.state, 0, 5)
        _check("sensor_temperature_centi_c", self.sensor_temperature_centi_c, 4, -32768, 32767)
        _check("sensor_trust", self.sensor_trust, 4, 0, 4)
        _check("witness_temperature_centi_c", self.witness_temperature_centi_c, 2, -32768, 32767)
        _check("witness_trust", self.witness_trust, 2, 0, 4)
        _check("zone_asked_deci_w", self.zone_asked_deci_w, 2, 0, 65535)
        _check("zone_target_centi_c", self.zone_target_centi_c, 2, -32768, 32767)
        _check("zone_applied_deci_w", self.zone_applied_deci_w, 2, 0, 65535)
        _check("zone_duty_permille", self.zone_duty_permille, 2, 0, 65535)
        _check("zone_full_power_deci_w", self.zone_full_power_deci_w, 2, 0, 65535)
        _check("zone_limited_by", self.zone_limited_by, 2, 0, 13)
        _check("motor_asked_percent", self.motor_asked_percent, 4, 0, 255)
        _check("motor_applied_percent", self.motor_applied_percent, 4, 0, 255)
        _check_one("rail_mv", self.rail_mv, 0, 65535)
        _check_one("supply_current_ma", self.supply_current_ma, 0, 65535)
        _check_one("armed_remaining_ms", self.armed_remaining_ms, 0, 4294967295)
        _check_one("lease_remaining_ms", self.lease_remaining_ms, 0, 65535)
        _check_one("demand_counter", self.demand_counter, 0, 65535)
        _check_one("faults", self.faults, 0, 4294967295)
        _check_one("latched_faults", self.latched_faults, 0, 4294967295)
        _check_one("frames_bad", self.frames_bad, 0, 65535)
        _check_one("demands_refused", self.demands_refused, 0, 65535)
        _check("zone_dose_centi_cem43", self.zone_dose_centi_cem43, 2, 0, 65535)
        _check_one("heat_time_s", self.heat_time_s, 0, 65535)
        _check_one("loop_time_us", self.loop_time_us, 0, 65535)
        return self.STRUCT.pack(self.uptime_ms, self.state, *self.sensor_temperature_centi_c, *self.sensor_trust, *self.witness_temperature_centi_c, *self.witness_trust, *self.zone_asked_deci_w, *self.zone_target_centi_c, *self.zone_applied_deci_w, *self.zone_duty_permille, *self.zone_full_power_deci_w, *self.zone_limited_by, *self.motor_asked_percent, *self.motor_applied_percent, self.rail_mv, self.supply_current_ma, self.armed_remaining_ms, self.lease_remaining_ms, self.demand_counter, self.faults, self.latched_faults, self.frames_bad, self.demands_refused, *self.zone_dose_centi_cem43, self.heat_time_s, self.loop_time_us)

    @classmethod
    def unpack(cls, payload: bytes) -> Status:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("status", payload, cls.SIZE)
        v = cls.STRUCT.unpack(payload)
        return cls(
            v[0],
            DeviceState(v[1]),
            v[2:6],
            tuple(map(SensorTrust, v[6:10])),
            v[10:12],
            tuple(map(SensorTrust, v[12:14])),
            v[14:16],
            v[16:18],
            v[18:20],
            v[20:22],
            v[22:24],
            tuple(map(LimitedBy, v[24:26])),
            v[26:30],
            v[30:34],
            v[34],
            v[35],
            v[36],
            v[37],
            v[38],
            v[39],
            v[40],
            v[41],
            v[42],
            v[43:45],
            v[45],
            v[46],
        )


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened."""

    ID: ClassVar[int] = 19
    SIZE: ClassVar[int] = 8
    STRUCT: ClassVar[Struct] = Struct("<IBBH")

    uptime_ms: int
    kind: EventKind
    detail: int
    """disarm_reason, refusal or fault number, by kind"""
    press_ms: int
    """length of the press where kind is button_released"""

    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        _check_one("uptime_ms", self.uptime_ms, 0, 4294967295)
        _check_one("kind", self.kind, 1, 10)
        _check_one("detail", self.detail, 0, 255)
        _check_one("press_ms", self.press_ms, 0, 65535)
        return self.STRUCT.pack(self.uptime_ms, self.kind, self.detail, self.press_ms)

    @classmethod
    def unpack(cls, payload: bytes) -> Event:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("event", payload, cls.SIZE)
        v = cls.STRUCT.unpack(payload)
        return cls(
            v[0],
            EventKind(v[1]),
            v[2],
            v[3],
        )


@dataclass(frozen=True, slots=True)
class Log:
    """Words for people."""

    ID: ClassVar[int] = 20
    SIZE: ClassVar[int] = 48
    STRUCT: ClassVar[Struct] = Struct("<48B")

    text: tuple[int, ...]
    """UTF-8, padded with zeros"""

    def pack(self) -> bytes:
        """The payload. Raises ValueError naming the field that is out of range."""
        _check("text", self.text, 48, 0, 255)
        return self.STRUCT.pack(*self.text)

    @classmethod
    def unpack(cls, payload: bytes) -> Log:
        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""
        _check_size("log", payload, cls.SIZE)
        v = cls.STRUCT.unpack(payload)
        return cls(
            v[0:48],
        )


DownMessage = HelloRequest | Demand | Stop
UpMessage = Hello | Status | Event | Log
Message = DownMessage | UpMessage

MESSAGES_DOWN: dict[int, type[DownMessage]] = {
    HelloRequest.ID: HelloRequest,
    Demand.ID: Demand,
    Stop.ID: Stop,
}
"""By id, host to board."""
MESSAGES_UP: dict[int, type[UpMessage]] = {
    Hello.ID: Hello,
    Status.ID: Status,
    Event.ID: Event,
    Log.ID: Log,
}
"""By id, board to host."""
MESSAGES: dict[int, type[Message]] = {**MESSAGES_DOWN, **MESSAGES_UP}
"""By id, both ways."""
