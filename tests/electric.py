"""The parts of the firmware's core that watch converter, supply and currents, on this computer.

    stuck = new("struct stuck_on *")
    core().stuck_on_quiet(stuck, 80)
"""

from __future__ import annotations

from functools import cache
from typing import Any

import cffi
import native
from poultice.link.contract import Fault

DECLARATIONS = """
struct reference { uint16_t since_ms; uint8_t shifted; uint8_t stuck; bool begun; };
void reference_reset(struct reference *reference);
bool reference_poisoned(const uint16_t *sums, uint8_t count);
void reference_pass_time(struct reference *reference, uint32_t elapsed_ms);
void reference_watch(struct reference *reference, uint16_t bandgap_sum, uint16_t ground_sum, uint16_t end_of_line_sum,
                     bool poisoned);
bool reference_good(const struct reference *reference);
uint32_t reference_faults(const struct reference *reference);

struct supply { uint16_t enabled_ms; uint16_t rest_ms; };
void supply_reset(struct supply *supply);
void supply_pass_time(struct supply *supply, bool enabled, uint32_t elapsed_ms);
void supply_watch(struct supply *supply, uint16_t rail_mv);
uint32_t supply_faults(const struct supply *supply);

struct stuck_on {
    uint16_t suspected_ms;
    uint16_t still_ms;
    uint16_t quiet_ma;
    uint8_t rail_hits;
    bool suspected;
    bool needs_rail;
    bool heater;
    bool rail;
};
void stuck_on_reset(struct stuck_on *stuck);
void stuck_on_pass_time(struct stuck_on *stuck, bool enabled, uint32_t elapsed_ms);
void stuck_on_quiet(struct stuck_on *stuck, uint16_t current_ma);
void stuck_on_rail(struct stuck_on *stuck, uint16_t rail_mv);
bool stuck_on_suspects(const struct stuck_on *stuck);
bool stuck_on_needs_rail(const struct stuck_on *stuck);
uint32_t stuck_on_faults(const struct stuck_on *stuck);

bool heater_drawn(const struct heater *heater, uint8_t switches);
bool heater_measured(const struct heater *heater, uint8_t zone);
bool heater_unmeasured(const struct heater *heater, uint8_t zone);
void heater_forget_rail(struct heater *heater);
uint16_t heater_duty_max_permille(const struct heater *heater, uint8_t zone);

struct open_heater { uint16_t missing_ms[2]; bool missing[2]; bool open[2]; };
void open_heater_reset(struct open_heater *open);
void open_heater_pass_time(struct open_heater *open, uint32_t elapsed_ms);
void open_heater_watch(struct open_heater *open, const struct heater *heater);
uint32_t open_heater_faults(const struct open_heater *open);

struct motor_current {
    uint32_t trip_left_ms[2];
    uint16_t heaters_ma[4];
    uint16_t expected_ma;
    uint8_t over;
    bool held;
    bool often;
};
void motor_current_reset(struct motor_current *motors);
void motor_current_pass_time(struct motor_current *motors, bool asked, uint32_t elapsed_ms);
void motor_current_watch(struct motor_current *motors, const struct heater *heater, const struct massage *massage,
                         uint16_t board_ma);
uint32_t motor_current_faults(const struct motor_current *motors);

size_t probe_electric_size(const char *name);
"""

LAID_OUT_HERE = ("motor_current", "open_heater", "reference", "stuck_on", "supply")


@cache
def interface() -> cffi.FFI:
    """Functions and structs as cffi knows them, those of the whole core included."""
    ffi = cffi.FFI()
    ffi.include(native.interface())
    ffi.cdef(DECLARATIONS)
    return ffi


@cache
def core() -> Any:
    """The compiled core. Once a process."""
    ffi = interface()
    native.core()
    library: Any = ffi.dlopen(str(native.build()))
    for name in LAID_OUT_HERE:
        assert library.probe_electric_size(name.encode()) == ffi.sizeof(f"struct {name}"), (
            f"struct {name} differs from its header"
        )
    return library


def new(name: str) -> Any:
    """A struct of the core after its reset: `new("heater")`."""
    made = interface().new(f"struct {name} *")
    getattr(core(), f"{name}_reset")(made)
    return made


def faults(bits: int) -> set[Fault]:
    """The set that the bits mean."""
    return {fault for fault in Fault if bits & 1 << fault - 1}
