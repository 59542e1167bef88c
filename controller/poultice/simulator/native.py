"""The firmware's core and the pad of arithmetic, compiled by this computer's C compiler and opened with cffi.

The library is kept in a cache under a name made of everything that it is made of, so an edit of one line of C is enough
to have a new one, and two processes that compile at once only do the same work twice.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import cffi

from poultice.errors import DefectError, PoulticeError, SetupError

HERE = Path(__file__).parent
IN_WHEEL = HERE / "firmware"
PREBUILT = HERE / "simulated-board.so"  # a wheel brings it compiled, for a computer without a compiler
FLAGS = ("-std=gnu11", "-O2", "-ffp-contract=off", "-shared", "-fPIC")  # no fused operations: the same pad everywhere
COMPILE_TIMEOUT_S = 120.0
_LIBC_MISSING = re.compile(r"\b(?:std\w+|string|math)\.h: No such file|cannot find (?:-lm|crti\.o|Scrt1\.o)")

DECLARATIONS = """
struct board_observation {
    double now_s;
    double sensor_c[4];
    double witness_c[2];
    double pad_c[2];
    double skin_c[2];
    double tissue_c[2];
    double peak_pad_c[2];
    double heater_w[2];
    double used_j[2];
    double rail_v;
    double supply_a;
    double stored_j;
    double in_j;
    double to_room_j;
    double to_core_j;
    uint32_t lost_down;
    uint32_t lost_up;
    uint16_t duty_permille[2];
    uint8_t motor_pwm[4];
    uint8_t gate[2];
    uint8_t enable;
    uint8_t rail_on;
    uint8_t led;
    uint8_t buzzer;
    uint8_t button;
    uint8_t armed;
    uint8_t latched;
};
struct board *board_new(void);
void board_free(struct board *board);
bool board_set_parameter(struct board *board, const char *name, unsigned index, double value);
unsigned board_parameter_length(const char *name);
void board_power_on(struct board *board, uint32_t seed);
void board_set_id(struct board *board, const uint8_t *id);
void board_reset(struct board *board, uint8_t reset_cause);
void board_advance(struct board *board, unsigned steps);
unsigned board_receive(struct board *board, const uint8_t *data, unsigned count);
unsigned board_transmit(struct board *board, uint8_t *data, unsigned room);
void board_press(struct board *board, unsigned press_ms);
void board_set_ntc(struct board *board, unsigned channel, unsigned state);
void board_set_mosfet_shorted(struct board *board, unsigned zone, bool shorted);
void board_set_upper_stuck(struct board *board, bool stuck);
void board_set_element_open(struct board *board, unsigned zone, bool open);
void board_set_motor_stalled(struct board *board, unsigned motor, bool stalled);
void board_set_motor_shorted(struct board *board, unsigned motor, bool shorted);
void board_set_supply_factor(struct board *board, double factor);
void board_set_reference_factor(struct board *board, double factor);
void board_set_ntc_drift(struct board *board, unsigned channel, double end_k, double k_per_s);
void board_set_ntc_detached(struct board *board, unsigned channel, bool detached, double temperature_c);
void board_set_comparator_dead(struct board *board, bool dead);
void board_set_comparator_false(struct board *board, unsigned zone, bool tripping);
void board_set_button_stuck(struct board *board, bool stuck);
void board_set_mcu(struct board *board, unsigned state);
void board_set_mux_stuck(struct board *board, int channel);
void board_set_adc_dead(struct board *board, bool dead);
void board_set_adc_frozen(struct board *board, bool frozen);
void board_set_self_tests(struct board *board, uint16_t passed);
void board_flip_bit(struct board *board, unsigned byte, unsigned bit);
unsigned board_memory_size(void);
void board_set_service_jumper(struct board *board, bool set);
void board_set_lost_bytes(struct board *board, double down_rate, double up_rate);
void board_set_flipped_bytes(struct board *board, double down_rate, double up_rate);
void board_set_host_frozen(struct board *board, bool frozen);
void board_set_on_body(struct board *board, bool on_body);
void board_set_blanket(struct board *board, double factor);
void board_warm_start(struct board *board, double temperature_c);
void board_observe(const struct board *board, struct board_observation *observation);
unsigned board_observation_size(void);
uint32_t board_changes(const struct board *board);
"""


@cache
def interface() -> cffi.FFI:
    """The flat functions of board.h, as cffi knows them."""
    ffi = cffi.FFI()
    ffi.cdef(DECLARATIONS)
    return ffi


@cache
def library() -> Any:
    """The simulated board's functions, compiled first where that has not been done yet. Once a process."""
    return load(build())


