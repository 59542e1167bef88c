"""The walk along a fresh board, in the order in which nothing is switched on before what protects it was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from poultice.board_test import expected
from poultice.board_test.bench import Bench, demand
from poultice.board_test.expected import Wanted
from poultice.board_test.person import Deed, Person
from poultice.board_test.rows import Row, judged, left_out
from poultice.link import contract, facts

DEED_S = 60.0
STATUS_S = 3.0
ANSWER_S = 6.0  # of the trip: provoked for up to 2 s, let go within 2 s
PULSE_S = 4.0  # a zone: 120 J, less than 1 K of a pad
SETTLE_S = 2.0  # a motor's ramp and its end
OFF_S = 0.5
HEAT_C = 40.0  # asked for; cold pads do not come near within PULSE_S
NAMES = [*facts.SENSORS, *(zone.witness for zone in facts.ZONES)]
REFUSED = {
    "sensor_untrusted": "see the thermistors above",
    "trip_test_failed": "the trip does not answer its test: look at TRIPPED, SET_N and TRIP_REF (table 4, rows 2 to 6)",
    "self_test_failed": "see the self-tests above",
    "boot_window": "a thermistor was below 3 or above 43 °C at power-on",
    "rest_due": "it was warm for 90 minutes: leave it powered for half an hour",
    "latched": "it is locked: see the faults above",
}


def walk(bench: Bench, person: Person, wanted: Wanted, unplug: bool) -> Iterator[Row]:
    """All rows, each as soon as it is known. Whatever interrupts it, the caller says STOP. Raises CableError, and
    SetupError where the board is at work."""
    hello = bench.greet()
    ours = (hello.contract_hash, hello.facts_hash) == (contract.CONTRACT_HASH, facts.FACTS_HASH)
    yield from _who(hello, ours)
    if not ours:
        return
    yield from _self_tests(hello)
    bench.wait(lambda: bench.talking, STATUS_S)
    bench.run(SETTLE_S)
    yield from _faults(bench)
    yield from _thermistors(bench, wanted)
    yield from _at_rest(bench)
    for zone in range(contract.COUNT_ZONES):
        yield from _unless_locked(bench, f"trip and heater {_words(facts.ZONES[zone].name)}", "armed by a press",
                                  _armed(bench, person, zone, wanted))  # fmt: skip
    yield from _person(person)
    for motor in range(contract.COUNT_MOTORS):
        yield from _unless_locked(bench, f"motor {_words(facts.MOTORS[motor].name)}", "its current",
                                  _motor(bench, person, motor))  # fmt: skip
    must_be = "each is open, and the board locks (B)"
    if unplug:
        yield from _unless_locked(bench, "thermistors unplugged", must_be, _unplugged(bench, person, must_be))
    else:
        yield left_out("thermistors unplugged", must_be, "it was to stay plugged in")


def _words(name: str) -> str:
    return name.replace("_", " ")


def _unless_locked(bench: Bench, subject: str, must_be: str, rows: Iterator[Row]) -> Iterator[Row]:
    """A locked board obeys nobody: what it would not do says nothing of its parts. One that locks meanwhile says so."""
    before = bench.status.latched_faults
    if before:
        yield left_out(subject, must_be, "the board is locked: mend what is said of its faults, then test again")
        return
    yield from rows
    if bench.status.latched_faults and not bench.saw("cleared"):
        yield from _faults(bench, f"faults after {subject}")


def _who(hello: contract.Hello, ours: bool) -> Iterator[Row]:
    version = ".".join(map(str, hello.firmware_version))
    yield judged(
        "firmware", ours, f"{version}, contract {hello.contract_hash:08x}, facts {hello.facts_hash:08x}",
        f"contract {contract.CONTRACT_HASH:08x}, facts {facts.FACTS_HASH:08x}", "flash this version: poultice flash",
    )  # fmt: skip
    written = any(hello.board_id)
    number = bytes(hello.board_id).hex() if written else "none"
    row = judged("board's own number", written, number, "16 digits", "")
    yield (
        row
        if written
        else left_out(
            "board's own number", "16 digits, where several boards share a house", "none was written into its EEPROM"
        )
    )


def _self_tests(hello: contract.Hello) -> Iterator[Row]:
    failed = [test.name.lower() for test in contract.SelfTest if not hello.self_tests >> test & 1]
    yield judged(
        "self-tests", not failed, "all passed" if not failed else f"failed: {', '.join(failed)}",
        ", ".join(test.name.lower() for test in contract.SelfTest), "unplug it, wait, try again; then mend the board",
    )  # fmt: skip


def _faults(bench: Bench, subject: str = "faults") -> Iterator[Row]:
    bits = bench.status.faults | bench.status.latched_faults
    found = [contract.FAULTS[fault] for fault in contract.Fault if bits >> (fault - 1) & 1]
    yield judged(
        subject, not found, ", ".join(each.name for each in found) or "none", "none",
        " ".join(each.action for each in found),
    )  # fmt: skip


def _thermistors(bench: Bench, wanted: Wanted) -> Iterator[Row]:
    celsius, trust = _celsius(bench)
    fits, must_be = expected.thermistors(celsius, wanted)
    for name in NAMES:
        good = fits.get(name, False)
        measured = f"{celsius[name]:.1f} °C" if name in celsius else trust[name]
        yield judged(
            f"thermistor {name.replace('_', ' ')}", good, measured, must_be,
            "look at its plug, its pull-up and its filter; a bead that lies elsewhere may be right",
        )  # fmt: skip


def _celsius(bench: Bench) -> tuple[dict[str, float], dict[str, str]]:
    status = bench.status
    centi = (*status.sensor_temperature_centi_c, *status.witness_temperature_centi_c)
    trust = (*status.sensor_trust, *status.witness_trust)
    words = {name: _words(each.name.lower()) for name, each in zip(NAMES, trust, strict=True)}
    believed = contract.SensorTrust.TRUSTED
    return {n: c / 100 for n, c, t in zip(NAMES, centi, trust, strict=True) if t == believed}, words


def _at_rest(bench: Bench) -> Iterator[Row]:
    current_ma, rail_mv = bench.status.supply_current_ma, bench.status.rail_mv
    yield judged(
        "current at rest", current_ma <= expected.REST_MOST_MA, f"{current_ma} mA", f"≤ {expected.REST_MOST_MA} mA",
        "something draws although all is off: Q203, Q212, Q222, the motors' switches",
    )  # fmt: skip
    yield _rail_off(rail_mv, "heaters' rail at rest")


def _rail_off(rail_mv: int, subject: str) -> Row:
    return judged(
        subject, rail_mv < expected.RAIL_OFF_MV, f"{rail_mv / 1000:.2f} V", f"< {expected.RAIL_OFF_MV / 1000:g} V",
        "the upper switch or its driver (Q203, Q201) conducts: unplug, and do not use it",
    )  # fmt: skip


# -- A press, and one zone ---------------------------------------------------------------------------------------------


def _armed(bench: Bench, person: Person, zone: int, wanted: Wanted) -> Iterator[Row]:
    """Each arming tests the trip of one zone, in turn: so there are as many presses as zones."""
    name = _words(facts.ZONES[zone].name)
    bench.events.clear()
    bench.wish(demand())
    person.please(Deed.PRESS)
    pressed = bench.wait(lambda: bench.saw("button_released"), DEED_S)
    yield judged(
        f"button, press {zone + 1}", pressed, "seen" if pressed else "nothing", "press and release",
        "look at J801, R541 and the button's wires",
    )  # fmt: skip
    armed = pressed and bench.wait(lambda: bench.saw("armed") or bench.saw("refused"), ANSWER_S) and bench.saw("armed")
    why = next((event.detail for event in bench.events if event.kind == "refused"), None) or "no answer"
    yield judged(
        f"trip, test {zone + 1} of {contract.COUNT_ZONES}", armed, "provoked, held, let go: armed" if armed else why,
        "provoked by the press, reset by the release", REFUSED.get(why, "look at table 4, rows 2 to 6"),
    )  # fmt: skip
    if armed:
        yield from _zone(bench, zone, name, wanted)
        yield from _stopped(bench, name)
    else:
        yield left_out(f"heater {name}", "its current", "not armed")


def _zone(bench: Bench, zone: int, name: str, wanted: Wanted) -> Iterator[Row]:
    rest_ma = bench.status.supply_current_ma
    bench.wish(demand(zone, facts.ZONES[zone].nominal_w, HEAT_C))
    flows: list[tuple[int, int]] = []

    def look() -> bool:
        now = (bench.status.supply_current_ma - rest_ma, bench.status.rail_mv)
        flows.append(now)
        return False

    bench.wait(look, PULSE_S)
    current_ma, rail_mv = max(each[0] for each in flows), max(each[1] for each in flows)
    low_ma, high_ma = expected.zone_ma(rail_mv, wanted)
    yield judged(
        f"heater {name}", low_ma <= current_ma <= high_ma, f"{current_ma} mA", f"{low_ma:.0f} to {high_ma:.0f} mA",
        f"look at {name}'s element, bimetal, fuse and terminal, then at its lower switch and at the shunt R101",
    )  # fmt: skip
    low_mv, high_mv = facts.BOARD.rail_min_mv, facts.BOARD.rail_max_mv
    yield judged(
        f"rail with {name} on", low_mv <= rail_mv <= high_mv, f"{rail_mv / 1000:.2f} V",
        f"{low_mv / 1000:g} to {high_mv / 1000:g} V", "look at the adapter, the enable line and Q203",
    )  # fmt: skip
    other = [watts for index, watts in enumerate(bench.status.zone_applied_deci_w) if index != zone]
    yield judged(f"only {name} is on", not any(other), f"others {sum(other) / 10:g} W", "0 W", "report this")


def _stopped(bench: Bench, name: str) -> Iterator[Row]:
    rest = bench.stop()
    bench.run(OFF_S)
    yield judged(f"STOP after {name}", rest, "off, disarmed" if rest else "still on", "off, disarmed", "unplug it")
    yield _rail_off(bench.status.rail_mv, f"rail {OFF_S:g} s after {name}")


# -- What a person sees, and the motors --------------------------------------------------------------------------------


def _person(person: Person) -> Iterator[Row]:
    yield _seen(person, "light", "Did the light change with each press?", "look at D801 and its resistor")
    yield _seen(person, "buzzer", "Did it beep with each press?", "look at the buzzer and its switch")


def _seen(person: Person, subject: str, question: str, remedy: str) -> Row:
    answer = person.sees(question)
    if answer is None:
        return left_out(subject, "seen by somebody", "nobody was asked")
    return judged(subject, answer, "yes" if answer else "no", "yes", remedy)


def _motor(bench: Bench, person: Person, motor: int) -> Iterator[Row]:
    name = _words(facts.MOTORS[motor].name)
    bench.wish(demand())
    bench.run(SETTLE_S)
    rest_ma = bench.status.supply_current_ma
    bench.events.clear()
    bench.wish(demand(motor=motor))
    bench.run(SETTLE_S)
    cut = ", cut off: it drew too much" if any(event.detail == "motor_current" for event in bench.events) else ""
    current_ma = bench.status.supply_current_ma - rest_ma
    low_ma, high_ma = expected.motor_ma(motor)
    yield judged(
        f"motor {name}", low_ma <= current_ma <= high_ma, f"{current_ma} mA{cut}", f"{low_ma:.0f} to {high_ma:.0f} mA",
        "look at its wires in J301, its switch and F301",
    )  # fmt: skip
    yield _seen(person, f"motor {name}, felt", f"Did the motor {name} run, and no other?", "its wires are swapped")


# -- Without the pad ---------------------------------------------------------------------------------------------------


def _unplugged(bench: Bench, person: Person, must_be: str) -> Iterator[Row]:
    bench.wish(None)
    person.please(Deed.UNPLUG)
    locked = _is(contract.DeviceState.LATCHED_B, bench)
    every = bench.wait(lambda: set(_celsius(bench)[1].values()) == {"open"} and locked(), DEED_S)
    there = [_words(name) for name, trust in _celsius(bench)[1].items() if trust != "open"]
    measured = f"all open, {_words(bench.status.state.name.lower())}"
    yield judged(
        "thermistors unplugged", every, f"not open: {', '.join(there)}" if there else measured, must_be,
        "a missing thermistor must never be taken for a cold one: look at their inputs",
    )  # fmt: skip
    person.please(Deed.PLUG)
    bench.greet(DEED_S)  # as after any power-on
    bench.wait(lambda: bench.talking, STATUS_S)
    bench.run(SETTLE_S)
    bench.events.clear()
    person.please(Deed.HOLD)
    cleared = bench.wait(lambda: bench.saw("cleared"), DEED_S)
    yield judged(
        "cleared by a long press", cleared, "yes" if cleared else "no", "plugged in, pressed for 2 to 5 s",
        "locked a third time within a day it needs the jumper J811 at power-on; use --keep-plugged meanwhile",
    )  # fmt: skip


def _is(state: contract.DeviceState, bench: Bench) -> Callable[[], bool]:
    return lambda: bench.status.state == state
