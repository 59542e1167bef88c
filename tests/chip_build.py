"""Builds what tests/on_chip.py runs: the core for the chip, and the emulated chip as a library of this process."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from pathlib import Path

from emulator import BUILD_TIMEOUT_S, CORE, ROOT, publish, run_tool

PROBES = ROOT / "tests" / "firmware"
HARNESS = PROBES / "chip"
BUILDS = ROOT / "build" / "on_chip"
HOST_CC = ("cc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
# As the firmware's Makefile has them, for what the tests add; all of it is linked, called or not.
CHIP_CC = ("avr-gcc", "-mmcu=atmega328p", "-Os", "-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror")


def build() -> Path:
    """The folder with `core.elf` and `caller.so`, built anew where any source changed."""
    folder = BUILDS / _fingerprint()
    if not folder.is_dir():
        BUILDS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILDS) as draft:
            _build_into(Path(draft) / "done")
            publish(Path(draft) / "done", folder)
    return folder


def symbols(elf: Path) -> dict[str, int]:
    """Byte address of each global function."""
    listed = subprocess.run(
        ["avr-nm", "--extern-only", str(elf)], capture_output=True, text=True, timeout=BUILD_TIMEOUT_S, check=True
    )
    fields = (line.split() for line in listed.stdout.splitlines())
    return {name: int(address, 16) for address, kind, name in fields if kind == "T"}


def _fingerprint() -> str:
    sources = [ROOT / "firmware" / "Makefile", Path(__file__), *CORE.glob("*.[ch]"), *PROBES.glob("probe*.c")]
    digest = hashlib.sha256()
    for source in sorted([*sources, *HARNESS.glob("*.c")]):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _build_into(folder: Path) -> None:
    """The objects of the core are made by the firmware's own Makefile: they are those that the firmware consists of."""
    objects = folder / "objects"
    objects.mkdir(parents=True)
    made = f"../{objects.relative_to(ROOT)}"  # relative: make cannot have a space in a path, the checkout's own may
    cores = [f"core/{source.stem}.o" for source in sorted(CORE.glob("*.c"))]
    run_tool(["make", "--silent", "-C", "firmware", f"BUILD={made}", *(f"{made}/{core}" for core in cores)])
    probes = [*sorted(PROBES.glob("probe*.c")), HARNESS / "landing.c"]
    parts = [*(str(objects / core) for core in cores), *map(str, probes)]
    run_tool([*CHIP_CC, f"-I{CORE}", "-o", str(folder / "core.elf"), *parts])
    run_tool([*HOST_CC, "-o", str(folder / "caller.so"), str(HARNESS / "caller.c"), "-lsimavr", "-lelf"])
