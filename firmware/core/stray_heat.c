/* What a pad may do by itself after its heat has ended: for seconds the element's heat still reaches the sensors, and for
 * a quarter of an hour a back that was warmed warms it again when it is laid down there, though never to more than it had.
 * So the reference is the warmest that the zone was while heated and in the minute after; it is let down by 0.24 K a
 * minute, slower than a back cools, to where the limit of 38.5 °C alone decides. From a minute after the last heat on it
 * never rises: whatever warms a pad then is to be seen. */
#include "stray_heat.h"

#include "contract.h"
#include "countdown.h"
#include "facts.h"

#define LEAK_CYCLES (uint8_t)(5000u / FACTS_ADC_CYCLE_MS)
#define LEAK_CENTI_K 2
#define FLOOR_CENTI_C (LIMIT_STUCK_WARM_ABOVE_CENTI_C - LIMIT_STUCK_WARM_RISE_CENTI_K)

static bool settled(const struct stray_heat *stray)
{
    return stray->off_ms >= LIMIT_STUCK_WARM_TIME_MS;
}

static void leak(struct stray_heat *stray)
{
    stray->cycles++;
    if (stray->cycles >= LEAK_CYCLES) {
        stray->cycles = 0;
        stray->reference_centi_c = (int16_t)(stray->reference_centi_c - LEAK_CENTI_K);
    }
}

static void follow(struct stray_heat *stray, int16_t mean_centi_c)
{
    if (stray->reference_centi_c > mean_centi_c && stray->reference_centi_c > FLOOR_CENTI_C) {
        leak(stray);
    } else if (!settled(stray)) {
        stray->reference_centi_c = mean_centi_c;
    }
}

bool stray_heat_step(struct stray_heat *stray, int16_t mean_centi_c, bool heated, uint16_t elapsed_ms)
{
    stray->off_ms = heated ? 0u : count_up(stray->off_ms, elapsed_ms);
    follow(stray, mean_centi_c);
    return settled(stray) && mean_centi_c > LIMIT_STUCK_WARM_ABOVE_CENTI_C &&
           mean_centi_c >= stray->reference_centi_c + LIMIT_STUCK_WARM_RISE_CENTI_K;
}
