#include "stuck_on.h"

#include <string.h>

#include "countdown.h"
#include "facts.h"
#include "memory.h"

#define RAIL_HITS (LIMIT_STUCK_ON_TIME_MS / FACTS_ADC_CYCLE_MS + 1u)
#define UNANSWERED_MS (2u * LIMIT_STUCK_ON_TIME_MS) /* a hit that nobody refuted by then counts as confirmed */

static const IN_FLASH uint16_t nominal_deci_w[COUNT_ZONES] = FACTS_ZONE_NOMINAL_DECI_W;

void stuck_on_reset(struct stuck_on *stuck)
{
    memset(stuck, 0, sizeof *stuck);
}

/* A stuck switch may belong to any zone: their mean decides. */
static uint16_t allowed_ma(void)
{
    uint32_t all_deci_w = 0;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        all_deci_w += nominal_deci_w[zone];
    }
    return (uint16_t)(all_deci_w * 100000u / FACTS_BOARD_RAIL_NOMINAL_MV * LIMIT_STUCK_ON_CURRENT_PERCENT / 100u /
                      COUNT_ZONES);
}

void stuck_on_pass_time(struct stuck_on *stuck, bool enabled, uint32_t elapsed_ms)
{
    stuck->still_ms = enabled ? 0 : count_up(stuck->still_ms, elapsed_ms);
    if (stuck->suspected) {
        stuck->suspected_ms = count_up(stuck->suspected_ms, elapsed_ms);
        stuck->heater = stuck->heater || stuck->suspected_ms >= UNANSWERED_MS;
    }
}

static void suspect(struct stuck_on *stuck)
{
    if (!stuck->suspected) {
        stuck->suspected = true;
        stuck->suspected_ms = 0;
        stuck->needs_rail = stuck->still_ms == 0;
    }
    stuck->heater = stuck->heater || stuck->suspected_ms >= LIMIT_STUCK_ON_TIME_MS;
}

void stuck_on_quiet(struct stuck_on *stuck, uint16_t current_ma)
{
    if (current_ma > allowed_ma()) {
        suspect(stuck);
    } else {
        stuck->suspected = false;
        stuck->quiet_ma = current_ma;
    }
}

static bool rail_should_be_gone(const struct stuck_on *stuck)
{
    return stuck->still_ms >= LIMIT_RAIL_OFF_AFTER_MS;
}

void stuck_on_rail(struct stuck_on *stuck, uint16_t rail_mv)
{
    if (!rail_should_be_gone(stuck) || rail_mv <= LIMIT_RAIL_OFF_MV) {
        stuck->rail_hits = 0;
    } else if (stuck->rail_hits < RAIL_HITS) {
        stuck->rail_hits++;
    }
    stuck->rail = stuck->rail || stuck->rail_hits == RAIL_HITS;
}

bool stuck_on_suspects(const struct stuck_on *stuck)
{
    return stuck->suspected && !stuck->heater;
}

bool stuck_on_needs_rail(const struct stuck_on *stuck)
{
    return stuck_on_suspects(stuck) && stuck->needs_rail;
}

uint32_t stuck_on_faults(const struct stuck_on *stuck)
{
    return (stuck->heater ? FAULT_BIT(FAULT_HEATER_STUCK_ON) : 0u) | (stuck->rail ? FAULT_BIT(FAULT_RAIL_STUCK_ON) : 0u);
}
