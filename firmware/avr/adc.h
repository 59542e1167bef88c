/* All ADC channels, 64 conversions each, within 100 ms. */
#ifndef POULTICE_ADC_H
#define POULTICE_ADC_H

#include <stdbool.h>

#include "device.h"

void adc_start(void);

/* Begins a cycle of all channels unless one still runs: when the cycle of window.h begins. */
void adc_begin(void);

/* Once a millisecond, from the tick's interrupt only: begins the blocks that wait for their time. */
void adc_tick(void);

/* Fills the sums of a cycle that ended since the last call; false, and `inputs` untouched but for adc_complete, where
 * none did. */
void adc_take(struct device_inputs *inputs);

#endif
