"""The Python modules of controller/poultice/link: contract.py and facts.py."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from generator.contract_model import TYPES, UNITS, Contract, Message, MessageField, class_name
from generator.facts_model import Facts

PREAMBLE = '''
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
'''


def banner(sources: str, what: str) -> str:
    """First lines of a generated Python file."""
    return f'"""{what}\n\nGenerated from {sources} by `make contract`; do not edit.\n"""\n'


def contract_py(contract: Contract) -> str:
    """controller/poultice/link/contract.py."""
    what = "What board and host say to each other, and the limits that the board holds. Numbers are those of the wire."
    parts = [
        banner("firmware/contract.toml", what) + PREAMBLE,
        f"CONTRACT_VERSION = {contract.contract.version}",
        f"CONTRACT_HASH = 0x{contract.hash:08X}",
        f"FRAME_MAX_PAYLOAD = {contract.frame.max_payload}",
        *(f"COUNT_{name.upper()} = {count}" for name, count in contract.counts.items()),
        "\n# Limits in °C, W and s; counts and ADC codes as they are.",
        *_limit_constants(contract),
        "\nLIMITS: dict[str, Limit] = {",
        *(f"    {_q(n)}: Limit({v.value}, {_q(v.unit)}, {_q(v.reason)})," for n, v in contract.limits.items()),
        "}\n",
        *(_enum(class_name(name), enum.doc, enum.values) for name, enum in contract.enums.items()),
        _enum("Fault", "What can be wrong.", {name: fault.number for name, fault in contract.faults.items()}),
        *_faults(contract),
        *(_message(contract, name, message) for name, message in contract.messages.items()),
        *_tables(contract),
    ]
    return "\n".join(parts)


def _q(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _limit_constants(contract: Contract) -> Iterable[str]:
    for name, limit in contract.limits.items():
        unit = UNITS[limit.unit]
        value = str(limit.value) if unit.factor == 1 else repr(limit.value / unit.factor)
        yield f"{name.upper()}{unit.person} = {value}"


def _enum(name: str, doc: str, values: dict[str, int]) -> str:
    lines = [f"    {key.upper()} = {value}" for key, value in values.items()]
    return "\n".join(["", f"class {name}(IntEnum):", f"    {_doc(doc)}", "", *lines, ""])


def _doc(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{escaped}"""'


def _faults(contract: Contract) -> Iterable[str]:
    yield "\nFAULTS: dict[Fault, FaultInfo] = {"
    for name, fault in contract.faults.items():
        yield f"    Fault.{name.upper()}: FaultInfo("
        yield f"        {_q(name)},\n        {_q(fault.lockout)},\n        {_q(fault.sentence)},"
        yield f"        {_q(fault.action)},\n    ),"
    yield "}\n"


def _message(contract: Contract, name: str, message: Message) -> str:
    size = contract.size_of(message)
    lines = [
        "\n@dataclass(frozen=True, slots=True)",
        f"class {class_name(name)}:",
        f"    {_doc(message.doc)}\n",
        f"    ID: ClassVar[int] = {message.id}",
        f"    SIZE: ClassVar[int] = {size}",
        f'    STRUCT: ClassVar[Struct] = Struct("<{"".join(_letters(contract, f) for f in message.fields)}")\n',
        *(line for field in message.fields for line in _declaration(field)),
    ]
    return "\n".join([*lines, *_pack(contract, message), *_unpack(contract, name, message), ""])


def _letters(contract: Contract, field: MessageField) -> str:
    count = "" if field.count is None else str(contract.count_of(field))
    return f"{count}{TYPES[field.type].letter}"


def _declaration(field: MessageField) -> Iterable[str]:
    kind = class_name(field.enum) if field.enum else "int"
    if field.count is not None:
        kind = f"tuple[{kind}, ...]"
    yield f"    {field.name}: {kind}"
    if field.doc:
        yield f"    {_doc(field.doc)}"


def _pack(contract: Contract, message: Message) -> Iterable[str]:
    yield "\n    def pack(self) -> bytes:"
    yield '        """The payload. Raises ValueError naming the field that is out of range."""'
    for field in message.fields:
        low, high = contract.bounds(field)
        if field.count is None:
            yield f'        _check_one("{field.name}", self.{field.name}, {low}, {high})'
        else:
            count = contract.count_of(field)
            yield f'        _check("{field.name}", self.{field.name}, {count}, {low}, {high})'
    values = ", ".join(f"{'' if f.count is None else '*'}self.{f.name}" for f in message.fields)
    yield f"        return self.STRUCT.pack({values})"


def _unpack(contract: Contract, name: str, message: Message) -> Iterable[str]:
    cls = class_name(name)
    yield f"\n    @classmethod\n    def unpack(cls, payload: bytes) -> {cls}:"
    yield '        """Reads a payload. Raises ValueError on a wrong length or an unknown enumeration value."""'
    yield f'        _check_size("{name}", payload, cls.SIZE)'
    if not message.fields:
        yield "        return cls()"
        return
    yield "        v = cls.STRUCT.unpack(payload)\n        return cls("
    at = 0
    for field in message.fields:
        count = contract.count_of(field)
        yield f"            {_read(field, at, count)},"
        at += count
    yield "        )"


def _read(field: MessageField, at: int, count: int) -> str:
    if field.count is None:
        return f"{class_name(field.enum)}(v[{at}])" if field.enum else f"v[{at}]"
    part = f"v[{at}:{at + count}]"
    return f"tuple(map({class_name(field.enum)}, {part}))" if field.enum else part


