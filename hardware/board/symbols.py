"""The symbols of the schematic: pins and strokes on a grid of 2.54 mm, y downwards as on the sheet."""

from __future__ import annotations

from dataclasses import dataclass

GRID_MM = 2.54
Point = tuple[float, float]
SIDES = {"l": (-1, 0), "r": (1, 0), "u": (0, -1), "d": (0, 1)}


@dataclass(frozen=True, slots=True)
class Pin:
    """`at` is its outer end, where a wire joins; it points to `side`, away from the body."""

    number: str
    name: str
    kind: str
    at: tuple[int, int]
    side: str
    length: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """`box` (left, top, right, bottom) is what no wire may cross; `strokes` are lines through points."""

    name: str
    prefix: str
    pins: tuple[Pin, ...]
    box: tuple[float, float, float, float]
    strokes: tuple[tuple[Point, ...], ...] = ()
    filled: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    names_shown: bool = False
    words: tuple[tuple[str, float, float], ...] = ()
    power: bool = False

    def pin(self, number: str) -> Pin:
        """By its number. Raises KeyError."""
        for pin in self.pins:
            if pin.number == number:
                return pin
        raise KeyError(f"{self.name} has no pin {number}")


def _two(
    name: str,
    prefix: str,
    *strokes: tuple[Point, ...],
    lead: float = 0.3,
    wide: float = 0.4,
    pins: tuple[str, str] = ("1", "2"),
    filled: tuple[tuple[Point, ...], ...] = (),
) -> Symbol:
    """Two pins, one above the other: the first one is the upper."""
    both = (Pin(pins[0], "~", "passive", (0, -1), "u", lead), Pin(pins[1], "~", "passive", (0, 1), "d", lead))
    return Symbol(name, prefix, both, (-wide, -0.99, wide, 0.99), strokes, filled)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))


TRIANGLE: tuple[Point, ...] = ((-0.5, -0.4), (0.5, -0.4), (0.0, 0.4), (-0.5, -0.4))


def _diode(name: str, *extra: tuple[Point, ...], pins: tuple[str, str] = ("2", "1")) -> Symbol:
    """Anode above (KiCad's footprints number the cathode 1)."""
    return _two(name, "D", TRIANGLE, ((-0.5, 0.4), (0.5, 0.4)), *extra, lead=0.6, wide=0.5, pins=pins)


def _transistor(
    name: str,
    kinds: tuple[str, str, str],
    numbers: tuple[str, str, str],
    *strokes: tuple[Point, ...],
    flipped: bool = False,
) -> Symbol:
    """Gate or base at the left; drain or collector above, source or emitter below; `flipped`: the other way up."""
    up, down = (-2, 2) if not flipped else (2, -2)
    gate = Pin(numbers[0], kinds[0], "input", (-2, 0), "l", 1.0)
    drain = Pin(numbers[2], kinds[2], "passive", (1, up), "u" if up < 0 else "d", 1.0)
    source = Pin(numbers[1], kinds[1], "passive", (1, down), "d" if down > 0 else "u", 1.0)
    turned = tuple(tuple((x, -y if flipped else y) for x, y in stroke) for stroke in strokes)
    return Symbol(name, "Q", (gate, source, drain), (-1, -1.4, 1.2, 1.4), turned, circles=((0.3, 0, 1.2),))


GATE = ((-1.0, 0.0), (-0.3, 0.0)), ((-0.3, -0.7), (-0.3, 0.7))
CHANNEL = ((0.0, -0.8), (0.0, 0.8))
LEGS = (
    ((0.0, -0.6), (1.0, -0.6), (1.0, -1.0)),
    ((0.0, 0.6), (1.0, 0.6), (1.0, 1.0)),
    ((0.0, 0.0), (1.0, 0.0), (1.0, 0.6)),
)
ARROW_IN = ((0.4, -0.2), (0.05, 0.0), (0.4, 0.2))
ARROW_OUT = ((0.5, -0.2), (0.85, 0.0), (0.5, 0.2))
BASE = ((-1.0, 0.0), (0.0, 0.0)), ((0.0, -0.7), (0.0, 0.7))
BASE_LEGS = (
    ((0.0, -0.3), (1.0, -0.8), (1.0, -1.0)),
    ((0.0, 0.3), (1.0, 0.8), (1.0, 1.0)),
    ((0.5, 0.7), (0.85, 0.7), (0.65, 0.4)),
)


