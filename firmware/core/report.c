#include "report.h"

#include <string.h>

#include "facts.h"

static const uint8_t firmware_version[3] = {0, 1, 0};

_Static_assert(MESSAGE_HELLO_SIZE + MESSAGE_STATUS_SIZE + MESSAGE_EVENT_SIZE + 3u * FRAME_WIRE_EXTRA <= DEVICE_TX_SIZE,
               "each kind may be due in one step");

void report_event(struct device *device, enum event_kind kind, uint8_t detail)
{
    struct contract_event event = {device->now_ms, (uint8_t)kind, detail, 0};

    event_put(&device->events, &event);
}

void report_press(struct device *device, uint16_t press_ms)
{
    struct contract_event event = {device->now_ms, EVENT_KIND_BUTTON_RELEASED, 0, press_ms};

    event_put(&device->events, &event);
}

static bool room_for(const struct device_outputs *outputs, uint8_t size)
{
    return size + FRAME_WIRE_EXTRA <= (uint8_t)(DEVICE_TX_SIZE - outputs->tx_count);
}

static void send(struct device *device, struct device_outputs *outputs, uint8_t type, const void *payload,
                 uint8_t size)
{
    uint8_t *out = outputs->tx + outputs->tx_count;
    uint8_t written = frame_encode(out, type, device->sequence++, payload, size);

    outputs->tx_count = (uint8_t)(outputs->tx_count + written);
}

static void send_hello(struct device *device, struct device_outputs *outputs)
{
    struct contract_hello hello = {
        .contract_version = CONTRACT_VERSION,
        .contract_hash = CONTRACT_HASH,
        .facts_hash = FACTS_HASH,
        .zone_count = COUNT_ZONES,
        .motor_count = COUNT_MOTORS,
        .target_max_centi_c = LIMIT_TARGET_MAX_CENTI_C,
        .zone_power_max_deci_w = LIMIT_ZONE_POWER_MAX_DECI_W,
        .self_tests = device_self_tests(device),
        .reset_cause = device->reset_cause,
    };

    memcpy(hello.firmware_version, firmware_version, sizeof firmware_version);
    memcpy(hello.board_id, device->id, sizeof device->id);
    send(device, outputs, MESSAGE_HELLO, &hello, sizeof hello);
    device->hello_due = false;
}

static int16_t shown_centi_c(const struct thermistor *thermistor)
{
    return thermistor_trusted(thermistor) ? thermistor->centi_c : 0;
}

static void tell_temperatures(const struct device *device, struct contract_status *status)
{
    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        status->sensor_temperature_centi_c[i] = shown_centi_c(&device->senses.sensors[i]);
        status->sensor_trust[i] = device->senses.sensors[i].trust;
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        status->witness_temperature_centi_c[zone] = shown_centi_c(&device->senses.witnesses[zone]);
        status->witness_trust[zone] = device->senses.witnesses[zone].trust;
    }
}

static void tell_heat(const struct device *device, struct contract_status *status)
{
    const struct contract_demand *demand = &device->supervisor.demand;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        uint16_t full_deci_w = heater_full_power_deci_w(&device->senses.heater, zone);
        status->zone_asked_deci_w[zone] = demand->zone_power_deci_w[zone];
        status->zone_target_centi_c[zone] = demand->zone_target_centi_c[zone];
        status->zone_applied_deci_w[zone] = heater_power_deci_w(device->duty_permille[zone], full_deci_w);
        status->zone_duty_permille[zone] = device->duty_permille[zone];
        status->zone_full_power_deci_w[zone] = full_deci_w;
        status->zone_limited_by[zone] = device->limited_by[zone];
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        status->zone_dose_centi_cem43[zone] = dose_centi_cem43(&device->senses.doses[zone]);
    }
    status->heat_time_s = heat_time_s(&device->heat_time);
    status->rail_mv = device->senses.heater.rail_mv;
    status->supply_current_ma = device->senses.heater.current_ma;
}

static void tell_massage(const struct device *device, struct contract_status *status)
{
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        status->motor_asked_percent[motor] = device->supervisor.demand.motor_intensity_percent[motor];
        status->motor_applied_percent[motor] = massage_percent(&device->massage, motor);
    }
}

static void tell_permission(const struct device *device, struct contract_status *status)
{
    status->state = (uint8_t)device_state(device);
    status->armed_remaining_ms = device->supervisor.armed_ms;
    status->lease_remaining_ms = device->supervisor.lease_ms;
    status->demand_counter = device->supervisor.counter;
    status->faults = device_faults(device);
    status->latched_faults = device_latched(device);
}

static void tell_all(const struct device *device, struct contract_status *status)
{
    status->uptime_ms = device->now_ms;
    tell_temperatures(device, status);
    tell_heat(device, status);
    tell_massage(device, status);
    tell_permission(device, status);
    status->frames_bad = device->decoder.bad;
    status->demands_refused = device->demands_refused;
    status->loop_time_us = device->loop_time_us;
}

static void send_status(struct device *device, struct device_outputs *outputs)
{
    struct contract_status status;

    tell_all(device, &status);
    send(device, outputs, MESSAGE_STATUS, &status, sizeof status);
    device->status_due_ms = REPORT_STATUS_MS;
}

/* STATUS last: it is true at any moment, an event only once. */
void report_send(struct device *device, struct device_outputs *outputs)
{
    struct contract_event event;

    outputs->tx_count = 0;
    if (device->hello_due) {
        send_hello(device, outputs);
    }
    if (device->status_due_ms == 0) {
        send_status(device, outputs);
    }
    /*@ loop pragma UNROLL 0;
        loop invariant outputs->tx_count <= DEVICE_TX_SIZE;
        loop invariant queue_sound(&device->events);
        loop assigns device->sequence, device->events, event, outputs->tx[0 .. DEVICE_TX_SIZE - 1],
                     outputs->tx_count; */
    while (room_for(outputs, MESSAGE_EVENT_SIZE) && event_take(&device->events, &event)) {
        send(device, outputs, MESSAGE_EVENT, &event, sizeof event);
    }
}
