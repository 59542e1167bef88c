"""Runs one deck through ngspice and hands back the curves."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
TIMEOUT_S = 120.0
Table = NDArray[np.float64]
Curves = dict[str, Table]


class CircuitError(Exception):
    """A circuit cannot be computed; the message says what to do."""


def deck(name: str, values: Mapping[str, float | str]) -> str:
    """The template `name`.cir with its ${places} filled in. Raises CircuitError where a value is missing."""
    text = (HERE / f"{name}.cir").read_text(encoding="utf-8")
    try:
        return Template(text).substitute({key: _written(value) for key, value in values.items()})
    except KeyError as error:
        raise CircuitError(
            f"{name}.cir names {error}, which hardware/facts.toml does not have: add it there."
        ) from None


def _written(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def simulate(netlist: str, wanted: Sequence[str]) -> Curves:
    """The vectors `wanted` by name, and "x": what was swept, or the time in s. Raises CircuitError."""
    if shutil.which("ngspice") is None:
        raise CircuitError("ngspice is not on the PATH: run `make hardware`, which installs it.")
    with tempfile.TemporaryDirectory(prefix="circuit-") as folder:
        file = Path(folder) / "deck.cir"
        file.write_text(_with_control(netlist, wanted), encoding="utf-8")
        said = _run(file)
        return _read(Path(folder) / "curves.txt", wanted, said)


def _with_control(netlist: str, wanted: Sequence[str]) -> str:
    return "\n".join(
        [
            netlist.rstrip().removesuffix(".end"),
            ".control",
            "set wr_singlescale",
            "set numdgt=9",
            "run",
            f"wrdata curves.txt {' '.join(wanted)}",
            "quit",
            ".endc",
            ".end\n",
        ]
    )


def _run(file: Path) -> str:
    command = ["ngspice", "-b", file.name]
    try:
        done = subprocess.run(
            command, cwd=file.parent, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
            env={**os.environ, "LC_ALL": "C", "SPICE_ASCIIRAWFILE": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CircuitError(
            f"ngspice did not finish within {TIMEOUT_S:.0f} s: try again on a quieter computer."
        ) from None
    return done.stdout + done.stderr


def _read(file: Path, wanted: Sequence[str], said: str) -> Curves:
    """ngspice ends with 0 whatever happened: what it wrote is what tells."""
    if not file.exists() or "aborted" in said:
        complaints = [line.strip() for line in said.splitlines() if "rror" in line or "aborted" in line]
        why = "; ".join(complaints[:3]) or "no word from it"
        raise CircuitError(f"ngspice could not compute this circuit ({why}): correct the .cir file or the facts.")
    rows = np.loadtxt(file, ndmin=2)
    if rows.shape[1] != len(wanted) + 1 or not np.isfinite(rows).all():
        raise CircuitError("ngspice wrote something other than the curves asked for: correct the .cir file.")
    return {"x": rows[:, 0], **{name: rows[:, at + 1] for at, name in enumerate(wanted)}}