def _chip(name: str, prefix: str, left: list[str], right: list[str], *, wide: int = 6, rest: str = "") -> Symbol:
    """A box: each pin is "number name kind"; an empty string leaves a place free. `rest` stands in the middle."""
    rows, half = max(len(left), len(right)), wide // 2
    pins = []
    for column, side, x in ((left, "l", -half - 1), (right, "r", half + 1)):
        for row, text in enumerate(column):
            if text:
                number, label, kind = text.split()
                pins.append(Pin(number, label, KINDS[kind], (x, row + 1), side, 1.0))
    words = ((rest, 0.0, (rows + 1) / 2),) if rest else ()
    return Symbol(
        name,
        prefix,
        tuple(pins),
        (-half, 0, half, rows + 1),
        (_box(-half, 0, half, rows + 1),),
        names_shown=True,
        words=words,
    )


KINDS = {
    "i": "input", "o": "output", "b": "bidirectional", "p": "passive", "w": "power_in", "W": "power_out",
    "c": "open_collector", "n": "no_connect",
}  # fmt: skip


def _unit(name: str, plus: str, minus: str, out: str, kind: str) -> Symbol:
    """An amplifier or comparator: plus above minus at the left, out at the right."""
    pins = (
        Pin(plus, "+", "input", (-3, -1), "l", 1.0),
        Pin(minus, "-", "input", (-3, 1), "l", 1.0),
        Pin(out, "~", kind, (3, 0), "r", 1.0),
    )
    return Symbol(name, "U", pins, (-2, -2, 2, 2), (AMPLIFIER,), words=(("+", -1.5, -1.0), ("−", -1.5, 1.0)))


AMPLIFIER: tuple[Point, ...] = ((-2.0, -2.0), (2.0, 0.0), (-2.0, 2.0), (-2.0, -2.0))


def _gate(name: str, first: str, second: str, out: str) -> Symbol:
    pins = (
        Pin(first, "~", "input", (-3, -1), "l", 1.0),
        Pin(second, "~", "input", (-3, 1), "l", 1.0),
        Pin(out, "~", "output", (3, 0), "r", 0.6),
    )
    strokes = (
        ((0.0, -1.5), (-2.0, -1.5), (-2.0, 1.5), (0.0, 1.5)),
        ((0.0, -1.5), (0.9, -1.2), (1.6, -0.6), (1.8, 0.0), (1.6, 0.6), (0.9, 1.2), (0.0, 1.5)),
    )
    return Symbol(name, "U", pins, (-2, -1.5, 2.3, 1.5), strokes, circles=((2.1, 0.0, 0.3),), words=(("&", -0.5, 0.0),))


def _pair(name: str, top: str, bottom: str) -> Symbol:
    """The supply of a chip whose other pins are drawn elsewhere."""
    pins = (
        Pin(top, "V+", "power_in", (0, -2), "u", 1.0),
        Pin(bottom, "V−", "power_in", (0, 2), "d", 1.0),
    )
    return Symbol(name, "U", pins, (-1, -1, 1, 1), (_box(-0.8, -1, 0.8, 1),), words=(("supply", 0.0, 0.0),))


def _row(name: str, names: list[str], *, step: int = 1) -> Symbol:
    """A connector: pins at the right, from above, so many grid steps apart."""
    pins = tuple(Pin(str(n), label, "passive", (2, n * step), "r", 1.0) for n, label in enumerate(names, 1))
    bottom = len(names) * step + 1
    return Symbol(name, "J", pins, (-2.5, 0, 1, bottom), (_box(-2.5, 0, 1, bottom),), names_shown=True)


def _power(name: str, *strokes: tuple[Point, ...], up: bool) -> Symbol:
    pin = Pin("1", "~", "power_in", (0, 0), "d" if up else "u", 0.0)
    return Symbol(name, "#PWR", (pin,), (-0.3, -0.3, 0.3, 0.3), strokes, power=True)


GROUND = ((0.0, 0.0), (0.0, 0.4)), ((-0.5, 0.4), (0.5, 0.4)), ((-0.3, 0.6), (0.3, 0.6)), ((-0.1, 0.8), (0.1, 0.8))
SUPPLY_STROKES = ((0.0, 0.0), (0.0, -0.5)), ((-0.4, -0.5), (0.4, -0.5))
GROUNDS = ("GND", "GND_USB")
SUPPLIES = ("+5V", "VIN", "SUPPLY", "RAIL", "MOTOR", "VBUS", "+3V3_USB", "+6V5")

