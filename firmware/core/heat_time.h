/* How long the pad has been warm: rises while armed with a target set, falls three times as fast at rest. At 90 minutes
 * rest is due, until all is paid back. */
#ifndef POULTICE_HEAT_TIME_H
#define POULTICE_HEAT_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct heat_time {
    uint32_t so_far_ms;
    bool rest_due; /* disarm, and do not arm */
};

/* `heating`: armed with any target set, whether or not heat flows. */
void heat_time_step(struct heat_time *heat_time, bool heating, uint32_t elapsed_ms);

/* For the record and STATUS, rounded up; and back again. `unclean`: the board was armed when its power went. */
uint16_t heat_time_s(const struct heat_time *heat_time);
void heat_time_restore(struct heat_time *heat_time, uint16_t saved_s, bool rest_due, bool unclean);

#endif
