"""The bench's figures as a table for people and as JSON for scripts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from poultice.bench.contenders import OURS
from poultice.bench.cost import MEAN_GOAL_US, P99_GOAL_US, Cost
from poultice.bench.goals import ROWS, Row, Spread
from poultice.bench.heat import Result


def _number(value: float, digits: int) -> str:
    return "never" if math.isinf(value) else f"{value:.{digits}f}"


def cell(row: Row, spread: Spread | None) -> str:
    """A row of one contender, for people."""
    if spread is None:
        return "–"
    if row.key == "unsettled":
        return f"{spread.total:.0f} of {spread.count}"
    if math.isinf(spread.median):
        return "never"
    if row.only_worst:
        return _number(spread.worst, row.digits)
    cell = " / ".join(_number(value, row.digits) for value in (spread.median, spread.p95, spread.worst))
    return f"{cell} ({spread.count})" if row.some_pads else cell


def _goal(row: Row) -> str:
    if all(goal is None for goal in row.goal):
        return ""
    if row.goal[0] is None:
        return f"worst {row.goal[2]:g}"
    return " / ".join(f"{goal:g}" for goal in row.goal)


def _of(results: Sequence[Result], contender: str) -> list[Result]:
    return [result for result in results if result.contender == contender]


def _names(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(result.contender for result in results))


def _verdict(row: Row, results: Sequence[Result]) -> str:
    reached = row.reached(row.spread(_of(results, OURS))) if OURS in _names(results) else None
    return "" if reached is None else "[green]✓[/]" if reached else "[bold red]✗[/]"


def table(results: Sequence[Result], caption: str) -> Table:
    """One column a contender; median / p95 / worst in each cell."""
    names = _names(results)
    drawn = Table("median / p95 / worst", "goal", "", *names, caption=caption)
    for row in ROWS:
        cells = [cell(row, row.spread(_of(results, name))) for name in names]
        drawn.add_row(row.title, _goal(row), _verdict(row, results), *cells)
    return drawn


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """The rows by contender, and every pad with its figures. What is never is null."""
    names = _names(results)
    rows = {
        row.key: {"title": row.title, "goal": row.goal, **{n: finite(row.spread(_of(results, n))) for n in names}}
        for row in ROWS
    }
    return {"rows": rows, "pads": [_pad(result) for result in results]}


def finite(spread: Spread | None) -> dict[str, Any] | None:
    """A spread for scripts."""
    if spread is None:
        return None
    return {key: None if math.isinf(value) else value for key, value in asdict(spread).items()}


def _pad(result: Result) -> dict[str, Any]:
    steps = {name: {**asdict(step), "ratio": step.ratio} for name, step in result.figures.steps.items()}
    return {"contender": result.contender, "pad": asdict(result.pad), **asdict(result.figures), "steps": steps}


def cost_line(name: str, cost: Cost) -> str:
    """What an update of one contender costs, for people."""
    verdict = "" if name != OURS else "[green]✓[/]" if cost.good else "[bold red]✗[/]"
    figures = f"{cost.mean_us:.0f} µs a tick, 99 % below {cost.p99_us:.0f} µs, worst {cost.worst_us:.0f} µs"
    return f"{name}: {figures} (goal {MEAN_GOAL_US:.0f}, {P99_GOAL_US:.0f}) {verdict}"


def cost_json(name: str, cost: Cost) -> dict[str, Any]:
    """The same for scripts."""
    return {"contender": name, **asdict(cost), "good": cost.good}


def good(results: Sequence[Result]) -> bool:
    """Whether ours reaches every goal."""
    ours = _of(results, OURS)
    return all(row.reached(row.spread(ours)) is not False for row in ROWS)
