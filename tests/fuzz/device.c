/* Any life of a board: readings, time, presses, whole frames and broken ones, resets with any record. Each step must leave
 * memory alone and keep what the board promises whatever happens. */
#include <stdlib.h>
#include <string.h>

#include "device.h"

#define STEPS_MAX 4000u /* of one life */

struct life {
    const uint8_t *data;
    size_t left;
    unsigned steps;
    struct device device;
    struct device_inputs inputs;
    struct device_outputs outputs;
    uint8_t rx[256];
};

static uint8_t next(struct life *life)
{
    if (life->left == 0) {
        return 0;
    }
    life->left--;
    return *life->data++;
}

static uint16_t next_sum(struct life *life)
{
    uint16_t high = next(life);

    return (uint16_t)(high << 8 | next(life));
}

static void demand_that(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check(const struct life *life)
{
    const struct device *device = &life->device;
    const struct device_outputs *outputs = &life->outputs;
    bool may_heat = device_latched(device) == 0 && supervisor_armed(&device->supervisor) && device->supervisor.lease_ms > 0;
    bool moves = false;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        demand_that(outputs->heater_permille[zone] <= LIMIT_HEATER_DUTY_MAX_PERMILLE);
        demand_that(outputs->heater_permille[zone] == 0 || (may_heat && outputs->enable));
        demand_that(outputs->heater_permille[zone] == 0 || device->supervisor.zones[zone].trusted);
    }
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        moves = moves || outputs->motor_pwm[motor] != 0;
    }
    demand_that(!moves || (device_latched(device) == 0 && device->supervisor.lease_ms > 0));
    demand_that(outputs->tx_count <= DEVICE_TX_SIZE);
    demand_that(outputs->trip_test <= COUNT_ZONES);
}

static void step(struct life *life, uint32_t elapsed_ms)
{
    if (life->steps++ >= STEPS_MAX) {
        return;
    }
    life->inputs.uptime_ms += elapsed_ms;
    life->inputs.rx = life->rx;
    device_step(&life->device, &life->inputs, &life->outputs);
    life->inputs.rx_count = 0;
    check(life);
}

static void run(struct life *life, uint8_t cycles)
{
    for (uint16_t i = 0; i < cycles * 10u; i++) {
        life->inputs.adc_complete = i % 10u == 9u;
        step(life, DEVICE_STEP_MS);
    }
    life->inputs.adc_complete = false;
}

static void read_channels(struct life *life)
{
    uint16_t same = next_sum(life); /* a pad that is one temperature is what gets anywhere */

    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        life->inputs.sensor_sum[i] = same;
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        life->inputs.witness_sum[zone] = same;
    }
}

static void read_one_channel(struct life *life)
{
    uint8_t which = next(life);
    uint16_t sum = next_sum(life);
    uint16_t *channels[] = {
        &life->inputs.sensor_sum[which % COUNT_SENSORS],          &life->inputs.witness_sum[which % COUNT_ZONES],
        &life->inputs.current_sum[which % HEATER_COMBINATIONS], &life->inputs.rail_sum,
        &life->inputs.quiet_sum,                                  &life->inputs.bandgap_sum,
        &life->inputs.ground_sum,                                 &life->inputs.self_tests,
    };

    *channels[which % 8u] = sum;
    life->inputs.quiet_valid = (which & 16u) != 0;
    life->inputs.current_valid[which % HEATER_COMBINATIONS] = (which & 32u) != 0;
}

static void hear_frame(struct life *life)
{
    static const uint8_t sizes[] = {MESSAGE_DEMAND_SIZE, MESSAGE_STOP_SIZE, MESSAGE_HELLO_REQUEST_SIZE};
    static const uint8_t types[] = {MESSAGE_DEMAND, MESSAGE_STOP, MESSAGE_HELLO_REQUEST};
    uint8_t which = next(life) % 3u;
    uint8_t payload[FRAME_MAX_PAYLOAD] = {0};

    for (uint8_t i = 0; i < sizes[which]; i++) {
        payload[i] = next(life);
    }
    life->inputs.rx_count = frame_encode(life->rx, types[which], 0, payload, sizes[which]);
    step(life, DEVICE_STEP_MS);
}

/* The demand that a healthy host repeats, so many times. */
static void hear_host(struct life *life, uint8_t times)
{
    struct contract_demand demand = {
        .counter = life->device.supervisor.counter,
        .zone_power_deci_w = {300, 200},
        .zone_target_centi_c = {4000, 3900},
        .motor_intensity_percent = {50, 0, 100, 0},
        .cue = CUE_INVITED,
    };

    for (uint8_t i = 0; i < times; i++) {
        demand.counter++;
        life->inputs.rx_count = frame_encode(life->rx, MESSAGE_DEMAND, i, &demand, sizeof demand);
        step(life, DEVICE_STEP_MS);
        run(life, 1);
    }
}

static void hear_noise(struct life *life)
{
    life->inputs.rx_count = next(life);
    for (uint16_t i = 0; i < life->inputs.rx_count; i++) {
        life->rx[i] = next(life);
    }
    step(life, DEVICE_STEP_MS);
}

static void reset(struct life *life)
{
    struct device_start start = {0};
    uint8_t kind = next(life);
    uint8_t *record = (uint8_t *)&start.record;

    start.reset_cause = kind % 5u;
    start.service_jumper = (kind & 8u) != 0;
    start.record_found = (kind & 16u) != 0;
    start.self_tests = (kind & 32u) != 0 ? UINT16_MAX : next_sum(life);
    for (size_t i = 0; start.record_found && i < sizeof start.record; i++) {
        record[i] = next(life);
    }
    start.record.flags &= RECORD_ARMED | RECORD_REST_DUE;
    device_reset(&life->device, &start);
}

static void live(struct life *life)
{
    uint8_t what = next(life);

    switch (what % 10u) {
    case 0:
        run(life, next(life));
        break;
    case 1:
        read_channels(life);
        break;
    case 2:
        read_one_channel(life);
        break;
    case 3:
        hear_frame(life);
        break;
    case 4:
        hear_noise(life);
        break;
    case 5:
        hear_host(life, next(life) % 40u);
        break;
    case 6:
        life->inputs.button_pressed = !life->inputs.button_pressed;
        break;
    case 7:
        life->inputs.trip_tripped = !life->inputs.trip_tripped;
        break;
    case 8:
        step(life, (uint32_t)next_sum(life) << (what & 16u));
        break;
    default:
        reset(life);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct life *life = calloc(1, sizeof *life); /* on the heap, where the sanitizer watches its ends */
    struct device_start start = {.reset_cause = RESET_CAUSE_POWER_ON, .self_tests = UINT16_MAX};

    demand_that(life != NULL);
    life->data = data;
    life->left = size;
    life->inputs.self_tests = UINT16_MAX;
    device_reset(&life->device, &start);
    while (life->left > 0 && life->steps < STEPS_MAX) {
        live(life);
    }
    free(life);
    return 0;
}
