/* What the board measures, and everything that watches over what it measures: one ADC cycle in, faults and holds out. */
#ifndef POULTICE_SENSES_H
#define POULTICE_SENSES_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"
#include "dose.h"
#include "heater.h"
#include "massage.h"
#include "motor_current.h"
#include "open_heater.h"
#include "plausible.h"
#include "reference.h"
#include "stuck_on.h"
#include "supply.h"
#include "thermistor.h"

struct senses {
    uint16_t cycle_ms;               /* since the last complete ADC cycle */
    uint32_t implausible;            /* faults that the last cycle showed */
    struct thermistor sensors[COUNT_SENSORS];
    struct thermistor witnesses[COUNT_ZONES];
    struct heater heater;
    struct reference reference;
    struct plausible plausible;
    struct stuck_on stuck_on;
    struct open_heater open_heater;
    struct motor_current motor_current;
    struct supply supply;
    struct dose doses[COUNT_ZONES];
};

/* The sums of one cycle, as the shell hands them over. */
struct senses_cycle {
    const uint16_t *sensor_sum;      /* COUNT_SENSORS */
    const uint16_t *witness_sum;     /* COUNT_ZONES */
    uint16_t rail_sum;
    const uint16_t *current_sum;     /* HEATER_COMBINATIONS, as is the next */
    const bool *current_valid;
    uint16_t quiet_sum;
    bool quiet_valid;
    uint16_t bandgap_sum;
    uint16_t ground_sum;
    uint16_t end_of_line_sum;        /* of the bandgap; 0 = never measured */
    const struct massage *massage;
    uint16_t duty_permille[COUNT_ZONES];
    int16_t target_centi_c[COUNT_ZONES]; /* 0 while not armed */
};

void senses_reset(struct senses *senses);

/* Each step, before anything is measured. `enabled`: the enable line toggled since the last step; `massage_asked`: by
 * the host, now. */
void senses_pass_time(struct senses *senses, bool enabled, bool massage_asked, uint32_t elapsed_ms);

/* Each complete ADC cycle. False where the converter itself is not to be believed: then nothing was read. */
bool senses_read(struct senses *senses, const struct senses_cycle *cycle);

/* After that, with the hottest trusted sensor of each zone. */
void senses_count_dose(struct senses *senses, uint8_t zone, int16_t hottest_centi_c);

/* Nothing was read for too long, or nothing that may be believed. */
void senses_blind(struct senses *senses);

/* Set of faults, now. */
uint32_t senses_faults(const struct senses *senses);

#endif
