/* What a pad does by itself after its heat has ended: for seconds the heat of the element still reaches the sensors, and
 * for a quarter of an hour a back that was warmed warms it again when it is laid down there, though never as warm as it
 * was. So the reference is the warmest of the first minute without heat, and it is let down slower than a back cools:
 * 0.24 K a minute, until the limit of 38.5 °C alone decides. It never rises: whatever warms a pad then is to be seen. */
#include "stray_heat.h"

#include "contract.h"
#include "countdown.h"

#define LEAK_MS 5000u
#define LEAK_CENTI_K 2
#define FLOOR_CENTI_C (LIMIT_STUCK_WARM_ABOVE_CENTI_C - LIMIT_STUCK_WARM_RISE_CENTI_K)

_Static_assert(LIMIT_STUCK_WARM_TIME_MS + LEAK_MS <= UINT16_MAX, "both fit 16 bits");

static bool settled(const struct stray_heat *stray)
{
    return stray->off_ms >= LIMIT_STUCK_WARM_TIME_MS;
}

/* Down to what the zone has now, and to where it makes no difference any more. */
static void leak(struct stray_heat *stray, int16_t mean_centi_c)
{
    if (stray->off_ms < LIMIT_STUCK_WARM_TIME_MS + LEAK_MS) {
        return;
    }
    stray->off_ms = (uint16_t)(stray->off_ms - LEAK_MS);
    if (stray->reference_centi_c > mean_centi_c && stray->reference_centi_c > FLOOR_CENTI_C) {
        stray->reference_centi_c = (int16_t)(stray->reference_centi_c - LEAK_CENTI_K);
    }
}

static void follow(struct stray_heat *stray, int16_t mean_centi_c, uint16_t elapsed_ms)
{
    if (stray->off_ms == 0 || (!settled(stray) && mean_centi_c > stray->reference_centi_c)) {
        stray->reference_centi_c = mean_centi_c;
    }
    stray->off_ms = count_up(stray->off_ms, elapsed_ms);
    leak(stray, mean_centi_c);
}

bool stray_heat_step(struct stray_heat *stray, int16_t mean_centi_c, bool heated, uint16_t elapsed_ms)
{
    if (heated) {
        stray->off_ms = 0;
        return false;
    }
    follow(stray, mean_centi_c, elapsed_ms);
    return settled(stray) && mean_centi_c > LIMIT_STUCK_WARM_ABOVE_CENTI_C &&
           mean_centi_c >= stray->reference_centi_c + LIMIT_STUCK_WARM_RISE_CENTI_K;
}
