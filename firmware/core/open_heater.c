#include "open_heater.h"

#include <string.h>

#include "countdown.h"
#include "facts.h"
#include "memory.h"

static const IN_FLASH uint16_t resistance_milliohm[COUNT_ZONES] = FACTS_ZONE_RESISTANCE_MILLIOHM;

void open_heater_reset(struct open_heater *open)
{
    memset(open, 0, sizeof *open);
}

/* mV / mOhm = A. */
static uint16_t least_ma(uint16_t rail_mv, uint8_t zone)
{
    uint32_t sound_ma = (uint32_t)rail_mv * 1000u / resistance_milliohm[zone];

    return (uint16_t)(sound_ma * LIMIT_OPEN_HEATER_CURRENT_PERCENT / 100u);
}

void open_heater_pass_time(struct open_heater *open, uint32_t elapsed_ms)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        open->missing_ms[zone] = open->missing[zone] ? count_up(open->missing_ms[zone], elapsed_ms) : 0;
    }
}

static void watch_zone(struct open_heater *open, const struct heater *heater, uint8_t zone)
{
    if (heater_measured(heater, zone)) {
        open->missing[zone] = heater->own_ma[zone] < least_ma(heater->rail_mv, zone);
        open->open[zone] = open->missing[zone] && open->missing_ms[zone] >= LIMIT_OPEN_HEATER_TIME_MS;
    } else if (heater_unmeasured(heater, zone)) {
        open->missing[zone] = false;
        open->open[zone] = false;
    }
}

void open_heater_watch(struct open_heater *open, const struct heater *heater)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        watch_zone(open, heater, zone);
    }
}

uint32_t open_heater_faults(const struct open_heater *open)
{
    bool any = false;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        any = any || open->open[zone];
    }
    return any ? FAULT_BIT(FAULT_HEATER_OPEN) : 0u;
}
