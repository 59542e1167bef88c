#include "device.h"

#include <string.h>

#include "countdown.h"
#include "facts.h"
#include "report.h"

#define SEEN_MS (3u * FACTS_ADC_CYCLE_MS) /* readings older than three cycles are worth nothing */

_Static_assert(DEVICE_STEP_MS == FACTS_BOARD_STEP_MS, "the facts and the core must agree");

void device_identify(struct device *device, const uint8_t id[DEVICE_ID_SIZE])
{
    memcpy(device->id, id, DEVICE_ID_SIZE);
}

/* ---- what it is ---------------------------------------------------------------------------------------------- */

static bool heater_on(const struct device *device)
{
    bool on = false;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        on = on || device->duty_permille[zone] > 0;
    }
    return on;
}

static bool outputs_on(const struct device *device)
{
    return heater_on(device) || massage_total_permille(&device->massage) > 0;
}

/* What the host wants to be seen and heard; a silent host wants nothing. */
static enum cue cue(const struct device *device)
{
    return device->supervisor.lease_ms > 0 ? (enum cue)device->supervisor.demand.cue : CUE_NONE;
}

uint32_t device_latched(const struct device *device)
{
    return device->supervisor.latched;
}

uint32_t device_faults(const struct device *device)
{
    return supervisor_faults(&device->supervisor) | (device->button.stuck ? FAULT_BIT(FAULT_BUTTON_STUCK) : 0u);
}

enum device_state device_state(const struct device *device)
{
    if ((device_latched(device) & FAULTS_OF_CLASS_C) != 0) {
        return DEVICE_STATE_LATCHED_C;
    }
    if (device_latched(device) != 0) {
        return DEVICE_STATE_LATCHED_B;
    }
    if (outputs_on(device)) {
        return DEVICE_STATE_ACTIVE;
    }
    if (supervisor_armed(&device->supervisor)) {
        return DEVICE_STATE_ARMED;
    }
    return cue(device) == CUE_INVITED ? DEVICE_STATE_INVITED : DEVICE_STATE_IDLE;
}

/* ---- time ---------------------------------------------------------------------------------------------------- */

/* Since the last step, right over the wrap of the uptime. */
static uint32_t pass_time(struct device *device, uint32_t uptime_ms)
{
    uint32_t elapsed_ms = device->stepped ? uptime_ms - device->now_ms : 0;

    device->stepped = true;
    device->now_ms = uptime_ms;
    device->status_due_ms = countdown_short(device->status_due_ms, elapsed_ms);
    device->seen_ms = countdown_short(device->seen_ms, elapsed_ms);
    supervisor_pass_time(&device->supervisor, elapsed_ms);
    signal_pass_time(&device->signal, elapsed_ms);
    return elapsed_ms;
}

/* ---- measurements -------------------------------------------------------------------------------------------- */

static void measure(struct device *device, const struct device_inputs *inputs)
{
    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        thermistor_sample(&device->sensors[i], inputs->sensor_sum[i]);
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        thermistor_sample(&device->witnesses[zone], inputs->witness_sum[zone]);
    }
    heater_measure(&device->heater, inputs->rail_sum, inputs->current_sum, inputs->current_valid);
    supervisor_watch(&device->supervisor, device->sensors);
    device->seen_ms = SEEN_MS;
}

static void go_blind(struct device *device)
{
    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        thermistor_forget(&device->sensors[i]);
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        thermistor_forget(&device->witnesses[zone]);
    }
    supervisor_blind(&device->supervisor);
}

static void look(struct device *device, const struct device_inputs *inputs)
{
    if (inputs->adc_complete) {
        measure(device, inputs);
    } else if (device->seen_ms == 0) {
        go_blind(device);
    }
}

/* ---- button -------------------------------------------------------------------------------------------------- */

static enum situation situation(const struct device *device)
{
    const bool fits[SITUATION_IDLE] = {
        [SITUATION_LATCHED_C] = device_state(device) == DEVICE_STATE_LATCHED_C,
        [SITUATION_LATCHED_B] = device_state(device) == DEVICE_STATE_LATCHED_B,
        [SITUATION_OUTPUTS_ON] = outputs_on(device),
        [SITUATION_ARMED] = supervisor_armed(&device->supervisor),
        [SITUATION_UNFIT] = device->button.stuck || !supervisor_sees_every_zone(&device->supervisor),
        [SITUATION_INVITED] = cue(device) == CUE_INVITED,
    };

