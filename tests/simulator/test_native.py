"""The board is compiled on demand, once for the same sources, and says what to do where that cannot be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from poultice.errors import DefectError, SetupError
from poultice.simulator import native

BUILD = "from poultice.simulator import native; print(native.build())"


def test_declarations_are_those_of_the_header() -> None:
    header = (native.HERE / "board.h").read_text()
    declared = [line for line in native.DECLARATIONS.splitlines() if line.endswith(");")]
    assert len(declared) > 15
    assert [line for line in declared if line not in header] == []


@pytest.mark.slow
def test_it_compiles_without_a_warning(tmp_path: Path) -> None:
    warnings = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
    core = native.find_core()
    command = [*native.find_compiler(), *native.FLAGS, *warnings, f"-I{core}", "-c", "-o", str(tmp_path / "board.o")]
    command += [str(native.HERE / "board.c")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_the_second_build_is_the_first(own_cache: Path) -> None:
    first = native.build()
    made = first.stat().st_mtime_ns
    assert first.parent == own_cache / "poultice"
    assert native.build() == first
    assert first.stat().st_mtime_ns == made
    assert native.load(first).board_observation_size() > 0


@pytest.mark.slow
def test_two_processes_that_compile_at_once_both_have_a_board(own_cache: Path) -> None:
    racers = [subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    paths = {racer.communicate(timeout=60)[0].strip() for racer in racers}
    assert [racer.returncode for racer in racers] == [0, 0]
    (path,) = paths
    assert native.load(Path(path)).board_observation_size() > 0
    assert [entry.name for entry in (own_cache / "poultice").iterdir()] == [Path(path).name]  # nothing half-built


@pytest.mark.slow
def test_other_sources_are_another_library(own_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = native.build()
    core = shutil.copytree(native.find_core(), tmp_path / "core")
    with (core / "device.c").open("a") as source:
        source.write("\n/* one comment more */\n")
    monkeypatch.setattr(native, "find_core", lambda: core)
    assert native.build() != first


@pytest.mark.slow
def test_a_core_that_does_not_compile_is_a_defect_that_names_the_place(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    core = shutil.copytree(native.find_core(), tmp_path / "core")
    (core / "device.c").write_text("this is not C;\n")
    monkeypatch.setattr(native, "find_core", lambda: core)
    with pytest.raises(DefectError, match=r"does not compile: .*device\.c:1:"):
        native.build()
    assert list((own_cache / "poultice").iterdir()) == []


def test_no_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="apt install gcc"):
        native.find_compiler()


def test_a_compiler_without_headers_says_what_to_install(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = tmp_path / "cc"
    bare.write_text(f'#!/bin/sh\nexec {shutil.which("cc")} -nostdinc "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setenv("CC", str(bare))
    with pytest.raises(SetupError, match="apt install libc6-dev"):
        native.build()


def test_a_named_compiler_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-cc -O2")
    with pytest.raises(SetupError, match="`no-such-cc`"):
        native.find_compiler()


def test_a_cache_that_cannot_be_made_says_which_variable_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(SetupError, match="set XDG_CACHE_HOME"):
        native.cache_directory()


def test_a_relative_cache_variable_is_ignored_as_its_specification_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert native.cache_directory() == tmp_path / ".cache" / "poultice"


def test_a_spoilt_library_says_to_delete_it(tmp_path: Path) -> None:
    spoilt = tmp_path / "board.so"
    spoilt.write_bytes(b"\x7fELF" + os.urandom(64))
    with pytest.raises(SetupError, match="delete it"):
        native.load(spoilt)
