"""The bill of materials: the board's from the schematic's rows, the pad's from pad.toml; CSV and Markdown."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from generator.facts_model import Facts

from board import stock
from board.parts import Sheet

PAD = Path(__file__).with_name("pad.toml")
QUANTITIES = (1, 10, 100)
BARE_BOARD_EUR = (6.0, 2.2, 0.9)
"""The bare board, 100 x 80 mm, two layers, with its share of the freight: estimated as the parts are."""
Costs = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to buy: how often a board needs it, and what one costs at 1, 10 and 100 boards."""

    references: tuple[str, ...]
    item: stock.Item

    @property
    def count(self) -> int:
        """Pieces a board."""
        return len(self.references)


def lines(facts: Facts, sheets: tuple[Sheet, ...]) -> list[Line]:
    """What a board is made of; the same thing of several facts is one line."""
    bought: dict[tuple[str, str], dict[str, stock.Item]] = {}
    for sheet in sheets:
        for part in sheet.placed():
            item = stock.item(facts, part.stock)
            if item.fitted:
                bought.setdefault((item.mpn, item.value), {})[part.reference] = item
    made = [Line(tuple(sorted(each, key=_order)), next(iter(each.values()))) for each in bought.values()]
    return sorted(made, key=lambda line: _order(line.references[0]))


def _order(reference: str) -> tuple[str, int]:
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", reference, re.ASCII).groups()  # type: ignore[union-attr]
    return letters, int(number)


def board_costs(made: list[Line]) -> Costs:
    """Of one board with all its parts, EUR, at 1, 10 and 100; without anybody's work."""
    one, ten, hundred = (
        BARE_BOARD_EUR[n] + sum(line.count * line.item.price_eur[n] for line in made) for n in range(3)
    )
    return one, ten, hundred


def to_csv(made: list[Line]) -> str:
    """For a distributor's upload."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        [
            "References",
            "Count",
            "Value",
            "Footprint",
            "Manufacturer",
            "MPN",
            "Rating",
            "Source 1",
            "Source 2",
            "Alternative",
            *(f"EUR at {n}" for n in QUANTITIES),
        ]
    )
    for line in made:
        item = line.item
        table.writerow(
            [
                " ".join(line.references),
                line.count,
                item.value,
                item.footprint,
                item.maker,
                item.mpn,
                item.rating,
                *item.sources,
                item.alternative,
                *item.price_eur,
            ]
        )
    return out.getvalue()


def to_markdown(made: list[Line]) -> str:
    """For a person: board, then pad, with their sums."""
    one, ten, hundred = board_costs(made)
    rows = [
        f"| {line.count} | {_references(line)} | {line.item.value} | {line.item.maker} {line.item.mpn} | "
        f"{line.item.rating} | {line.item.alternative} | {line.item.price_eur[1]:.2f} |"
        for line in made
    ]
    return "\n".join(
        [
            "# Bill of materials",
            "",
            "Made from the schematic's data by `make hardware ARGS=--write`; do not edit. As CSV: bom.csv.",
            f"**Prices are estimates of {stock.PRICES_ON}**, in EUR without tax and freight, from lists as remembered: "
            f"no offers. All parts are such as {' and '.join(stock.DISTRIBUTORS)} carry. An *alternative* fits",
            "the same place; compare its data sheet with the limits in `facts.toml` first.",
            "",
            "## Board",
            "",
            f"With the bare board, without assembly: **{one:.2f} EUR** for one, **{ten:.2f} EUR** each for ten, "
            f"**{hundred:.2f} EUR** each for a hundred.",
            "",
            "| pieces | references | value | part | rating | alternative | EUR at 10 |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            *_pad(),
        ]
    )


def _references(line: Line) -> str:
    return " ".join(line.references)


def _pad() -> list[str]:
    parts = tomllib.loads(PAD.read_text(encoding="utf-8"))["parts"]
    total = sum(part["count"] * part["eur"] for part in parts)
    rows = [
        f"| {p['count']} {p['unit']} | {p['what']} | {p['need']} | {p['alternative']} | {p['eur']:.2f} |" for p in parts
    ]
    return [
        "## Pad",
        "",
        f"For one pad, about **{total:.0f} EUR**.",
        "",
        "| pieces | what | what it has to be | alternative | EUR |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