    return situation_first(fits);
}

static void refuse_press(struct device *device, uint8_t refusal)
{
    report_event(device, EVENT_KIND_REFUSED, refusal);
    signal_play(&device->signal, TUNE_NO);
}

static void stop_by_button(struct device *device)
{
    device->button.spent = true;
    supervisor_stop(&device->supervisor, DISARM_REASON_BUTTON);
    device->supervisor.disarmed_by = DISARM_REASON_BUTTON; /* also where only motors ran: the session is over */
    device->status_due_ms = 0;
    signal_play(&device->signal, TUNE_OFF);
}

static void arm(struct device *device)
{
    supervisor_arm(&device->supervisor);
    report_event(device, EVENT_KIND_ARMED, 0);
    signal_play(&device->signal, TUNE_YES);
}

static void clear(struct device *device)
{
    uint8_t refusal = supervisor_clear(&device->supervisor);

    if (refusal != 0) {
        refuse_press(device, refusal);
        return;
    }
    report_event(device, EVENT_KIND_CLEARED, 0);
    signal_play(&device->signal, TUNE_YES);
}

static void pair(struct device *device)
{
    report_event(device, EVENT_KIND_PAIRING, 0);
    signal_play(&device->signal, TUNE_PAIRING);
}

static void act(struct device *device, enum press_action action)
{
    switch (action) {
    case PRESS_ACTION_STOP:
        stop_by_button(device);
        break;
    case PRESS_ACTION_ARM:
        arm(device);
        break;
    case PRESS_ACTION_CLEAR:
        clear(device);
        break;
    case PRESS_ACTION_REFUSE:
        refuse_press(device, device->button.stuck ? REFUSAL_BUTTON_STUCK : REFUSAL_SENSOR_UNTRUSTED);
        break;
    case PRESS_ACTION_PAIR:
        pair(device);
        break;
    default:
        break;
    }
}

static void feel(struct device *device, bool raw, uint32_t elapsed_ms)
{
    struct button *button = &device->button;
    enum button_edge edge = button_step(button, raw, elapsed_ms);

    if (edge == BUTTON_PRESSED) {
        report_event(device, EVENT_KIND_BUTTON_PRESSED, 0);
        act(device, press_action(situation(device), PRESS_BEGUN));
    } else if (edge == BUTTON_RELEASED) {
        report_press(device, button->held_ms);
        enum press press = button->spent ? PRESS_OTHER : press_of_length(button->held_ms);
        act(device, press_action(situation(device), press));
    }
}

/* ---- messages ------------------------------------------------------------------------------------------------ */

static void refuse_demand(struct device *device, uint8_t refusal)
{
    device->demands_refused = count_up(device->demands_refused, 1);
    if (refusal != device->refusal_told) {
        report_event(device, EVENT_KIND_REFUSED, refusal);
    }
}

static void take_demand(struct device *device, const uint8_t *payload)
{
    struct contract_demand demand;
    bool invited = cue(device) == CUE_INVITED;
    uint8_t refusal;

    memcpy(&demand, payload, sizeof demand);
    refusal = supervisor_take(&device->supervisor, &demand);
    if (refusal != 0) {
        refuse_demand(device, refusal);
    }
    device->refusal_told = refusal;
    if (!invited && cue(device) == CUE_INVITED) {
        signal_play(&device->signal, TUNE_CHIRP);
    }
}

static void obey_stop(struct device *device)
{
    supervisor_stop(&device->supervisor, DISARM_REASON_STOP);
    device->obeyed_stop = true;
    device->status_due_ms = 0; /* the answer */
}

/* The size that a message from the host must have; 255 where the host has no such message. */
static uint8_t size_of(uint8_t type)
{
    switch (type) {
    case MESSAGE_HELLO_REQUEST:
        return MESSAGE_HELLO_REQUEST_SIZE;
    case MESSAGE_DEMAND:
        return MESSAGE_DEMAND_SIZE;
    case MESSAGE_STOP:
        return MESSAGE_STOP_SIZE;
    default:
        return UINT8_MAX;
    }
}

