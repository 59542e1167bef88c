"""What a sheet of the schematic consists of: parts, their places and the nets at their pins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from board.symbols import BY_NAME, GROUNDS, SUPPLIES, Pin, Symbol

UNITS = {
    "TLV1704": ("COMPARATOR_A", "COMPARATOR_B", "COMPARATOR_C", "COMPARATOR_D", "SUPPLY_TLV1704"),
    "MCP6002": ("OPAMP_A", "OPAMP_B", "SUPPLY_MCP6002"),
    "74HC00": ("NAND_A", "NAND_B", "NAND_C", "NAND_D", "SUPPLY_74HC00"),
}
"""Chips that are drawn in several pieces."""
NOT_CONNECTED = "-"
POWER = frozenset(GROUNDS + SUPPLIES)
Row = tuple[str, str, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """One drawn piece: a part, or the unit of a chip. Places in grid steps, turns counter-clockwise in degrees."""

    reference: str
    unit: int
    stock: str
    symbol: Symbol
    x: int
    y: int
    turn: int
    nets: tuple[str, ...]

    def pins(self) -> Iterator[tuple[Pin, int, int, str, str]]:
        """Each pin with its place on the sheet, the side that it points to and its net."""
        for pin, net in zip(self.symbol.pins, self.nets, strict=True):
            dx, dy = turned(pin.at, self.turn)
            yield pin, self.x + int(dx), self.y + int(dy), turned_side(pin.side, self.turn), net

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the body."""
        left, top, right, bottom = self.symbol.box
        corners = [turned((x, y), self.turn) for x, y in ((left, top), (right, bottom))]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return self.x + min(xs), self.y + min(ys), self.x + max(xs), self.y + max(ys)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One function of the board. `rows`: reference (with unit, as U5.2), stock, x, y, turn, nets in the pins' order."""

    name: str
    title: str
    paper: str
    rows: tuple[Row, ...]
    notes: tuple[tuple[int, int, str], ...] = ()
    flags: tuple[str, ...] = ()
    by_label: tuple[str, ...] = ()

    def placed(self) -> list[Placed]:
        """Raises ValueError where a row names as many nets as its symbol has no pins."""
        return [_placed(row) for row in self.rows]


def turned(at: tuple[float, float], turn: int) -> tuple[float, float]:
    """A place, counter-clockwise around the origin, y downwards."""
    x, y = at
    for _ in range(turn // 90):
        x, y = y, -x
    return x, y


def turned_side(side: str, turn: int) -> str:
    """The side to which a pin points after that."""
    return "lurd"[("lurd".index(side) - turn // 90) % 4]


def _placed(row: Row) -> Placed:
    name, stock, x, y, turn, text = row
    reference, _, unit_text = name.partition(".")
    unit, nets = int(unit_text or 1), tuple(text.split())
    symbol = unit_symbol(symbol_of(stock), unit)
    if len(nets) != len(symbol.pins):
        raise ValueError(f"{name} has {len(symbol.pins)} pins, but {len(nets)} nets")
    return Placed(reference, unit, stock, symbol, x, y, turn, nets)


def symbol_of(stock: str) -> str:
    """The library's name of what a stock entry is drawn as: `r:name` and `c:name` stand in the facts."""
    kind, _, name = stock.partition(":")
    if kind == "r":
        return "R"
    if kind == "c":
        return "CP" if name == "bulk" else "C"
    from board.stock import STOCK  # noqa: PLC0415

    return STOCK[stock].symbol


def unit_symbol(name: str, unit: int) -> Symbol:
    """The piece of a symbol. Raises KeyError."""
    return BY_NAME[UNITS[name][unit - 1] if name in UNITS else name]


def nets_of(sheets: list[Sheet]) -> dict[str, list[tuple[str, str]]]:
    """Net to (reference, pin number) over all sheets, in the sheets' order."""
    nets: dict[str, list[tuple[str, str]]] = {}
    for sheet in sheets:
        for part in sheet.placed():
            for pin, _, _, _, net in part.pins():
                if net != NOT_CONNECTED:
                    nets.setdefault(net, []).append((part.reference, pin.number))
    return nets
