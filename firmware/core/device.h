/* The whole device: memory, inputs and outputs of one step. Time is an input; nothing here knows a chip or a clock.
 *
 * The caller steps every 10 ms: fills `inputs`, calls device_step(), obeys `outputs`. The same files are built for
 * the ATmega328P, for the simulator and for the tests. */
#ifndef POULTICE_DEVICE_H
#define POULTICE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define DEVICE_STEP_MS 10u
#define DEVICE_TX_SIZE 160u /* one STATUS and one short frame */

struct device_inputs {
    uint32_t uptime_ms;                          /* since reset; wraps */
    bool adc_complete;                           /* a whole cycle of every channel ended since the last step */
    uint16_t sensor_sum[COUNT_SENSORS];          /* sum of 64 10-bit conversions */
    uint16_t witness_sum[COUNT_ZONES];           /* the same */
    uint16_t rail_sum;                           /* the same */
    uint16_t current_sum[1u << COUNT_ZONES];     /* supply current, by which heater switches were on (bit = zone) */
    bool current_valid[1u << COUNT_ZONES];       /* that combination occurred since the last complete cycle */
    bool button_pressed;                         /* raw, not debounced */
    bool trip_tripped;                           /* hardware latch */
    const uint8_t *rx;                           /* bytes received since the last step */
    uint16_t rx_count;
    uint16_t loop_time_us;                       /* worst so far, 0 where not measured */
};

struct device_outputs {
    uint16_t heater_permille[COUNT_ZONES];       /* of the 1 s window */
    uint8_t motor_pwm[COUNT_MOTORS];             /* 0 = disconnected, at most 254 */
    bool enable;                                 /* the caller toggles the enable line only while this is true */
    bool led;
    bool buzzer;
    uint8_t tx[DEVICE_TX_SIZE];
    uint8_t tx_count;
};

/* struct device: see below; about 400 bytes, all state that outlives a step. */

void device_reset(struct device *device, uint8_t reset_cause);
void device_step(struct device *device, const struct device_inputs *inputs, struct device_outputs *outputs);

#endif
