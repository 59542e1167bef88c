#include "heat_time.h"

#include "contract.h"
#include "countdown.h"

#define MS_PER_S UINT32_C(1000)

static uint32_t capped(uint32_t ms)
{
    return ms < LIMIT_HEAT_TIME_MAX_MS ? ms : LIMIT_HEAT_TIME_MAX_MS;
}

void heat_time_step(struct heat_time *heat_time, bool heating, uint32_t elapsed_ms)
{
    uint32_t counted_ms = capped(elapsed_ms); /* no more ever counts, and no sum wraps */

    if (heating) {
        heat_time->so_far_ms = capped(heat_time->so_far_ms + counted_ms);
    } else {
        heat_time->so_far_ms = countdown(heat_time->so_far_ms, counted_ms * LIMIT_HEAT_TIME_REST);
    }
    heat_time->rest_due = heat_time->so_far_ms >= LIMIT_HEAT_TIME_MAX_MS ||
                          (heat_time->rest_due && heat_time->so_far_ms > 0);
}

uint16_t heat_time_s(const struct heat_time *heat_time)
{
    return (uint16_t)((heat_time->so_far_ms + MS_PER_S - 1u) / MS_PER_S);
}

/* It was written at the latest that long before the power went. */
void heat_time_restore(struct heat_time *heat_time, uint16_t saved_s, bool rest_due, bool unclean)
{
    heat_time->so_far_ms = capped(saved_s * MS_PER_S + (unclean ? LIMIT_HEAT_TIME_SAVE_MS : 0u));
    heat_time->rest_due = heat_time->so_far_ms > 0 &&
                          (rest_due || heat_time->so_far_ms >= LIMIT_HEAT_TIME_MAX_MS);
}
