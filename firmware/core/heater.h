/* From watts to the share of a second that a heater is on, by the supply and the element as measured. */
#ifndef POULTICE_HEATER_H
#define POULTICE_HEATER_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define HEATER_COMBINATIONS (1u << COUNT_ZONES) /* of heater switches; bit = zone */

struct heater {
    uint16_t rail_mv;                        /* as last measured; 0 while the enable is still */
    uint16_t current_ma;                     /* the largest of the last ADC cycle */
    uint16_t believed_rail_mv;               /* rises at once, falls slowly */
    uint16_t strength_permille[COUNT_ZONES]; /* its power over that of a sound element at the same rail, as believed */
    uint8_t unseen_cycles[COUNT_ZONES];      /* since its current was last measured, up to 2 s */
    uint16_t drawn_ma[HEATER_COMBINATIONS];  /* with these switches on, and how many cycles ago that was */
    uint8_t drawn_age[HEATER_COMBINATIONS];
    uint16_t own_ma[COUNT_ZONES];            /* each zone's own current, where unseen_cycles is 0 */
    bool rail_seen;                          /* the last cycle showed a rail that is enough */
    bool rail_steady;                        /* and the one before it, too: the rail was there all the time */
};

void heater_reset(struct heater *heater);

/* Takes one ADC cycle: the rail, and the supply current by which switches were on, where that occurred. */
void heater_measure(struct heater *heater, uint16_t rail_sum, const uint16_t current_sum[HEATER_COMBINATIONS],
                    const bool current_valid[HEATER_COMBINATIONS]);

/* Each step in which the enable is still: the rail that it switches on next may be any that is allowed. */
void heater_forget_rail(struct heater *heater);

/* The motors' share of the current changed: what was drawn before cannot be compared with what will be. */
void heater_forget_currents(struct heater *heater);

/* The last cycle saw the supply's current with just these switches on: drawn_ma is new. */
bool heater_drawn(const struct heater *heater, uint8_t switches);

/* The last cycle measured the zone's own current, own_ma. */
bool heater_measured(const struct heater *heater, uint8_t zone);

/* No cycle of the last 2 s did. */
bool heater_unmeasured(const struct heater *heater, uint8_t zone);

/* What the zone gives when it is on all the time; never 0. */
uint16_t heater_full_power_deci_w(const struct heater *heater, uint8_t zone);

/* The largest duty that does not exceed the power; power at most LIMIT_ZONE_POWER_MAX_DECI_W. Never more than
 * LIMIT_HEATER_DUTY_MAX_PERMILLE. */
uint16_t heater_duty_permille(uint16_t power_deci_w, uint16_t full_power_deci_w);

/* The duty that is applied: a zone that was not measured for half a second is on for a tenth less, so that no two zones
 * hide each other by switches that are always on, or that take turns without a pause. A zone that is on for less than a
 * fifth leaves gap enough. */
uint16_t heater_leave_gap_permille(const struct heater *heater, uint8_t zone, uint16_t duty_permille);

/* What a duty gives. */
uint16_t heater_power_deci_w(uint16_t duty_permille, uint16_t full_power_deci_w);

#endif
