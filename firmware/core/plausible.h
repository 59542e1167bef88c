/* Whether what the thermistors say can be true: compared with what they said before, with each other, with the heater.
 *
 * Once each whole ADC cycle: plausible_sample() in place of thermistor_sample(), then plausible_step(), which returns the
 * set of faults present now. Faults of class B in it are to be latched; they may be present in one cycle only. What it
 * holds back in the meantime is asked zone by zone. */
#ifndef POULTICE_PLAUSIBLE_H
#define POULTICE_PLAUSIBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "boot_window.h"
#include "contract.h"
#include "jump.h"
#include "pair.h"
#include "slope.h"
#include "stray_heat.h"
#include "thermistor.h"
#include "warming.h"
#include "witness.h"

/* Zeroed: just booted. */
struct plausible {
    struct jump sensor_jumps[COUNT_SENSORS];
    struct jump witness_jumps[COUNT_ZONES];
    bool jumps_about;                       /* some thermistor, in the cycle just sampled */
    struct boot_window boot_window;
    struct slope slopes[COUNT_ZONES];
    struct witness witnesses[COUNT_ZONES];
    struct pair pairs[COUNT_ZONES];
    struct warming warmings[COUNT_ZONES];
    struct stray_heat strays[COUNT_ZONES];
};

struct plausible_view {
    const struct thermistor *sensors;       /* COUNT_SENSORS, as plausible_sample() left them */
    const struct thermistor *witnesses;     /* COUNT_ZONES, the same */
    uint16_t elapsed_ms;                    /* since the last cycle */
    uint16_t duty_permille[COUNT_ZONES];    /* granted since the last cycle, gaps for measuring aside */
    uint16_t full_deci_w[COUNT_ZONES];      /* what duty 1 gives */
    int16_t target_centi_c[COUNT_ZONES];    /* asked; 0 = no heat wanted, and 0 while not armed: then a start is a new target */
};

void plausible_reset(struct plausible *plausible);

/* Reads all thermistors; one that jumped is not trusted. */
void plausible_sample(struct plausible *plausible, struct thermistor sensors[COUNT_SENSORS],
                      const uint16_t sensor_sum[COUNT_SENSORS], struct thermistor witnesses[COUNT_ZONES],
                      const uint16_t witness_sum[COUNT_ZONES], uint16_t elapsed_ms);

/* Faults present: look_ahead (A), sensor_jump (B, one cycle), witness_disagrees (B), pair_uneven (A), pair_deaf (B),
 * not_warming (A), warms_by_itself (B), boot_window (A, until the next reset). */
uint32_t plausible_step(struct plausible *plausible, const struct plausible_view *now);

/* Nothing was measured for too long (the caller has made its thermistors forget): what went on is not known to go on.
 * Cuts and holds stay. */
void plausible_blind(struct plausible *plausible);

/* Whether the zone gets no heat now: LIMITED_BY_LOOK_AHEAD, LIMITED_BY_NOT_WARMING. */
bool plausible_cuts_ahead(const struct plausible *plausible, uint8_t zone);
bool plausible_not_warming(const struct plausible *plausible, uint8_t zone);

/* Whether its target is at most LIMIT_PAIR_TARGET_MAX_CENTI_C: LIMITED_BY_UNEVEN. */
bool plausible_uneven(const struct plausible *plausible, uint8_t zone);

/* Whether arming is to be refused until the next reset: REFUSAL_BOOT_WINDOW. */
bool plausible_boot_outside(const struct plausible *plausible);

#endif
