/* The two thermistors of one zone against each other: an uneven pad, or one that has come off. */
#ifndef POULTICE_PAIR_H
#define POULTICE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

enum pair_hearing {
    PAIR_NOT_ASKED = 0, /* no 8 K apart, or no heat since */
    PAIR_FIRST_MINUTE,
    PAIR_SECOND_MINUTE,
    PAIR_HEARS,         /* until they are no longer so far apart */
    PAIR_DEAF           /* the same */
};

/* Zeroed: even. */
struct pair {
    bool uneven;                   /* by more than 4 K for 30 s above 30 °C, and not yet even again for as long */
    uint16_t changing_ms;          /* so long it has looked like the other of the two */
    uint8_t hearing;               /* whether the cooler one follows the heater: enum pair_hearing */
    uint16_t minute_ms;            /* gone of the first or second minute */
    uint16_t heated_ms;            /* of both */
    int16_t lowest_centi_c;        /* of the cooler one in both */
    int16_t lowest_first_centi_c;  /* in the first */
};

/* One cycle in which both are trusted; leave it out while they are not. */
void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms);

/* More than 8 K apart for 120 s with 20 s of heat or more, in which the cooler one neither rose by 0.5 K nor fell by as
 * much in the second minute. */
static inline bool pair_deaf(const struct pair *pair)
{
    return pair->hearing == PAIR_DEAF;
}

#endif
