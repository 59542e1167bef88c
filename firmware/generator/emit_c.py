"""The C headers of firmware/core: contract.h, facts.h and thermistor_table.h."""

from __future__ import annotations

import math
from collections.abc import Iterable

from generator import thermistor
from generator.contract_model import TYPES, UNITS, Contract, Limit, Message, MessageField
from generator.facts_model import Facts
from generator.source import Strict

BOTH = "firmware/contract.toml and hardware/facts.toml"


def banner(sources: str) -> str:
    """First lines of a generated C file."""
    return f"/* Generated from {sources} by `make contract`; do not edit. */"


def contract_h(contract: Contract) -> str:
    """firmware/core/contract.h."""
    parts = [
        banner("firmware/contract.toml"),
        "#ifndef POULTICE_CONTRACT_H\n#define POULTICE_CONTRACT_H\n",
        "#include <stdint.h>\n",
        "/* The structs below are the wire itself. */",
        _assert("__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__", "the wire is little-endian; this computer is not") + "\n",
        f"#define CONTRACT_VERSION {contract.contract.version}u",
        f"#define CONTRACT_HASH 0x{contract.hash:08x}uL /* of the meaning; both ends compare it */\n",
        f"#define FRAME_MAX_PAYLOAD {contract.frame.max_payload}u\n",
        *(f"#define COUNT_{name.upper()} {count}u" for name, count in contract.counts.items()),
        "\n/* Limits. No message writes one. */",
        *(_limit(name, limit) for name, limit in contract.limits.items()),
        "",
        *(_enum(name, enum.doc, enum.values) for name, enum in contract.enums.items()),
        _faults(contract),
        _enum("message", "What a frame is.", {name: m.id for name, m in contract.messages.items()}),
        *(_message(contract, name, message) for name, message in contract.messages.items()),
        "#endif\n",
    ]
    return "\n".join(parts)


def _assert(condition: str, words: str) -> str:
    return f'_Static_assert({condition}, "{words}");'


def limit_name(name: str, limit: Limit) -> str:
    """`LIMIT_TARGET_MAX_CENTI_C`."""
    return f"LIMIT_{name.upper()}{UNITS[limit.unit].suffix}"


def _limit(name: str, limit: Limit) -> str:
    comment = limit.reason.replace("*/", "* /")
    return f"#define {limit_name(name, limit)} {_limit_value(limit)} /* {comment} */"


def _limit_value(limit: Limit) -> str:
    """Temperatures are signed; times 32 bits wide, so that no product wraps on a chip whose int has 16."""
    if limit.unit in ("centi_c", "centi_k"):
        return str(limit.value)
    return f"UINT32_C({limit.value})" if limit.unit == "ms" else f"{limit.value}u"


def _enum(name: str, doc: str, values: dict[str, int]) -> str:
    lines = [f"    {name.upper()}_{key.upper()} = {value}," for key, value in values.items()]
    return "\n".join([f"/* {doc} */", f"enum {name} {{", *lines, "};", ""])


def _faults(contract: Contract) -> str:
    numbers = {name: fault.number for name, fault in contract.faults.items()}
    masks = {
        lockout: sum(1 << (f.number - 1) for f in contract.faults.values() if f.lockout == lockout) for lockout in "ABC"
    }
    return "\n".join(
        [
            _enum("fault", "What can be wrong; bit n - 1 of a set of faults is fault n.", numbers),
            f"#define FAULT_LAST {max(numbers.values())}u",
            "#define FAULT_BIT(number) (UINT32_C(1) << ((number) - 1u))",
            *(f"#define FAULTS_OF_CLASS_{k} UINT32_C(0x{mask:08x})" for k, mask in masks.items()),
            "",
            "/* A returns by itself, B needs the 2 s press on a cold pad, C the service jumper. */",
            "enum fault_class {\n    FAULT_CLASS_A = 0,\n    FAULT_CLASS_B = 1,\n    FAULT_CLASS_C = 2,\n};\n",
            "#define FAULT_CLASS_OF(number) \\",
            "    ((FAULTS_OF_CLASS_C & FAULT_BIT(number)) != 0u   ? FAULT_CLASS_C \\",
            "     : (FAULTS_OF_CLASS_B & FAULT_BIT(number)) != 0u ? FAULT_CLASS_B \\",
            "                                                     : FAULT_CLASS_A)\n",
        ]
    )


