/* What a press does: the row of the table that fits now, the hardware trip's test, and everything that follows. */
#ifndef POULTICE_PRESS_H
#define POULTICE_PRESS_H

#include <stdint.h>

#include "device.h"

/* Each step. */
void press_feel(struct device *device, const struct device_inputs *inputs, uint32_t elapsed_ms);

#endif
