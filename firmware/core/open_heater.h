/* A heating element that is switched on and draws nothing. */
#ifndef POULTICE_OPEN_HEATER_H
#define POULTICE_OPEN_HEATER_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"
#include "heater.h"

struct open_heater {
    uint16_t missing_ms[COUNT_ZONES]; /* since its current was first missing */
    bool missing[COUNT_ZONES];        /* it was, the last time that it was measured */
    bool open[COUNT_ZONES];           /* long enough */
};

void open_heater_reset(struct open_heater *open);

/* Each step, before anything is measured. */
void open_heater_pass_time(struct open_heater *open, uint32_t elapsed_ms);

/* Each ADC cycle, after heater_measure(). */
void open_heater_watch(struct open_heater *open, const struct heater *heater);

/* FAULT_HEATER_OPEN. */
uint32_t open_heater_faults(const struct open_heater *open);

#endif
