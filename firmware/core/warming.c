#include "warming.h"

#include "contract.h"

static bool heated_hard(const struct warming_view *now)
{
    uint16_t possible = now->full_deci_w < LIMIT_ZONE_POWER_MAX_DECI_W ? now->full_deci_w : LIMIT_ZONE_POWER_MAX_DECI_W;

    return now->applied_deci_w > 0 &&
           (uint32_t)now->applied_deci_w * 100u >= (uint32_t)possible * LIMIT_NOT_WARMING_POWER_PERCENT;
}

static bool far_below_target(const struct warming_view *now)
{
    return now->mean_centi_c < now->target_centi_c - LIMIT_NOT_WARMING_BELOW_CENTI_K;
}

static void begin(struct warming *warming, const struct warming_view *now)
{
    warming->hard_ms = 0;
    warming->lowest_centi_c = now->mean_centi_c;
}

/* Releases what the old one held. */
static bool take_target(struct warming *warming, int16_t target_centi_c)
{
    bool same = warming->target_centi_c == target_centi_c;

    warming->target_centi_c = target_centi_c;
    warming->held = warming->held && same;
    return !same;
}

/* From the lowest, not from the beginning: a warm pad laid on a cold back falls first, and then warms. */
static bool rose(const struct warming *warming, const struct warming_view *now)
{
    return now->mean_centi_c >= warming->lowest_centi_c + LIMIT_NOT_WARMING_RISE_CENTI_K;
}

void warming_step(struct warming *warming, const struct warming_view *now)
{
    bool anew = take_target(warming, now->target_centi_c);

    if (anew || !heated_hard(now) || !far_below_target(now) || rose(warming, now)) {
        begin(warming, now);
        return;
    }
    if (now->mean_centi_c < warming->lowest_centi_c) {
        warming->lowest_centi_c = now->mean_centi_c;
    }
    warming->hard_ms += now->elapsed_ms;
    warming->held = warming->held || warming->hard_ms >= LIMIT_NOT_WARMING_TIME_MS;
}
