/* The two thermistors of one zone against each other: an uneven pad, or one that has come off. */
#ifndef POULTICE_PAIR_H
#define POULTICE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: even. */
struct pair {
    bool uneven;                 /* by more than 4 K for 30 s above 30 °C, and not yet even again for as long */
    uint16_t changing_ms;        /* so long it has looked like the other of the two */
    uint32_t apart_ms;           /* by more than 8 K, since heat flowed; at its end the cooler one is deaf */
    uint16_t heated_ms;          /* of that time */
    int16_t lowest_centi_c;      /* of the cooler one in that time */
    int16_t lowest_half_centi_c; /* the same in its first half */
};

/* One cycle in which both are trusted; leave it out while they are not. */
void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms);

/* More than 8 K for 120 s with 20 s of heat or more, in which the cooler one neither rose by 0.5 K nor was still falling
 * by as much in the second half. */
bool pair_deaf(const struct pair *pair);

#endif
