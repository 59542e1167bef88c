/* Switches that do not open. A lower switch shows as current while all heaters and motors are off, the upper one as a
 * rail that stays although the enable stopped.
 *
 * What the shell owes: a supply current sampled while all heaters and motors were off throughout is a quiet sample
 * (`quiet_sum`, `quiet_valid` with the complete cycle): in the slot at each window's end, and in each cycle while every
 * duty and motor is 0. The confirmation of a first hit needs no further output: while stuck_on_suspects(), the device
 * itself asks for no heat and no motor, so quiet samples come by themselves, and lets the enable go on where
 * stuck_on_needs_rail() says so, because without the rail a stuck lower switch would draw nothing.
 */
#ifndef POULTICE_STUCK_ON_H
#define POULTICE_STUCK_ON_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

struct stuck_on {
    uint16_t suspected_ms; /* since the first hit, while suspected */
    uint16_t still_ms;     /* since the enable stopped; 0 while it toggles */
    uint16_t quiet_ma;     /* the newest quiet sample: what the board itself draws */
    uint8_t rail_hits;     /* cycles in a row with a rail that should be gone */
    bool suspected;
    bool needs_rail;       /* the enable toggled at the first hit */
    bool heater;           /* confirmed; for ever */
    bool rail;             /* the same */
};

void stuck_on_reset(struct stuck_on *stuck);

/* Each step, before anything is measured: `enabled` = the enable toggled since the last step. */
void stuck_on_pass_time(struct stuck_on *stuck, bool enabled, uint32_t elapsed_ms);

/* Each quiet sample. */
void stuck_on_quiet(struct stuck_on *stuck, uint16_t current_ma);

/* Each ADC cycle. */
void stuck_on_rail(struct stuck_on *stuck, uint16_t rail_mv);

/* Heaters and motors must be off, so that the suspicion is confirmed or ends; at most 400 ms. */
bool stuck_on_suspects(const struct stuck_on *stuck);

/* And the enable must go on meanwhile. Never true unless it toggled when the suspicion arose. */
bool stuck_on_needs_rail(const struct stuck_on *stuck);

/* FAULT_HEATER_STUCK_ON, FAULT_RAIL_STUCK_ON. */
uint32_t stuck_on_faults(const struct stuck_on *stuck);

#endif
