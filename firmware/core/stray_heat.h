/* A zone that warms although its heater has been off for a minute: a switch that the current did not betray. */
#ifndef POULTICE_STRAY_HEAT_H
#define POULTICE_STRAY_HEAT_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: just booted. */
struct stray_heat {
    uint16_t off_ms;            /* so long the heater has been off, up to a minute */
    uint8_t cycles;             /* since the reference was last let down */
    int16_t reference_centi_c;  /* the warmest that the heat there was explains */
};

/* One cycle in which the zone is trusted. True while it is above 38.5 °C and 1 K or more above its reference, a minute or
 * more after the last duty. */
bool stray_heat_step(struct stray_heat *stray, int16_t mean_centi_c, bool heated, uint16_t elapsed_ms);

#endif
