/* The complement of the sum of a memory's words: nothing may change it between two steps but a fault of the RAM. */
#ifndef POULTICE_SEAL_H
#define POULTICE_SEAL_H

#include <stdint.h>

/* Differs where any one bit differs. */
uint16_t seal_of(const void *memory, uint16_t size);

#endif
