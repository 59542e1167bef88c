/* The supply as the board sees it: what the ADC's sums mean, and whether the heaters' rail is too low to go on. */
#ifndef POULTICE_SUPPLY_H
#define POULTICE_SUPPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"
#include "facts.h"

struct supply {
    uint16_t enabled_ms; /* how long the enable has toggled without a pause */
    uint16_t rest_ms;    /* left until a rail that was too low is tried again */
};

/* Any sum, the poison too. */
static inline uint16_t supply_rail_mv(uint16_t sum)
{
    return (uint16_t)(sum * FACTS_RAIL_MV_NUM / FACTS_RAIL_MV_DEN);
}

static inline uint16_t supply_current_ma(uint16_t sum)
{
    return (uint16_t)(sum * FACTS_CURRENT_MA_NUM / FACTS_CURRENT_MA_DEN);
}

void supply_reset(struct supply *supply);

/* Each step, before anything is measured: `enabled` = the enable toggled since the last step. */
void supply_pass_time(struct supply *supply, bool enabled, uint32_t elapsed_ms);

/* Each ADC cycle. */
void supply_watch(struct supply *supply, uint16_t rail_mv);

/* Each zone's heat must be 0 (LIMITED_BY_SUPPLY) while this says FAULT_SUPPLY_DIP. Without heat nobody sees the rail,
 * so it ends by itself after a rest; the rail is then judged anew. */
uint32_t supply_faults(const struct supply *supply);

#endif
