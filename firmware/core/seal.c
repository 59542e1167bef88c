#include "seal.h"

/* Words, the low byte first: no flip of one bit leaves the sum as it was. */
uint16_t seal_of(const void *memory, uint16_t size)
{
    const uint8_t *bytes = memory;
    uint16_t sum = size % 2u != 0 ? bytes[size - 1u] : 0u;

    /*@ loop invariant pairs <= size / 2 && bytes == (const uint8_t *)memory + 2 * (size / 2 - pairs);
        loop assigns pairs, bytes, sum;
        loop variant pairs;
    */
    for (uint16_t pairs = size / 2u; pairs > 0; pairs--) {
        sum = (uint16_t)(sum + (uint16_t)(bytes[0] | (uint16_t)bytes[1] << 8));
        bytes += 2;
    }
    return (uint16_t)~sum;
}
