/* A massage motor that draws more than its switch explains: it is blocked. */
#ifndef POULTICE_MOTOR_CURRENT_H
#define POULTICE_MOTOR_CURRENT_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"
#include "heater.h"
#include "massage.h"

struct motor_current {
    uint32_t trip_left_ms[LIMIT_MOTOR_TRIPS - 1u]; /* until an earlier trip is forgotten; the oldest first */
    uint16_t heaters_ma[HEATER_COMBINATIONS];      /* what the heaters draw with these switches on, as learnt */
    uint16_t expected_ma;                          /* of the motors, at the last cycle */
    uint8_t over;                                  /* cycles in a row with too much */
    bool held;                                     /* tripped, and not yet asked to rest */
    bool often;                                    /* that trip was one too many */
};

void motor_current_reset(struct motor_current *motors);

/* Each step. `asked`: the host asks any motor to run now; a trip is over once it does not. */
void motor_current_pass_time(struct motor_current *motors, bool asked, uint32_t elapsed_ms);

/* Each ADC cycle, after heater_measure(). `board_ma` is what the board draws with everything off: stuck_on's quiet_ma. */
void motor_current_watch(struct motor_current *motors, const struct heater *heater, const struct massage *massage,
                         uint16_t board_ma);

/* All motors must be off while this says FAULT_MOTOR_CURRENT; FAULT_MOTOR_STALLS is the last of too many. */
uint32_t motor_current_faults(const struct motor_current *motors);

#endif
