/* A zone that gets all it can have and stays cold: the heat goes elsewhere. */
#ifndef POULTICE_WARMING_H
#define POULTICE_WARMING_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: no target, not held. */
struct warming {
    uint32_t hard_ms;        /* so long it has been heated hard without a rise */
    int16_t lowest_centi_c;  /* in that time */
    int16_t target_centi_c;  /* of the last cycle */
    bool held;               /* no heat until the target changes */
};

struct warming_view {
    int16_t mean_centi_c;    /* of the zone's hottest sensor over a second */
    int16_t target_centi_c;  /* 0 = no heat wanted */
    uint16_t applied_deci_w;
    uint16_t full_deci_w;
    uint16_t elapsed_ms;
};

/* One cycle in which the zone is trusted. Held after 180 s at 90 % or more of what it can have, never 0.3 K above the
 * lowest since, always more than 4 K below the target. */
void warming_step(struct warming *warming, const struct warming_view *now);

#endif
