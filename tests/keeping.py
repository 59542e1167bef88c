"""The parts of the firmware's core that count what outlives a step or a power cut.

dose = new("struct dose *")
core().dose_step(dose, 4300, 100)
"""

from __future__ import annotations

from typing import Any

import cffi
import machines
import native

DECLARATIONS = """
struct dose { uint32_t ms; uint16_t fraction; uint16_t unleaked_ms; bool full; };
void dose_step(struct dose *dose, int16_t hottest_centi_c, uint32_t elapsed_ms);
uint16_t dose_centi_cem43(const struct dose *dose);
uint16_t dose_save_cs(const struct dose *dose);
void dose_restore(struct dose *dose, uint16_t saved_cs, bool unclean);
uint32_t dose_rate(int16_t centi_c);

struct heat_time { uint32_t so_far_ms; bool rest_due; };
void heat_time_step(struct heat_time *heat_time, bool heating, uint32_t elapsed_ms);
uint16_t heat_time_s(const struct heat_time *heat_time);
void heat_time_restore(struct heat_time *heat_time, uint16_t saved_s, bool rest_due, bool unclean);

struct record_byte { uint16_t address; uint8_t value; };
struct record_search { struct record newest; uint8_t slot; bool any_damaged; };
void record_search_begin(struct record_search *search);
void record_search_meet(struct record_search *search, const struct record *met, uint8_t slot);
int record_search_end(struct record_search *search, const struct record *behind);
uint16_t record_address(uint8_t slot);
uint8_t record_next(uint8_t slot);
void record_seal(struct record *record, uint16_t sequence);
struct record_byte record_write(const struct record *record, uint8_t slot, uint8_t step);
bool record_is_due(const struct record *kept, const struct record *now, uint32_t since_ms);

struct lockout { uint32_t serviced; uint32_t lock_left_ms[2]; uint32_t hang_left_ms[2]; };
uint32_t lockout_start(struct lockout *lockout, const struct record *record, uint8_t cause, bool service_jumper);
void lockout_pass_time(struct lockout *lockout, uint32_t elapsed_ms);
uint32_t lockout_latch(struct lockout *lockout, uint32_t before, uint32_t after);
uint32_t lockout_clear(struct lockout *lockout, uint32_t latched);
bool lockout_clearable(const struct lockout *lockout, uint32_t latched);
void lockout_save(const struct lockout *lockout, struct record *record);

struct trip { uint8_t stage; uint8_t zone; uint16_t left_ms; uint8_t tripped_samples; bool arms; bool failed; };
void trip_test_start(struct trip *trip, uint8_t zone);
void trip_test_begin(struct trip *trip, bool tripped);
int trip_test_release(struct trip *trip, bool arms);
int trip_test_step(struct trip *trip, bool tripped, uint32_t elapsed_ms);
uint8_t trip_test_output(const struct trip *trip);
uint32_t trip_test_faults(const struct trip *trip);

size_t probe_keeping_size(const char *name);
"""

LAID_OUT_HERE = ("dose", "heat_time", "lockout", "record", "record_byte", "record_search", "trip")


PART = machines.Part(native.PACKED, DECLARATIONS, size="probe_keeping_size", laid_out=LAID_OUT_HERE)


def interface() -> cffi.FFI:
    """Functions and structs as cffi knows them."""
    return PART.interface()


def core() -> Any:
    """The core, on the machine that is chosen."""
    return PART.core()


def new(kind: str, **fields: Any) -> Any:
    """A struct of the core, zero but for these fields: `new("struct dose *", ms=5)`."""
    return interface().new(kind, fields)
