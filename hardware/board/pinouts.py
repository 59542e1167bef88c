"""Does the schematic use each part's pins as its pinout says, and does KiCad's own library say the same?"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from board.parts import UNITS, unit_symbol
from board.sexpr import Node, child, children, parse
from board.stock import STOCK

TABLE = Path(__file__).with_name("pinouts.toml")
LIBRARY = Path("/usr/share/kicad/symbols")
MIXED_FROM = 3  # pins: what has two is a passive part, or a diode whose cathode KiCad's footprints number 1
OF_OUR_OWN = frozenset({"sensors", "heaters", "motors"})  # connectors: we say what is where
SUPPLY = {"VCC": "V+", "GND": "V-"}  # of the gates
WORDS = {"I/O1": "IO1", "I/O2": "IO2", "USBDP": "D+", "USBDM": "D-", "COM": "AK", "SHIELD": "SH", "RST": "RESET"}


@dataclass(frozen=True, slots=True)
class Pinout:
    """Pin number to function; `like` is library and symbol of KiCad's own that it was compared with."""

    like: str
    pins: dict[str, str]
    note: str = ""


def pinouts() -> dict[str, Pinout]:
    """By their names in the stock."""
    return {name: Pinout(**row) for name, row in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()}


def to_be_told() -> set[str]:
    """Names in the stock of what has pins to mix up."""
    return {name for name, item in STOCK.items() if len(_pins(item.symbol)) >= MIXED_FROM} - OF_OUR_OWN


def drawn(stock: str) -> dict[str, str]:
    """Pin number to function, as the schematic's symbol has it: of a chip in pieces, the piece's letter first."""
    return {number: function for number, function, _ in _pins(STOCK[stock].symbol)}


def _pins(symbol: str) -> list[tuple[str, str, str]]:
    units = len(UNITS.get(symbol, "."))
    found = []
    for unit in range(1, units + 1):
        piece = unit_symbol(symbol, unit)
        supply = piece.name.startswith("SUPPLY_")
        letter = chr(ord("A") + unit - 1) if units > 1 and not supply else ""
        if len(piece.pins) == 2 and not supply:  # drawn with its anode above, by symbols.py
            found += [(pin.number, end, pin.kind) for pin, end in zip(piece.pins, "AK", strict=True)]
            continue
        found += [(pin.number, _function(letter, _plain(pin.name), pin.kind), pin.kind) for pin in piece.pins]
    return found


def _function(letter: str, name: str, kind: str) -> str:
    return f"{letter} {'in' if kind == 'input' else 'out'}" if name == "~" else f"{letter}{name}"


def _plain(name: str) -> str:
    """Without overlines, second functions and typographers' signs."""
    bare = re.sub(r"~\{([^}]*)\}", r"\1", name).replace("−", "-").upper()
    bare = bare if bare in WORDS else bare.split("/")[0]
    return WORDS.get(bare, bare)


def differences() -> list[str]:
    """A sentence for each pin of the schematic that is another than in the table."""
    table = pinouts()
    return [f"{name} is drawn, and pinouts.toml does not have it" for name in sorted(to_be_told() - set(table))] + [
        f"{name}: pin {pin} is drawn as {drawn(name).get(pin)}, pinouts.toml has {table[name].pins.get(pin)}"
        for name in table
        for pin in sorted({*drawn(name), *table[name].pins})
        if drawn(name).get(pin) != table[name].pins.get(pin)
    ]


# -- KiCad's own library -----------------------------------------------------------------------------------------------


def there() -> bool:
    """Whether KiCad's own symbols are installed."""
    return LIBRARY.is_dir()


def library_differences(folder: Path = LIBRARY) -> list[str]:
    """A sentence for each pin that KiCad's own library has otherwise than the table."""
    return [sentence for name, pinout in pinouts().items() for sentence in _against(folder, name, pinout)]


def _against(folder: Path, name: str, pinout: Pinout) -> list[str]:
    library, _, symbol = pinout.like.partition(":")
    found = _library_pins(folder / f"{library}.kicad_sym", symbol)
    if not found:
        return [f"{name}: KiCad's library {library} has no {symbol}"]
    ours, theirs = _lettered(pinout.pins), _lettered(found)
    return [
        f"{name}: pin {pin} is {function}, KiCad's {symbol} has {theirs.get(pin)}"
        for pin, function in ours.items()
        if theirs.get(pin) != function
    ]


PIECE = re.compile(r"([A-D])( in| out|\+|-)")


def _lettered(pins: dict[str, str]) -> dict[str, str]:
    """Whose piece is called A is a matter of taste: here the one with the lowest pin."""
    met: dict[str, str] = {}
    found = {}
    for pin, function in sorted(pins.items(), key=lambda each: int(each[0]) if each[0].isdigit() else 0):
        match = PIECE.fullmatch(function)
        letter = met.setdefault(match[1], chr(ord("A") + len(met))) if match else ""
        found[pin] = f"{letter}{match[2]}" if match else function
    return found


def _library_pins(file: Path, symbol: str) -> dict[str, str]:
    """Raises OSError where there is no such library."""
    text = file.read_text(encoding="utf-8")
    node = _symbol(text, symbol)
    while node and not _nodes(node) and children(node, "extends"):
        node = _symbol(text, str(child(node, "extends")[1]))
    if not node:
        return {}
    told = _nodes(node)
    pieces = {piece for piece, _ in told}
    gates = any(_plain(_name(pin)) == "~" for _, pin in told)
    return {_number(pin): _told(piece if len(pieces) > 1 else "", pin, gates) for piece, pin in told}


def _symbol(text: str, name: str) -> list[Node]:
    """One symbol of a library; whole libraries take half a minute to read."""
    _, _, rest = text.partition(f'\n\t(symbol "{name}"\n')
    inner, _, _ = rest.partition("\n\t)")
    return parse(f'(symbol "{name}" {inner})') if rest else []


def _told(piece: str, pin: list[Node], gates: bool) -> str:
    name, kind = _plain(_name(pin)), str(pin[1])
    if kind.startswith("power"):
        return SUPPLY.get(name, name) if gates else name
    return _function(piece, name, kind) if gates else name


def _nodes(symbol: list[Node]) -> list[tuple[str, list[Node]]]:
    """Each pin with the letter of its piece: pieces are called NAME_unit_style; 0 is common to all."""
    own = [("", pin) for pin in children(symbol, "pin")]
    for piece in children(symbol, "symbol"):
        _, unit, style = str(piece[1]).rsplit("_", 2)
        letter = chr(ord("A") + int(unit) - 1) if int(unit) else ""
        own += [(letter, pin) for pin in children(piece, "pin") if style in ("0", "1")]
    return own


def _name(pin: list[Node]) -> str:
    return str(child(pin, "name")[1])


def _number(pin: list[Node]) -> str:
    return str(child(pin, "number")[1])