/* A STOP wins over every demand of its step, also over those behind it. */
static void handle(struct device *device)
{
    uint8_t type = frame_type(&device->decoder);

    if (frame_payload_size(&device->decoder) != size_of(type)) {
        frame_reject(&device->decoder);
    } else if (type == MESSAGE_HELLO_REQUEST) {
        device->hello_due = true;
    } else if (type == MESSAGE_STOP) {
        obey_stop(device);
    } else if (!device->obeyed_stop) {
        take_demand(device, frame_payload(&device->decoder));
    }
}

static void listen(struct device *device, const uint8_t *rx, uint16_t count)
{
    device->obeyed_stop = false;
    for (uint16_t i = 0; i < count; i++) {
        if (frame_receive(&device->decoder, rx[i])) {
            handle(device);
        }
    }
}

/* ---- outputs ------------------------------------------------------------------------------------------------- */

static void heat_zone(struct device *device, uint8_t zone)
{
    uint16_t full_deci_w = heater_full_power_deci_w(&device->heater, zone);
    uint16_t granted_deci_w = supervisor_power_deci_w(&device->supervisor, zone);

    device->duty_permille[zone] = heater_duty_permille(granted_deci_w, full_deci_w);
    device->limited_by[zone] = supervisor_limit(&device->supervisor, zone);
    if (device->limited_by[zone] == LIMITED_BY_NONE && granted_deci_w > full_deci_w) {
        device->limited_by[zone] = LIMITED_BY_CAP; /* the supply cannot give it */
    }
}

static void heat(struct device *device)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        heat_zone(device, zone);
    }
    if (heater_on(device)) {
        supervisor_heat_flows(&device->supervisor);
    }
}

static void move(struct device *device, uint32_t elapsed_ms)
{
    uint16_t before = massage_total_permille(&device->massage);

    if (supervisor_allows_massage(&device->supervisor)) {
        massage_step(&device->massage, device->supervisor.demand.motor_intensity_percent, elapsed_ms);
    } else {
        massage_stop(&device->massage);
    }
    if (massage_total_permille(&device->massage) != before) {
        heater_forget_currents(&device->heater);
    }
}

static void set_outputs(const struct device *device, struct device_outputs *outputs)
{
    enum device_state state = device_state(device);

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        outputs->heater_permille[zone] = device->duty_permille[zone];
    }
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        outputs->motor_pwm[motor] = massage_pwm(&device->massage, motor);
    }
    outputs->enable = heater_on(device);
    outputs->led = signal_led(state, cue(device), device->now_ms);
    outputs->buzzer = signal_note(&device->signal) || signal_alarm(state, cue(device), device->now_ms);
}

/* ---- what to tell -------------------------------------------------------------------------------------------- */

static void tell_faults(struct device *device)
{
    uint32_t faults = device_faults(device) | device_latched(device);
    uint32_t changed = faults ^ device->faults_told;

    for (uint8_t number = 1; number <= FAULT_LAST && changed != 0; number++) {
        if ((changed & FAULT_BIT(number)) != 0) {
            bool begun = (faults & FAULT_BIT(number)) != 0;
            report_event(device, begun ? EVENT_KIND_FAULT : EVENT_KIND_FAULT_ENDED, number);
        }
    }
    device->faults_told = faults;
}

static void tell_disarmed(struct device *device)
{
    if (device->supervisor.disarmed_by != 0) {
        report_event(device, EVENT_KIND_DISARMED, device->supervisor.disarmed_by);
        device->supervisor.disarmed_by = 0;
    }
}

void device_reset(struct device *device, uint8_t reset_cause)
{
    memset(device, 0, sizeof *device); /* not armed, no lease, all off */
    device->reset_cause = reset_cause;
    device->hello_due = true;
    heater_reset(&device->heater);
    go_blind(device);
}

/* The host is heard last, so that its STOP is the last word. */
void device_step(struct device *device, const struct device_inputs *inputs, struct device_outputs *outputs)
{
    uint32_t elapsed_ms = pass_time(device, inputs->uptime_ms);

    device->loop_time_us = inputs->loop_time_us;
    look(device, inputs);
    feel(device, inputs->button_pressed, elapsed_ms);
    listen(device, inputs->rx, inputs->rx_count);
    heat(device);
    move(device, elapsed_ms);
    set_outputs(device, outputs);
    tell_faults(device);
    tell_disarmed(device);
    report_send(device, outputs);
}
