/* How hard the board locks itself: what is latched over a loss of power, what happens again and again, and what the
 * service jumper may clear. */
#ifndef POULTICE_LOCKOUT_H
#define POULTICE_LOCKOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"
#include "record.h"

struct lockout {
    uint32_t serviced;                                  /* hard faults that a press may clear until the next reset */
    uint32_t lock_left_ms[LIMIT_LATCH_AGAIN - 1u];      /* newest first: powered time until that lock is forgotten */
    uint32_t hang_left_ms[LIMIT_WATCHDOG_RESETS - 1u];  /* the same of watchdog resets */
};

/* From the record; returns what is latched. `cause`: enum reset_cause; the watchdog's deliberate bite is told as the
 * power-on before it. */
uint32_t lockout_start(struct lockout *lockout, const struct record *record, uint8_t cause, bool service_jumper);

void lockout_pass_time(struct lockout *lockout, uint32_t elapsed_ms);

/* To be called with what was latched and what is to be; returns what is, FAULT_LOCKS_AGAIN added at the third lock. */
uint32_t lockout_latch(struct lockout *lockout, uint32_t before, uint32_t after);

/* The 2 to 5 s press on a pad that is cold and trusted: returns what stays latched. */
uint32_t lockout_clear(struct lockout *lockout, uint32_t latched);

/* Whether that press has something to clear: no hard fault, or only such as the service jumper gave free. */
bool lockout_clearable(const struct lockout *lockout, uint32_t latched);

void lockout_save(const struct lockout *lockout, struct record *record);

#endif