def _message(contract: Contract, name: str, message: Message) -> str:
    size = contract.size_of(message)
    way = "board to host" if message.direction == "up" else "host to board"
    lines = [f"/* {way}: {message.doc} */", f"#define MESSAGE_{name.upper()}_SIZE {size}u"]
    lines += [line for field in message.fields for line in _bounds(contract, name, field)]
    if message.fields:
        lines.append(f"struct contract_{name} {{")
        lines += [_field(field) for field in message.fields]
        lines.append("} __attribute__((packed));")
        lines.append(_assert(f"sizeof(struct contract_{name}) == {size}u", f"{name} has {size} bytes on the wire"))
    return "\n".join([*lines, ""])


def _bounds(contract: Contract, message: str, field: MessageField) -> Iterable[str]:
    low, high = contract.bounds(field)
    suffix = "u" if TYPES[field.type].low == 0 else ""
    prefix = f"#define {message.upper()}_{field.name.upper()}"
    # a minimum of 0 is every unsigned number's anyway, and comparing with it would be a compiler's warning
    if field.min is not None or (field.enum is not None and low > 0):
        yield f"{prefix}_MIN {low}{suffix}"
    if field.max is not None or field.enum is not None:
        yield f"{prefix}_MAX {high}{suffix}"


def _field(field: MessageField) -> str:
    count = f"COUNT_{field.count.upper()}" if isinstance(field.count, str) else f"{field.count}u"
    array = "" if field.count is None else f"[{count}]"
    words = "; ".join(filter(None, [f"enum {field.enum}" if field.enum else "", field.doc]))
    return f"    {TYPES[field.type].c} {field.name}{array};" + (f" /* {words} */" if words else "")


def facts_h(facts: Facts) -> str:
    """firmware/core/facts.h."""
    parts = [
        banner("hardware/facts.toml"),
        "#ifndef POULTICE_FACTS_H\n#define POULTICE_FACTS_H\n",
        "#include <stdint.h>\n",
        '#include "contract.h"\n',
        f"#define FACTS_HASH 0x{facts.hash:08x}uL /* of the meaning; both ends compare it */\n",
        "/* Integers are 32 bits wide, so that no product wraps on a chip whose int has 16. Numbers with a point are\n"
        " * for the simulated pad; the board never computes with them. */",
        *_section("board", facts.board),
        *_section("enable", facts.enable),
        *_section("adc", facts.adc, leave_out={"channels"}),
        *_section("ntc", facts.ntc),
        *_section("dividers_rail", facts.dividers.rail),
        *_section("shunt", facts.shunt),
        *_section("bandgap", facts.bandgap),
        "\n/* What the ADC's sums mean: quantity = sum * NUM / DEN. */",
        *_conversions(facts),
        "\n/* Zones, in the order of every message. */",
        *_zones(facts),
        "\n/* Motors, in the order of every message; metres from the pad's centre. */",
        *_motors(facts),
        "\n/* One zone of the pad, and what lies under it. */",
        *_section("pad", facts.pad),
        *_section("body", facts.body),
        *_section("room", facts.room),
        *_section("trip", facts.trip),
        "\n#endif\n",
    ]
    return "\n".join(parts)


def _section(name: str, section: Strict, leave_out: set[str] | None = None) -> list[str]:
    values = section.model_dump(exclude=leave_out)
    return [f"#define FACTS_{name.upper()}_{key.upper()} {_scalar(value)}" for key, value in values.items()]


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return f"UINT32_C({value})" if isinstance(value, int) else repr(value)


def _array(values: Iterable[object], suffix: str = "") -> str:
    return "{ " + ", ".join(f"{_text(v)}{suffix}" for v in values) + " }"


