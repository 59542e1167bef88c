/* Seeded chance: the same session for the same number, on every computer. */
#ifndef FALSE_TRIPS_CHANCE_H
#define FALSE_TRIPS_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
    uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014): any seed is a good one; 53 bits make a double in [0, 1). */
static inline double chance_unit(struct chance *chance)
{
    uint64_t z = (chance->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static inline double chance_between(struct chance *chance, double low, double high)
{
    return low + (high - low) * chance_unit(chance);
}

static inline bool chance_is(struct chance *chance, double share)
{
    return chance_unit(chance) < share;
}

#endif