_MCU_LEFT = [
    "4 VCC w",
    "6 VCC p",
    "18 AVCC w",
    "20 AREF p",
    "",
    "29 RESET i",
    "7 XTAL1 i",
    "8 XTAL2 o",
    "",
    "3 GND w",
    "5 GND p",
    "21 GND p",
    "",
    "23 PC0 b",
    "24 PC1 b",
    "25 PC2 b",
    "26 PC3 b",
    "27 PC4 b",
    "28 PC5 b",
    "19 ADC6 i",
    "22 ADC7 i",
]
_MCU_RIGHT = [
    "30 PD0 b",
    "31 PD1 b",
    "32 PD2 b",
    "1 PD3 b",
    "2 PD4 b",
    "9 PD5 b",
    "10 PD6 b",
    "11 PD7 b",
    "",
    "12 PB0 b",
    "13 PB1 b",
    "14 PB2 b",
    "15 PB3 b",
    "16 PB4 b",
    "17 PB5 b",
]

ALL = (
    _two("R", "R", _box(-0.4, -0.7, 0.4, 0.7)),
    _two("C", "C", ((-0.6, -0.15), (0.6, -0.15)), ((-0.6, 0.15), (0.6, 0.15)), lead=0.85, wide=0.6),
    _two("CP", "C", ((-0.6, -0.15), (0.6, -0.15)), ((-0.6, 0.2), (0.6, 0.2)), ((-0.7, -0.6), (-0.3, -0.6)),
         ((-0.5, -0.8), (-0.5, -0.4)), lead=0.85, wide=0.6),
    _two("L", "L", ((0, -0.7), (0.35, -0.6), (0.35, -0.3), (0, -0.23), (0.35, -0.1), (0.35, 0.15), (0, 0.23),
         (0.35, 0.33), (0.35, 0.6), (0, 0.7))),
    _two("F", "F", _box(-0.35, -0.7, 0.35, 0.7), ((0.0, -0.7), (0.0, 0.7))),
    _two("PTC", "F", _box(-0.35, -0.7, 0.35, 0.7), ((-0.7, 0.8), (-0.4, 0.8), (0.6, -0.7))),
    _two("Y", "Y", _box(-0.6, -0.25, 0.6, 0.25), ((-0.5, -0.45), (0.5, -0.45)), ((-0.5, 0.45), (0.5, 0.45)), lead=0.55,
         wide=0.6),
    _two("SW", "SW", ((0.0, -0.5), (0.5, 0.4)), ((0.4, -0.1), (0.9, -0.1)), ((0.9, -0.4), (0.9, 0.2)), lead=0.5,
         wide=0.6),
    _two("BZ", "BZ", _box(-0.5, -0.6, 0.5, 0.6), ((-0.8, -0.4), (-0.4, -0.4)), ((-0.6, -0.6), (-0.6, -0.2)), lead=0.4,
         wide=0.6),
    _diode("D"), _diode("SCHOTTKY", ((-0.5, 0.4), (-0.5, 0.25)), ((0.5, 0.4), (0.5, 0.55))),
    _diode("TVS", ((-0.5, 0.4), (-0.6, 0.2)), ((0.5, 0.4), (0.6, 0.6))),
    _diode("ZENER23", ((-0.5, 0.4), (-0.6, 0.2)), ((0.5, 0.4), (0.6, 0.6)), pins=("1", "3")),
    _diode("LED", ((0.6, 0.0), (1.0, -0.3)), ((0.6, 0.3), (1.0, 0.0))),
    _two("TVS2", "D", ((-0.5, -0.6), (0.5, -0.6), (0.0, 0.0), (-0.5, -0.6)), ((-0.5, 0.6), (0.5, 0.6), (0.0, 0.0),
         (-0.5, 0.6)), ((-0.6, -0.15), (-0.5, 0.0), (0.5, 0.0), (0.6, 0.15)), lead=0.4, wide=0.6),
    _transistor("NMOS", ("G", "S", "D"), ("1", "2", "3"), *GATE, CHANNEL, *LEGS, ARROW_IN),
    _transistor("NMOS_DPAK", ("G", "S", "D"), ("1", "3", "2"), *GATE, CHANNEL, *LEGS, ARROW_IN),
    _transistor("PMOS_DPAK", ("G", "S", "D"), ("1", "3", "2"), *GATE, CHANNEL, *LEGS, ARROW_OUT, flipped=True),
    _transistor("NPN", ("B", "E", "C"), ("1", "2", "3"), *BASE, *BASE_LEGS),
    Symbol("BAT54S", "D", (Pin("1", "A", "passive", (0, 2), "d", 0.6), Pin("2", "K", "passive", (0, -2), "u", 0.6),
           Pin("3", "AK", "passive", (-2, 0), "l", 2.0)), (-1, -1.4, 0.7, 1.4),
           (((-0.5, 1.2), (0.5, 1.2), (0.0, 0.4), (-0.5, 1.2)), ((-0.5, 0.4), (0.5, 0.4)),
            ((-0.5, -0.4), (0.5, -0.4), (0.0, -1.2), (-0.5, -0.4)), ((-0.5, -1.2), (0.5, -1.2)),
            ((0.0, 0.4), (0.0, -0.4)), ((0.0, -1.2), (0.0, -1.4)), ((0.0, 1.2), (0.0, 1.4)))),
    _unit("COMPARATOR_A", "5", "4", "2", "open_collector"),
    _unit("COMPARATOR_B", "7", "6", "1", "open_collector"),
    _unit("COMPARATOR_C", "9", "8", "14", "open_collector"),
    _unit("COMPARATOR_D", "11", "10", "13", "open_collector"),
    _unit("OPAMP_A", "3", "2", "1", "output"),
    _unit("OPAMP_B", "5", "6", "7", "output"),
    _gate("NAND_A", "1", "2", "3"), _gate("NAND_B", "4", "5", "6"),
    _gate("NAND_C", "9", "10", "8"), _gate("NAND_D", "12", "13", "11"),
    _pair("SUPPLY_TLV1704", "3", "12"), _pair("SUPPLY_MCP6002", "8", "4"), _pair("SUPPLY_74HC00", "14", "7"),
    _chip("LMR16006", "U", ["5 VIN w", "4 SHDN i", "2 GND w"], ["1 CB p", "6 SW o", "3 FB i"]),
    _chip("MCP1703", "U", ["1 VI w", "2 GND w"], ["3 VO W", ""]),
    _chip("INA293", "U", ["3 IN+ i", "4 IN− i", "2 GND w"], ["5 VS w", "1 OUT o"]),
    _chip("FT230XS", "U", ["12 VCC w", "10 3V3OUT W", "11 RESET i", "3 VCCIO w", "", "8 D+ b", "9 D− b", "5 GND w",
          "13 GND p"], ["1 TXD o", "4 RXD i", "2 RTS o", "6 CTS i", "15 CBUS0 b", "14 CBUS1 b", "7 CBUS2 b",
          "16 CBUS3 b"], wide=8),
    _chip("ISO7721", "U", ["1 VCC1 w", "2 OUTA o", "3 INB i", "4 GND1 w"], ["8 VCC2 w", "7 INA i", "6 OUTB o",
          "5 GND2 w"], wide=8, rest="║"),
    _chip("USBLC6", "D", ["1 IO1 p", "2 GND p", "3 IO2 p"], ["6 IO1 p", "5 VBUS p", "4 IO2 p"]),
    _chip("ATMEGA328P", "U", _MCU_LEFT, _MCU_RIGHT, wide=10),
    _row("BARREL", ["+", "−"]), _row("USB_B", ["VBUS", "D−", "D+", "GND", "SH"]),
    _row("HEADER2", ["1", "2"]),
    _row("ISP", ["MISO", "VCC", "SCK", "MOSI", "RESET", "GND"]),
    _row("HEATERS", ["L+", "L−", "U+", "U−"], step=2),
    _row("MOTORS", ["UL+", "UL−", "UR+", "UR−", "LL+", "LL−", "LR+", "LR−"], step=2),
    _row("SENSORS", ["LL", "⏊", "LR", "⏊", "LT", "⏊", "UL", "⏊", "UR", "⏊", "UT", "⏊"], step=2),
    Symbol("TP", "TP", (Pin("1", "~", "passive", (0, 1), "d", 0.6),), (-0.4, -0.4, 0.4, 0.4), circles=((0.0, 0.1,
        0.3),)),
    Symbol("HOLE", "H", (), (-0.5, -0.5, 0.5, 0.5), circles=((0.0, 0.0, 0.5), (0.0, 0.0, 0.3))),
    Symbol("PWR_FLAG", "#FLG", (Pin("1", "~", "power_out", (0, 0), "d", 0.0),), (-0.3, -0.9, 0.3, 0.0),
           (((0.0, 0.0), (0.0, -0.4), (-0.4, -0.7), (0.0, -1.0), (0.4, -0.7), (0.0, -0.4)),), power=True),
    *(_power(name, *GROUND, up=False) for name in GROUNDS),
    *(_power(name, *SUPPLY_STROKES, up=True) for name in SUPPLIES),
)  # fmt: skip
BY_NAME = {symbol.name: symbol for symbol in ALL}
