/* The two thermistors of one zone against each other: an uneven pad, or one that has come off. */
#ifndef POULTICE_PAIR_H
#define POULTICE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

enum pair_state {
    PAIR_EVEN = 0,
    PAIR_UNEVEN,      /* more than 4 K apart for 30 s above 30 °C, and not yet even again for as long */
    PAIR_UNEVEN_MOVES /* and the cooler one has moved by 0.5 K since, as a part of the pad does */
};

/* Zeroed: even. */
struct pair {
    uint8_t state;          /* enum pair_state */
    uint16_t changing_ms;   /* so long it has looked like the other of even and uneven */
    uint32_t apart_ms;      /* so long more than 8 K, since heat flowed */
    uint16_t heated_ms;     /* of that */
    int16_t first_centi_c;  /* of the cooler one, when the pair became uneven */
    int16_t lowest_centi_c; /* since */
};

/* One cycle in which both are trusted; leave it out while they are not. */
void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms);

static inline bool pair_uneven(const struct pair *pair)
{
    return pair->state != PAIR_EVEN;
}

/* More than 8 K apart for 120 s with 20 s of heat or more, and the cooler one stands still. */
static inline bool pair_deaf(const struct pair *pair)
{
    return pair->apart_ms >= LIMIT_PAIR_TIME_LATCH_MS && pair->state == PAIR_UNEVEN;
}

#endif
