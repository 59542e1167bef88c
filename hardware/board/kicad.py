"""Runs KiCad's own programs on the files: checks, lists, drawings, what a factory needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from board import bodies
from board.schematic import NAME

SYSTEM_PYTHON = "/usr/bin/python3"
LONGEST_S = 300.0


class KicadError(Exception):
    """KiCad could not do it; the message says what to do."""


def there() -> bool:
    """Whether KiCad 9 or later is installed."""
    if shutil.which("kicad-cli") is None:
        return False
    return int(_run("version").split(".")[0]) >= 9


def _run(*arguments: str, models: Path | None = None) -> str:
    """What kicad-cli says; `models`: where the parts' bodies are. Raises KicadError."""
    environment = os.environ | ({"KICAD9_3DMODEL_DIR": str(models)} if models else {})
    done = subprocess.run(
        ["kicad-cli", *arguments], capture_output=True, text=True, check=False, timeout=LONGEST_S, env=environment
    )
    if done.returncode:
        raise KicadError(f"kicad-cli {' '.join(arguments[:3])} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def erc(folder: Path) -> list[str]:
    """All errors and warnings of the schematic, one a line. Raises KicadError."""
    report = _report("sch", "erc", str(folder / f"{NAME}.kicad_sch"), "--severity-all")
    return [_told(each) for sheet in report["sheets"] for each in sheet["violations"]]


def drc(folder: Path) -> dict[str, list[str]]:
    """Violations, unconnected items and differences from the schematic of the board. Raises KicadError."""
    report = _report("pcb", "drc", str(folder / f"{NAME}.kicad_pcb"), "--severity-all", "--schematic-parity")
    return {
        kind: [_told(each) for each in report[kind]] for kind in ("violations", "unconnected_items", "schematic_parity")
    }


def _report(*arguments: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        _run(*arguments, "--format", "json", "-o", str(file))
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _told(violation: dict[str, Any]) -> str:
    places = "; ".join(
        f"{item['description']} at {item['pos']['x']:.2f}, {item['pos']['y']:.2f}" for item in violation["items"]
    )
    return f"{violation['severity']}: {violation['type']}: {violation['description']}: {places}"


def netlist(folder: Path) -> str:
    """In KiCad's own format. Raises KicadError."""
    with tempfile.TemporaryDirectory() as elsewhere:
        file = Path(elsewhere) / "netlist.net"
        _run("sch", "export", "netlist", str(folder / f"{NAME}.kicad_sch"), "-o", str(file))
        return file.read_text(encoding="utf-8")


def filled(text: str) -> str:
    """A board's file with its pours filled. Raises KicadError."""
    script = Path(__file__).with_name("fill_pours.py")
    with tempfile.TemporaryDirectory() as folder:
        raw, full = Path(folder) / "raw.kicad_pcb", Path(folder) / "full.kicad_pcb"
        raw.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [SYSTEM_PYTHON, str(script), str(raw), str(full)],
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
        )
        if done.returncode or not full.is_file():
            raise KicadError(f"KiCad's module pcbnew could not fill the pours: {done.stderr.strip()[-300:]}")
        return full.read_text(encoding="utf-8")


def draw_schematic(folder: Path, out: Path) -> None:
    """schematic.pdf. Raises KicadError."""
    _run("sch", "export", "pdf", str(folder / f"{NAME}.kicad_sch"), "-o", str(out / "schematic.pdf"))


def draw_board(folder: Path, out: Path) -> None:
    """Pictures of both sides, and the plan for whoever solders it. Raises KicadError."""
    board = str(folder / f"{NAME}.kicad_pcb")
    for side in ("top", "bottom"):
        _run(
            "pcb",
            "render",
            board,
            "-o",
            str(out / f"board-{side}.png"),
            "--side",
            side,
            "-w",
            "1600",
            "--height",
            "1300",
            models=bodies.folder_of_models(out),
        )
    view = ("--perspective", "--zoom", "0.75", "--rotate", "-45,0,25", "-w", "1600", "--height", "1200")
    _run("pcb", "render", board, "-o", str(out / "board-view.png"), *view, models=bodies.folder_of_models(out))
    _run(
        "pcb", "export", "pdf", board, "-o", str(out / "assembly.pdf"), "-l", "F.Fab,F.Mask,Edge.Cuts", "--mode-single"
    )


def for_the_factory(folder: Path, out: Path) -> list[Path]:
    """Gerbers, drill files, positions and a 3D model, in a room of their own. Raises KicadError."""
    board, room = str(folder / f"{NAME}.kicad_pcb"), out / "factory"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True)
    _run(
        "pcb",
        "export",
        "gerbers",
        board,
        "-o",
        f"{room}/",
        "-l",
        "F.Cu,B.Cu,F.Paste,F.SilkS,B.SilkS,F.Mask,B.Mask,Edge.Cuts",
    )
    _run("pcb", "export", "drill", board, "-o", f"{room}/")
    _run("pcb", "export", "pos", board, "-o", str(room / "positions.csv"), "--format", "csv", "--units", "mm")
    model = ("pcb", "export", "step", board, "-o", str(out / "board.step"), "--subst-models", "--force")
    _run(*model, models=bodies.folder_of_models(out))
    return sorted(room.iterdir())


def bodies_in(model: Path) -> int:
    """Bodies that a STEP file defines; what is there several times is defined once."""
    return model.read_text(encoding="utf-8", errors="replace").count("MANIFOLD_SOLID_BREP(")
