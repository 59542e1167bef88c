/* The whole device: memory, inputs and outputs of one step. Time is an input; nothing here knows a chip or a clock.
 *
 * The caller steps every 10 ms: fills `inputs`, calls device_step(), obeys `outputs`. The same files are built for
 * the ATmega328P, for the simulator and for the tests. */
#ifndef POULTICE_DEVICE_H
#define POULTICE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "button.h"
#include "contract.h"
#include "event.h"
#include "frame.h"
#include "heat_time.h"
#include "massage.h"
#include "record.h"
#include "senses.h"
#include "signal.h"
#include "supervisor.h"
#include "trip_test.h"

#define DEVICE_STEP_MS 10u
#define DEVICE_TX_SIZE 160u /* one STATUS and one short frame */
#define DEVICE_ID_SIZE 8u

/* What the shell knows at reset. */
struct device_start {
    uint8_t reset_cause;
    bool service_jumper;                         /* is set */
    uint16_t self_tests;                         /* bits by enum self_test: those that passed */
    bool record_found;                           /* the EEPROM held a whole one */
    struct record record;
};

/* Sums are of 64 10-bit conversions; ADC_SUM_POISON where the channel was not converted. */
struct device_inputs {
    uint32_t uptime_ms;                          /* since reset; wraps */
    bool adc_complete;                           /* a whole cycle of every channel ended since the last step */
    uint16_t sensor_sum[COUNT_SENSORS];
    uint16_t witness_sum[COUNT_ZONES];
    uint16_t rail_sum;                           /* the heaters' rail behind the upper switches: about 0 while they are open */
    uint16_t current_sum[HEATER_COMBINATIONS];   /* supply current, by which heater switches were on (bit = zone) */
    bool current_valid[HEATER_COMBINATIONS];     /* that combination occurred since the last complete cycle */
    uint16_t quiet_sum;                          /* supply current while the shell kept every heater and motor off */
    bool quiet_valid;                            /* such a slot occurred since the last complete cycle */
    uint16_t bandgap_sum;
    uint16_t ground_sum;
    uint16_t self_tests;                         /* bits by enum self_test: those that have passed so far and not failed */
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
    uint8_t trip_test;                           /* zone, counted from 1, whose hardware trip the caller provokes; 0 = none */
    bool record_due;                             /* the caller keeps a copy of `record` in EEPROM, in its own time */
    struct record record;
    uint8_t tx[DEVICE_TX_SIZE];
    uint8_t tx_count;
};

/* All state that outlives a step. */
struct device {
    uint16_t seal;                   /* of everything below, as the last step left it */
    bool broken;                     /* it did not fit, and the memory was begun anew */
    uint32_t now_ms;
    uint32_t faults_told;            /* the set that events last spoke of */
    bool stepped;                    /* once at least: now_ms is a time */
    bool hello_due;
    bool obeyed_stop;                /* in this step */
    uint8_t reset_cause;
    uint16_t self_tests;             /* that the shell says have passed and not failed since */
    uint8_t id[DEVICE_ID_SIZE];
    uint8_t sequence;                /* of the next frame */
    uint8_t refusal_told;            /* so that 20 wrong demands a second are one event */
    uint16_t demands_refused;        /* up to 65535 */
    uint16_t loop_time_us;
    uint16_t status_due_ms;
    bool enabled;                    /* the enable line toggles since the last step */
    uint16_t bandgap_sum;            /* that this board's bandgap is compared with; 0 = never measured */
    uint8_t trip_cycles;             /* ADC cycles in a row with an unprovoked trip and witnesses that are read */
    uint16_t duty_permille[COUNT_ZONES];
    uint16_t granted_permille[COUNT_ZONES]; /* the same before a gap for measuring was left */
    uint8_t limited_by[COUNT_ZONES];
    struct senses senses;
    struct supervisor supervisor;
    struct heat_time heat_time;
    struct trip trip;
    struct record kept;              /* as last handed over for the EEPROM, or found there */
    uint32_t kept_ms;                /* ago */
    struct massage massage;
    struct button button;
    struct signal signal;
    struct event_queue events;
    struct frame_decoder decoder;
};

/* Everything off, disarmed, nothing known but what the record says. */
void device_reset(struct device *device, const struct device_start *start);

/* The board's own number for HELLO; zeros otherwise. Forgotten by device_reset(). */
void device_identify(struct device *device, const uint8_t id[DEVICE_ID_SIZE]);

void device_step(struct device *device, const struct device_inputs *inputs, struct device_outputs *outputs);

/* What somebody else changed on purpose is as it should be. */
void device_seal(struct device *device);

enum device_state device_state(const struct device *device);

bool device_outputs_on(const struct device *device); /* any heater or motor */
enum cue device_cue(const struct device *device);    /* that the host asks for; a silent host asks for none */

/* Bits by enum self_test: what the shell says, and what the core itself found out. */
uint16_t device_self_tests(const struct device *device);

/* Sets of faults. */
uint32_t device_faults(const struct device *device);  /* present now */
uint32_t device_latched(const struct device *device);

#endif
