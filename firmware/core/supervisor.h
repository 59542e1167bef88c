/* The judge. It may lower what it is asked for; it has no way to raise it. Knows no wire, no chip and no clock: it is
 * told how much time passed, what the thermistors say, what the host asks and what the button meant. */
#ifndef POULTICE_SUPERVISOR_H
#define POULTICE_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"
#include "thermistor.h"

struct zone_watch {
    int16_t hottest_centi_c; /* of its trusted sensors */
    bool trusted;            /* every one of its sensors */
    bool cut;                /* reached 43.0, not yet below 42.5 again */
    uint8_t hot_samples;     /* in a row at or above 44.0 */
};

/* All zero after reset: not armed, no lease, nothing trusted. */
struct supervisor {
    struct contract_demand demand; /* the last that renewed the lease */
    uint16_t lease_ms;             /* left */
    uint16_t link_ms;              /* left until a silent host costs the arming */
    uint32_t armed_ms;             /* left; 0 = not armed */
    uint32_t latched;              /* set of faults */
    uint32_t present;              /* set of faults that the thermistors show now */
    uint16_t counter;              /* of the newest demand in range */
    bool counter_known;
    bool silent;                   /* the lease ran out and nobody renewed it */
    bool massage_held;             /* stopped at the pad: no massage until the host has asked for nothing */
    uint8_t disarmed_by;           /* enum disarm_reason of the last time, 0 once it was told */
    struct zone_watch zones[COUNT_ZONES];
};

/* What others tell it. */
void supervisor_pass_time(struct supervisor *supervisor, uint32_t elapsed_ms);
void supervisor_watch(struct supervisor *supervisor, const struct thermistor sensors[COUNT_SENSORS]);
void supervisor_blind(struct supervisor *supervisor); /* nothing was measured for too long */
void supervisor_heat_flows(struct supervisor *supervisor);
void supervisor_stop(struct supervisor *supervisor, enum disarm_reason by);
void supervisor_arm(struct supervisor *supervisor);
uint8_t supervisor_clear(struct supervisor *supervisor);                                      /* enum refusal or 0 */
uint8_t supervisor_take(struct supervisor *supervisor, const struct contract_demand *demand); /* the same */

/* What it says. */
bool supervisor_armed(const struct supervisor *supervisor);
bool supervisor_sees_every_zone(const struct supervisor *supervisor);
uint8_t supervisor_limit(const struct supervisor *supervisor, uint8_t zone); /* enum limited_by */
uint16_t supervisor_power_deci_w(const struct supervisor *supervisor, uint8_t zone);
bool supervisor_allows_massage(const struct supervisor *supervisor);
uint32_t supervisor_faults(const struct supervisor *supervisor); /* present now */

#endif
