/* Whether the converter may be believed: it must convert in time, everything, and know 0 V and its bandgap. */
#ifndef POULTICE_REFERENCE_H
#define POULTICE_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define ADC_SUM_POISON 0xFFFFu /* what the shell writes before each cycle; no 64 conversions of 1023 make it */

struct reference {
    uint16_t since_ms; /* the last complete cycle */
    uint8_t shifted;   /* cycles in a row with a wrong bandgap */
    uint8_t stuck;     /* cycles in a row that cannot be measurements */
    bool begun;        /* there was a cycle */
};

void reference_reset(struct reference *reference);

/* Whether any of these sums was never written. */
bool reference_poisoned(const uint16_t *sums, uint8_t count);

/* Each step. */
void reference_pass_time(struct reference *reference, uint32_t elapsed_ms);

/* Each ADC cycle. `poisoned`: any of its sums was (of currents only those said to be valid). `end_of_line_sum`: what the
 * bandgap read when the board was made; 0 = unknown, the nominal is taken. */
void reference_watch(struct reference *reference, uint16_t bandgap_sum, uint16_t ground_sum, uint16_t end_of_line_sum,
                     bool poisoned);

/* The newest cycle may be used: nothing is wrong with it. */
bool reference_good(const struct reference *reference);

/* FAULT_ADC_REFERENCE, FAULT_ADC_STUCK: wrong LIMIT_REFERENCE_SAMPLES times in a row, or nothing converted in time. */
uint32_t reference_faults(const struct reference *reference);

#endif
