"""The model of firmware/contract.toml: limits, enumerations, faults and messages, checked and numbered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from generator.source import Problem, Strict, fingerprint

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, Field(min_length=1)]
U8 = Annotated[int, Field(ge=0, le=255)]


@dataclass(frozen=True, slots=True)
class WireType:
    """A number on the wire: its C type, its letter for Python's struct, and its range."""

    c: str
    letter: str
    size: int
    low: int
    high: int


TYPES = {
    "u8": WireType("uint8_t", "B", 1, 0, 2**8 - 1),
    "u16": WireType("uint16_t", "H", 2, 0, 2**16 - 1),
    "u32": WireType("uint32_t", "I", 4, 0, 2**32 - 1),
    "i8": WireType("int8_t", "b", 1, -(2**7), 2**7 - 1),
    "i16": WireType("int16_t", "h", 2, -(2**15), 2**15 - 1),
    "i32": WireType("int32_t", "i", 4, -(2**31), 2**31 - 1),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of limits: suffix of names, factor to the unit that people use, range of the integer."""

    suffix: str
    person: str
    factor: int
    low: int
    high: int


UNITS = {
    "centi_c": Unit("_CENTI_C", "_C", 100, -(2**15), 2**15 - 1),
    "deci_w": Unit("_DECI_W", "_W", 10, 0, 2**16 - 1),
    "ms": Unit("_MS", "_S", 1000, 0, 2**31 - 1),
    "centi_k": Unit("_CENTI_K", "_K", 100, 0, 2**15 - 1),
    "mv": Unit("_MV", "_V", 1000, 0, 2**16 - 1),
    "permille": Unit("_PERMILLE", "", 1000, 0, 1000),
    "percent": Unit("_PERCENT", "", 100, 0, 1000),
    "centi_cem43": Unit("_CENTI_CEM43", "_CEM43", 100, 0, 2**16 - 1),
    "count": Unit("", "", 1, 0, 2**16 - 1),
    "adc_code": Unit("", "", 1, 0, 1023),
}


class Version(Strict):
    """`[contract]`."""

    version: Annotated[int, Field(ge=1, le=255)]


class Frame(Strict):
    """`[frame]`."""

    max_payload: Annotated[int, Field(ge=8, le=250)]


class Limit(Strict):
    """`[limits.*]`: a constant of the firmware, with its unit and reason."""

    value: int
    unit: Literal["centi_c", "centi_k", "deci_w", "ms", "mv", "permille", "percent", "centi_cem43", "count", "adc_code"]
    within: Annotated[list[int], Field(min_length=2, max_length=2)]
    reason: Text


class Enumeration(Strict):
    """`[enums.*]`: names with values that fit one byte."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, U8] = Field(init=False)

    doc: Text

    @property
    def values(self) -> dict[str, int]:
        """Names and values, in the order of the file."""
        return self.__pydantic_extra__


class Fault(Strict):
    """`[faults.*]`: number, lock-out class, and the words for a person."""

    number: Annotated[int, Field(ge=1, le=32)]
    lockout: Annotated[Literal["A", "B", "C"], Field(alias="class")]
    sentence: Text
    action: Text


class MessageField(Strict):
    """One field of a message. `max` may name a limit of the same unit."""

    name: Name
    type: Literal["u8", "u16", "u32", "i8", "i16", "i32"]
    count: int | str | None = None
    min: int | None = None
    max: int | str | None = None
    enum: str | None = None
    doc: str


class Message(Strict):
    """`[messages.*]`: fields in wire order; `up` is board to host."""

    id: Annotated[int, Field(ge=1, le=255)]
    direction: Literal["up", "down"]
    doc: Text
    fields: list[MessageField] = Field(default_factory=list)


class Contract(Strict):
    """The whole of firmware/contract.toml."""

    contract: Version
    frame: Frame
    limits: dict[Name, Limit]
    enums: dict[Name, Enumeration]
    faults: dict[Name, Fault]
    messages: dict[Name, Message]
    counts: dict[Name, Annotated[int, Field(ge=1, le=32)]]

    def count_of(self, field: MessageField) -> int:
        """How many numbers a field holds; 1 where it is no array."""
        if isinstance(field.count, str):
            return self.counts[field.count]
        return field.count or 1

    def bounds(self, field: MessageField) -> tuple[int, int]:
        """The range that a field may have: its own, its enumeration's, or its type's."""
        wire = TYPES[field.type]
        low, high = wire.low, wire.high
        if field.enum is not None:
            values = self.enums[field.enum].values.values()
            low, high = min(values), max(values)
        if isinstance(field.max, str):
            return low if field.min is None else field.min, self.limits[field.max].value
        return low if field.min is None else field.min, high if field.max is None else field.max

    def size_of(self, message: Message) -> int:
        """Bytes of payload."""
        return sum(TYPES[f.type].size * self.count_of(f) for f in message.fields)

    @property
    def hash(self) -> int:
        """32 bits of the meaning: words for people and the reviewed ranges left out."""
        return fingerprint(_without_words(self.model_dump(mode="json", by_alias=True)))


WORDS = {"doc", "reason", "sentence", "action", "within"}


def _without_words(content: object) -> dict[str, object]:
    def strip(part: object) -> object:
        if isinstance(part, dict):
            return {k: strip(v) for k, v in part.items() if not (k in WORDS and isinstance(v, str | list))}
        return [strip(v) for v in part] if isinstance(part, list) else part

    result = strip(content)
    assert isinstance(result, dict)  # noqa: S101 -- a dict went in
    return result


def problems(contract: Contract) -> list[Problem]:
    """Everything that the shape alone does not show: duplicates, ranges, references."""
    return [
        *_limit_problems(contract),
        *_enum_problems(contract),
        *_fault_problems(contract),
        *_message_problems(contract),
        *_class_name_problems(contract),
    ]


def _limit_problems(contract: Contract) -> Iterator[Problem]:
    for name, limit in contract.limits.items():
        low, high = limit.within
        unit = UNITS[limit.unit]
        if low > high:
            yield Problem(f"limits.{name}.within", f"is {limit.within}", "write the lower bound first")
        elif not low <= limit.value <= high:
            remedy = "choose a value inside, or have the range reviewed"
            yield Problem(f"limits.{name}.value", f"is {limit.value}, outside of `within` {low} to {high}", remedy)
        if not unit.low <= min(low, limit.value) <= max(high, limit.value) <= unit.high:
            remedy = f"in unit {limit.unit} choose numbers from {unit.low} to {unit.high}"
            yield Problem(f"limits.{name}", "does not fit the firmware's integer", remedy)


def _enum_problems(contract: Contract) -> Iterator[Problem]:
    for name, enum in contract.enums.items():
        values = enum.values
        entry = f"enums.{name}"
        if not values:
            yield Problem(entry, "has no values", "add at least one")
        for key in values:
            if not _is_name(key):
                yield Problem(f"{entry}.{key}", "is not a name", "use lower-case letters, digits and underscores")
        yield from _duplicates(entry, values.items(), "value")
        if values and sorted(set(values.values())) != list(range(min(values.values()), max(values.values()) + 1)):
            # so that "from the smallest to the largest" is the whole range check that the board needs
            yield Problem(entry, "has a gap in its values", "number them without gaps")


def _fault_problems(contract: Contract) -> Iterator[Problem]:
    yield from _duplicates("faults", ((k, f.number) for k, f in contract.faults.items()), "number", ".number")


def _message_problems(contract: Contract) -> Iterator[Problem]:
    yield from _duplicates("messages", ((k, m.id) for k, m in contract.messages.items()), "id", ".id")
    for name, message in contract.messages.items():
        seen: set[str] = set()
        before = 0
        for field in message.fields:
            entry = f"messages.{name}.fields.{field.name}"
            if field.name in seen:
                yield Problem(entry, "stands there twice", "rename or remove one")
            seen.add(field.name)
            found = list(_field_problems(contract, entry, field))
            before += len(found)
            yield from found
        if before == 0 and contract.size_of(message) > contract.frame.max_payload:
            wrong = f"has {contract.size_of(message)} bytes of payload, more than frame.max_payload"
            yield Problem(f"messages.{name}", wrong, f"shorten it to {contract.frame.max_payload} bytes")


def _field_problems(contract: Contract, entry: str, field: MessageField) -> Iterator[Problem]:
    if field.count not in (None, *range(1, 251), *contract.counts):
        yield Problem(f"{entry}.count", f"is {field.count!r}", "use a number from 1 to 250 or a name of [counts]")
    if field.enum is not None:
        yield from _enum_reference_problems(contract, entry, field)
    if isinstance(field.max, str):
        limit = contract.limits.get(field.max)
        if limit is None or not field.name.endswith(limit.unit):
            yield Problem(f"{entry}.max", f"is {field.max!r}", "use a number or a limit in the field's own unit")
            return
    wire = TYPES[field.type]
    low = wire.low if field.min is None else field.min
    high = wire.high if field.max is None else _number(contract, field.max)
    if not wire.low <= low <= wire.high:
        yield Problem(f"{entry}.min", f"is {low}", f"{field.type} holds {wire.low} to {wire.high}, stay inside")
    if not wire.low <= high <= wire.high:
        yield Problem(f"{entry}.max", f"is {high}", f"{field.type} holds {wire.low} to {wire.high}, stay inside")
    if low > high:
        yield Problem(f"{entry}.min", f"is {low}, above max {high}", "write the smaller number in min")


def _number(contract: Contract, bound: int | str) -> int:
    return contract.limits[bound].value if isinstance(bound, str) else bound


def _enum_reference_problems(contract: Contract, entry: str, field: MessageField) -> Iterator[Problem]:
    if field.enum not in contract.enums:
        yield Problem(f"{entry}.enum", f"is {field.enum!r}", "use a name of [enums]")
    if field.type != "u8":
        yield Problem(f"{entry}.type", f"is {field.type!r}", "enumerations travel as u8, use that")
    if field.min is not None or field.max is not None:
        yield Problem(entry, "has min or max beside its enum", "remove them, the enumeration is the range")


RESERVED = {"Fault", "FaultInfo", "Limit", "Lockout", "Message", "UpMessage", "DownMessage"}


def class_name(name: str) -> str:
    """`hello_request` as `HelloRequest`."""
    return "".join(part.capitalize() for part in name.split("_"))


def _class_name_problems(contract: Contract) -> Iterator[Problem]:
    """Enumerations and messages become Python classes of one module."""
    seen = dict.fromkeys(RESERVED, "the generator itself")
    for section, names in (("enums", contract.enums), ("messages", contract.messages)):
        for name in names:
            if class_name(name) in seen:
                wrong = f"becomes the class {class_name(name)}, as does {seen[class_name(name)]}"
                yield Problem(f"{section}.{name}", wrong, "rename one of them")
            seen[class_name(name)] = f"{section}.{name}"


def _duplicates(entry: str, items: Iterable[tuple[str, int]], word: str, suffix: str = "") -> Iterator[Problem]:
    seen: dict[int, str] = {}
    for name, number in items:
        if number in seen:
            wrong = f"is {number}, the {word} of {entry}.{seen[number]}"
            yield Problem(f"{entry}.{name}{suffix}", wrong, "choose a free one")
        seen.setdefault(number, name)


def _is_name(text: str) -> bool:
    return text.isidentifier() and text == text.lower() and text[0].isalpha() and text.isascii()
