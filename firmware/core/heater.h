/* From watts to the share of a second that a heater is on, by the supply and the element as measured. */
#ifndef POULTICE_HEATER_H
#define POULTICE_HEATER_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define HEATER_COMBINATIONS (1u << COUNT_ZONES) /* of heater switches; bit = zone */

struct heater {
    uint16_t rail_mv;                        /* as last measured */
    uint16_t current_ma;                     /* the largest of the last ADC cycle */
    uint16_t believed_rail_mv;               /* rises at once, falls slowly */
    uint16_t strength_permille[COUNT_ZONES]; /* its power over that of a sound element at the same rail, as believed */
    uint8_t unseen_cycles[COUNT_ZONES];      /* since that was last measured, up to 2 s */
    uint16_t drawn_ma[HEATER_COMBINATIONS];  /* with these switches on, and how many cycles ago that was */
    uint8_t drawn_age[HEATER_COMBINATIONS];
};

void heater_reset(struct heater *heater);

/* Takes one ADC cycle: the rail, and the supply current by which switches were on, where that occurred. */
void heater_measure(struct heater *heater, uint16_t rail_sum, const uint16_t current_sum[HEATER_COMBINATIONS],
                    const bool current_valid[HEATER_COMBINATIONS]);

/* The motors' share of the current changed: what was drawn before cannot be compared with what will be. */
void heater_forget_currents(struct heater *heater);

/* What the zone gives when it is on all the time; never 0. */
uint16_t heater_full_power_deci_w(const struct heater *heater, uint8_t zone);

/* The largest duty that does not exceed the power; power at most LIMIT_ZONE_POWER_MAX_DECI_W. */
uint16_t heater_duty_permille(uint16_t power_deci_w, uint16_t full_power_deci_w);

/* What a duty gives. */
uint16_t heater_power_deci_w(uint16_t duty_permille, uint16_t full_power_deci_w);

#endif
