#include "fuses.h"

FUSES = {.low = FUSES_LOW, .high = FUSES_HIGH, .extended = FUSES_EXTENDED};
