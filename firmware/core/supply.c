#include "supply.h"

#include "countdown.h"

/* From when on a sample is one of this enabling: the charge pump may take 50 ms to let the rail rise, and a cycle's
 * sums are up to one cycle old. */
#define RISEN_MS (LIMIT_RAIL_OFF_AFTER_MS + FACTS_ADC_CYCLE_MS)
#define REST_MS 2000u /* a weak supply is then tried every 2 s, and is under load for a tenth of that */

void supply_reset(struct supply *supply)
{
    supply->enabled_ms = 0;
    supply->rest_ms = 0;
}

void supply_pass_time(struct supply *supply, bool enabled, uint32_t elapsed_ms)
{
    supply->enabled_ms = enabled ? count_up(supply->enabled_ms, elapsed_ms) : 0;
    supply->rest_ms = countdown_short(supply->rest_ms, elapsed_ms);
}

void supply_watch(struct supply *supply, uint16_t rail_mv)
{
    if (supply->enabled_ms >= RISEN_MS && rail_mv < FACTS_BOARD_RAIL_MIN_MV) {
        supply->rest_ms = REST_MS;
    }
}

uint32_t supply_faults(const struct supply *supply)
{
    return supply->rest_ms > 0 ? FAULT_BIT(FAULT_SUPPLY_DIP) : 0u;
}