def _tables(contract: Contract) -> Iterable[str]:
    ways = (("Down", "down", "host to board"), ("Up", "up", "board to host"))
    yield ""
    for word, way, _ in ways:
        names = [class_name(n) for n, m in contract.messages.items() if m.direction == way]
        yield f"{word}Message = {' | '.join(names)}"
    yield "Message = DownMessage | UpMessage\n"
    for word, way, doc in ways:
        names = [class_name(n) for n, m in contract.messages.items() if m.direction == way]
        entries = "".join(f"    {n}.ID: {n},\n" for n in names)
        yield f'MESSAGES_{way.upper()}: dict[int, type[{word}Message]] = {{\n{entries}}}\n"""By id, {doc}."""'
    yield 'MESSAGES: dict[int, type[Message]] = {**MESSAGES_DOWN, **MESSAGES_UP}\n"""By id, both ways."""\n'


FACT_CLASSES = (
    ("board", "Board", "The board: clock, baud, rail."),
    ("enable", "Enable", "The charge pump of the upper switches."),
    ("ntc", "Ntc", "Thermistor to ground, pull-up to the ADC's reference."),
    ("shunt", "Shunt", "The supply current's shunt and its amplifier."),
    ("bandgap", "Bandgap", "The chip's own reference."),
    ("pad", "PadFacts", "One zone of the pad."),
    ("body", "Body", "What lies under one zone."),
    ("room", "Room", "Around the pad."),
    ("trip", "Trip", "The hardware's own protection, outside all software."),
)


def facts_py(facts: Facts) -> str:
    """controller/poultice/link/facts.py."""
    what = "Electrical and thermal facts of board and pad; units are in the names."
    parts = [
        banner("hardware/facts.toml", what),
        "from __future__ import annotations\n\nfrom dataclasses import dataclass\n",
        f"FACTS_HASH = 0x{facts.hash:08X}\n",
    ]
    for section, cls, doc in FACT_CLASSES:
        parts += _record(section, cls, doc, getattr(facts, section))
    parts += [*_divider(facts), *_adc(facts), *_zones(facts), *_motors(facts)]
    return "\n".join(parts)


def _record(section: str, cls: str, doc: str, model: BaseModel) -> list[str]:
    values: dict[str, Any] = model.model_dump()
    return [
        f"\n@dataclass(frozen=True, slots=True)\nclass {cls}:\n    {_doc(doc)}\n",
        *(f"    {key}: {type(value).__name__}" for key, value in values.items()),
        f"\n\n{section.upper()} = {cls}(",
        *(f"    {key}={_value(value)}," for key, value in values.items()),
        ")\n",
    ]


def _value(value: object) -> str:
    if isinstance(value, str):
        return _q(value)
    if isinstance(value, list | tuple):
        return "(" + "".join(f"{_value(v)}, " for v in value).rstrip() + ")"
    return repr(value)


def _divider(facts: Facts) -> list[str]:
    return _record("rail_divider", "Divider", "The divider between supply rail and ADC.", facts.dividers.rail)


def _adc(facts: Facts) -> Iterable[str]:
    adc = facts.adc
    kinds = [f"    {key}: {type(v).__name__}" for key, v in adc.model_dump(exclude={"channels"}).items()]
    yield '\n@dataclass(frozen=True, slots=True)\nclass Adc:\n    """The ADC; `channels` by what hangs on them."""\n'
    yield from kinds
    yield "    channels: dict[str, int]\n\n\nADC = Adc("
    for key, value in adc.model_dump(exclude={"channels"}).items():
        yield f"    {key}={_value(value)},"
    yield "    channels={"
    yield from (f"        {_q(name)}: {number}," for name, number in adc.channels.items())
    yield "    },\n)\n"


def _zones(facts: Facts) -> Iterable[str]:
    yield "\n@dataclass(frozen=True, slots=True)\nclass Zone:"
    yield '    """A heat zone, its thermistors and its element."""\n'
    yield "    name: str\n    area_m2: float\n    nominal_w: float\n    resistance_ohm: float"
    yield "    sensors: tuple[str, ...]\n    witness: str\n    witness_beside: str\n    heater: str\n\n"
    yield "ZONES: tuple[Zone, ...] = ("
    for zone in facts.zones:
        values = {**zone.model_dump(), "resistance_ohm": facts.zone_resistance_ohm(zone)}
        yield from _call("Zone", values)
    yield ')\n"""In the order of every message."""\n'
    yield f'SENSORS: tuple[str, ...] = {_value(facts.sensors)}\n"""In the order of every message."""\n'


def _motors(facts: Facts) -> Iterable[str]:
    yield "\n@dataclass(frozen=True, slots=True)\nclass Motor:"
    yield '    """A massage motor; metres from the pad\'s centre, y up."""\n'
    yield "    name: str\n    x_m: float\n    y_m: float\n    current_ma: int\n    start_percent: int\n"
    yield "    feel_exponent: float\n    pin: str\n\n"
    yield "MOTORS: tuple[Motor, ...] = ("
    for motor in facts.motors:
        yield from _call("Motor", motor.model_dump())
    yield ')\n"""In the order of every message."""\n'


def _call(cls: str, values: dict[str, Any]) -> Iterable[str]:
    yield f"    {cls}("
    yield from (f"        {key}={_value(value)}," for key, value in values.items())
    yield "    ),"