def load(path: Path) -> Any:
    """Opens a compiled library and checks that it is laid out as DECLARATIONS says."""
    ffi = interface()
    try:
        opened: Any = ffi.dlopen(str(path))
        size = opened.board_observation_size()
    except (OSError, AttributeError) as error:
        raise SetupError(f"the compiled board {path} cannot be opened ({error}); delete it and start again") from error
    expected = ffi.sizeof("struct board_observation")
    if size != expected:
        raise DefectError(f"board.h has an observation of {size} bytes, native.py one of {expected}: make them alike")
    return opened


def build() -> Path:
    """The path of the library: the one that came in the wheel, where it fits this machine, else one for the sources and
    the compiler as they are now."""
    if PREBUILT.exists() and _opens(PREBUILT):
        return PREBUILT
    compiler = find_compiler()
    core = find_core()
    cached = cache_directory() / f"board-{_fingerprint(compiler, core)}.so"
    if not cached.exists():
        _compile(compiler, core, cached)
    return cached


def find_compiler() -> tuple[str, ...]:
    """The C compiler's command: $CC, else cc, gcc or clang from the PATH."""
    named = shlex.split(os.environ.get("CC", ""))
    if named:
        found = shutil.which(named[0])
        if found is None:
            raise SetupError(f"$CC names `{named[0]}`, which is not on the PATH; correct or unset it")
        return (found, *named[1:])
    for name in ("cc", "gcc", "clang"):
        if found := shutil.which(name):
            return (found,)
    raise SetupError(
        "the simulated pad needs a C compiler and none is on the PATH; install one: apt install gcc libc6-dev"
    )


def find_core() -> Path:
    """The folder of the firmware's portable core: beside us in a wheel, else in this checkout."""
    if (IN_WHEEL / "device.h").is_file():
        return IN_WHEEL
    for parent in HERE.parents:
        if (parent / "firmware" / "core" / "device.h").is_file():
            return parent / "firmware" / "core"
    raise SetupError(
        "the simulated pad is built from the firmware's sources, which are not here; install Poultice anew"
    )


def _opens(path: Path) -> bool:
    try:
        interface().dlopen(str(path))
    except OSError:  # made for another kind of machine or C library
        return False
    return True


def cache_directory() -> Path:
    """Where compiled boards are kept: $XDG_CACHE_HOME/poultice."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    directory = (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "poultice"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{directory} cannot be made ({error.strerror}); set XDG_CACHE_HOME to a folder of yours"
        ) from error
    return directory


def _sources(core: Path, suffix: str) -> list[Path]:
    return sorted(core.glob(f"*{suffix}")) + sorted(HERE.glob(f"*{suffix}"))


def _fingerprint(compiler: Iterable[str], core: Path) -> str:
    digest = hashlib.sha256()
    version = _run([*compiler, "--version"]).stdout
    for part in (platform.machine(), *FLAGS, *compiler, version):
        digest.update(part.encode() + b"\0")
    for source in _sources(core, ".h") + _sources(core, ".c"):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


def _compile(compiler: Iterable[str], core: Path, result: Path) -> None:
    """Compiles beside the result and renames, so that nobody ever opens half a library."""
    try:
        with tempfile.TemporaryDirectory(prefix="build-", dir=result.parent) as folder:
            made = Path(folder) / result.name
            compile_to(compiler, core, made)
            made.replace(result)
    except OSError as error:
        raise SetupError(
            f"{result.parent} cannot be written ({error.strerror}); set XDG_CACHE_HOME to a folder of yours"
        ) from error


def compile_to(compiler: Iterable[str], core: Path, result: Path) -> None:
    """Compiles core and simulated board into `result`. Raises SetupError or DefectError where that cannot be."""
    command = [*compiler, *FLAGS, f"-I{core}", f"-I{HERE}", "-o", str(result)]
    done = _run([*command, *map(str, _sources(core, ".c")), "-lm"])
    if done.returncode != 0:
        raise _why_not(done.stderr)


def _why_not(complaints: str) -> PoulticeError:
    lines = [line.strip() for line in complaints.splitlines()]
    first = next((line for line in lines if "error" in line), lines[0] if lines else "no word from the compiler")
    if _LIBC_MISSING.search(first):
        return SetupError(f"the C compiler has no C library ({first}); install it: apt install libc6-dev")
    return DefectError(f"the simulated board does not compile: {first}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=COMPILE_TIMEOUT_S, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"`{command[0]}` did not finish within {COMPILE_TIMEOUT_S:.0f} s; try again") from error
