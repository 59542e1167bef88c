/* What the board remembers over a power cut. */
#ifndef POULTICE_RECORD_H
#define POULTICE_RECORD_H

#include <stdint.h>

#include "contract.h"

struct record {
    uint32_t latched; /* set of faults */
} __attribute__((packed));

#endif