def _text(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def rail_fraction(facts: Facts) -> tuple[int, int]:
    """rail_mv = sum × numerator / denominator."""
    divider = facts.dividers.rail
    top = facts.board.logic_mv * (divider.top_ohm + divider.bottom_ohm)
    return _reduced(top, thermistor.SPAN * divider.bottom_ohm)


def current_fraction(facts: Facts) -> tuple[int, int]:
    """current_ma = sum × numerator / denominator."""
    shunt = facts.shunt
    return _reduced(facts.board.logic_mv * 1000, thermistor.SPAN * shunt.resistance_milliohm * shunt.gain)


def _reduced(numerator: int, denominator: int) -> tuple[int, int]:
    common = math.gcd(numerator, denominator)
    return numerator // common, denominator // common


def _conversions(facts: Facts) -> Iterable[str]:
    largest = facts.adc.oversampling * 1023
    yield f"#define FACTS_ADC_SUM_MAX UINT32_C({largest})"
    yield f"#define FACTS_ADC_SUM_SPAN UINT32_C({thermistor.SPAN}) /* the sum that the reference itself would have */"
    for name, fraction in (("RAIL_MV", rail_fraction(facts)), ("CURRENT_MA", current_fraction(facts))):
        yield f"#define FACTS_{name}_NUM UINT32_C({fraction[0]})"
        yield f"#define FACTS_{name}_DEN UINT32_C({fraction[1]})"
        product = f"FACTS_ADC_SUM_MAX * FACTS_{name}_NUM"
        yield _assert(f"(uint64_t){product} <= UINT32_MAX", "the product must fit 32 bits")
        yield _assert(f"{product} / FACTS_{name}_DEN <= UINT16_MAX", "the quotient must fit STATUS")


def _zones(facts: Facts) -> Iterable[str]:
    zones, sensors = facts.zones, facts.sensors
    yield from (f"#define FACTS_ZONE_INDEX_{zone.name.upper()} {index}u" for index, zone in enumerate(zones))
    yield f"#define FACTS_ZONE_NAMES {_array(z.name for z in zones)}"
    yield f"#define FACTS_ZONE_AREA_M2 {_array(z.area_m2 for z in zones)}"
    yield f"#define FACTS_ZONE_NOMINAL_W {_array(z.nominal_w for z in zones)}"
    yield f"#define FACTS_ZONE_NOMINAL_DECI_W {_array((round(z.nominal_w * 10) for z in zones), 'u')}"
    resistances = [round(1000 * facts.zone_resistance_ohm(z)) for z in zones]
    yield f"#define FACTS_ZONE_RESISTANCE_MILLIOHM {_array(resistances, 'u')} /* from watts and nominal rail */"
    yield f"#define FACTS_SENSOR_NAMES {_array(sensors)}"
    of_zone = [index for index, zone in enumerate(zones) for _ in zone.sensors]
    yield f"#define FACTS_SENSOR_ZONE {_array(of_zone, 'u')} /* which zone a sensor is in */"
    beside = [sensors.index(zone.witness_beside) for zone in zones]
    yield f"#define FACTS_WITNESS_BESIDE {_array(beside, 'u')} /* the sensor that a zone's witness is bonded beside */"
    yield _assert("sizeof((uint8_t[])FACTS_SENSOR_ZONE) == COUNT_SENSORS", "facts and contract must agree")
    yield _assert("sizeof((uint8_t[])FACTS_WITNESS_BESIDE) == COUNT_ZONES", "facts and contract must agree")


def _motors(facts: Facts) -> Iterable[str]:
    motors = facts.motors
    yield from (f"#define FACTS_MOTOR_INDEX_{motor.name.upper()} {index}u" for index, motor in enumerate(motors))
    yield f"#define FACTS_MOTOR_NAMES {_array(m.name for m in motors)}"
    yield f"#define FACTS_MOTOR_X_M {_array(m.x_m for m in motors)}"
    yield f"#define FACTS_MOTOR_Y_M {_array(m.y_m for m in motors)}"
    yield f"#define FACTS_MOTOR_CURRENT_MA {_array((m.current_ma for m in motors), 'u')}"
    yield f"#define FACTS_MOTOR_START_PERCENT {_array((m.start_percent for m in motors), 'u')}"
    yield _assert("sizeof((uint8_t[])FACTS_MOTOR_START_PERCENT) == COUNT_MOTORS", "facts and contract must agree")


def thermistor_table_h(facts: Facts) -> str:
    """firmware/core/thermistor_table.h."""
    values = thermistor.table(facts)
    rows = [", ".join(map(str, values[i : i + 10])) for i in range(0, len(values), 10)]
    low, high = thermistor.CHECKED_C
    return "\n".join(
        [
            banner("hardware/facts.toml"),
            "#ifndef POULTICE_THERMISTOR_TABLE_H\n#define POULTICE_THERMISTOR_TABLE_H\n",
            "/* Temperature in 0.01 °C at sums of 64 conversions of 0, STEP, 2 * STEP, … 65536 (the reference itself):",
            f" * NTC {facts.ntc.resistance_25c_ohm} ohm at 25 °C, beta {facts.ntc.beta_k:g} K, to ground, with"
            f" {facts.ntc.pull_up_ohm} ohm up to the reference.",
            f" * Linear interpolation differs from the equation by at most {thermistor.error_k(facts):.3f} K from"
            f" {low:g} to {high:g} °C. The ends are clamped. */",
            f"#define THERMISTOR_TABLE_STEP {thermistor.STEP}u",
            f"#define THERMISTOR_TABLE_SIZE {len(values)}u",
            "#define THERMISTOR_TABLE_CENTI_C \\",
            "    { \\",
            *(f"        {row}, \\" for row in rows[:-1]),
            f"        {rows[-1]} \\",
            "    }\n",
            "#endif\n",
        ]
    )
