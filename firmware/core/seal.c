#include "seal.h"

/* Words, the low byte first: no flip of one bit leaves the sum as it was. */
uint16_t seal_of(const void *memory, uint16_t size)
{
    const uint8_t *bytes = memory;
    uint16_t sum = (size & 1u) != 0 ? bytes[size - 1u] : 0u;

    for (uint16_t pairs = size / 2u; pairs > 0; pairs--) {
        sum = (uint16_t)(sum + (uint16_t)(bytes[0] | (uint16_t)bytes[1] << 8));
        bytes += 2;
    }
    return (uint16_t)~sum;
}
