#include "device.h"

#include <stddef.h>
#include <string.h>

#include "countdown.h"
#include "demand.h"
#include "facts.h"
#include "keeping.h"
#include "press.h"
#include "report.h"
#include "seal.h"

#define TEST_BIT(test) (1u << (test))
#define TRIP_CYCLES 2u /* the second one began after the trip: its witnesses tell whether a wire or warmth tripped it */
#define MEMORY_TESTS (TEST_BIT(SELF_TEST_REGISTERS) | TEST_BIT(SELF_TEST_RAM) | TEST_BIT(SELF_TEST_STACK))

_Static_assert(DEVICE_STEP_MS == FACTS_BOARD_STEP_MS, "the facts and the core must agree");

/* ---- start --------------------------------------------------------------------------------------------------- */

void device_reset(struct device *device, const struct device_start *start)
{
    memset(device, 0, sizeof *device);
    device->reset_cause = start->reset_cause;
    device->self_tests = start->self_tests;
    device->hello_due = true;
    supervisor_reset(&device->supervisor);
    senses_reset(&device->senses);
    if (start->record_found) {
        device->kept = start->record;
    }
    keeping_recall(device, start);
    device_seal(device);
}

static void take_id(uint8_t to[DEVICE_ID_SIZE], const uint8_t from[DEVICE_ID_SIZE])
{
    /*@ loop pragma UNROLL 0;
        loop invariant 0 <= i <= DEVICE_ID_SIZE;
        loop assigns i, to[0 .. DEVICE_ID_SIZE - 1];
        loop variant DEVICE_ID_SIZE - i; */
    for (uint8_t i = 0; i < DEVICE_ID_SIZE; i++) {
        to[i] = from[i];
    }
}

void device_identify(struct device *device, const uint8_t id[DEVICE_ID_SIZE])
{
    take_id(device->id, id);
    device_seal(device);
}

static uint16_t seal(const struct device *device)
{
    return seal_of(&device->broken, (uint16_t)(sizeof *device - offsetof(struct device, broken)));
}

void device_seal(struct device *device)
{
    device->seal = seal(device);
}

/* A bit of the memory changed by itself, and no index, no arming and no latch in it can be believed: begins anew with
 * what was last written down, locked for good. */
static void begin_anew(struct device *device)
{
    const struct device_start start = {.record_found = true, .record = device->kept};
    uint8_t id[DEVICE_ID_SIZE];

    take_id(id, device->id);
    device_reset(device, &start);
    take_id(device->id, id);
    device->broken = true;
}

static void check_memory(struct device *device)
{
    if (seal(device) != device->seal) {
        begin_anew(device);
    }
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

bool device_outputs_on(const struct device *device)
{
    return heater_on(device) || massage_total_permille(&device->massage) > 0;
}

/* What the host wants; a silent host wants nothing. */
static bool leased(const struct device *device)
{
    return device->supervisor.lease_ms > 0;
}

enum cue device_cue(const struct device *device)
{
    return leased(device) ? (enum cue)device->supervisor.demand.cue : CUE_NONE;
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
    if (device_outputs_on(device)) {
        return DEVICE_STATE_ACTIVE;
    }
    if (supervisor_armed(&device->supervisor)) {
        return DEVICE_STATE_ARMED;
    }
    return device_cue(device) == CUE_INVITED ? DEVICE_STATE_INVITED : DEVICE_STATE_IDLE;
}

/* ---- time ---------------------------------------------------------------------------------------------------- */

static void pass_time_on(struct device *device, uint32_t elapsed_ms)
{
    const struct contract_demand *demand = &device->supervisor.demand;
    bool heating = supervisor_armed(&device->supervisor) && demand_asks_for_heat(demand);

    device->status_due_ms = countdown_short(device->status_due_ms, elapsed_ms);
    device->kept_ms = count_up_long(device->kept_ms, elapsed_ms);
    senses_pass_time(&device->senses, device->enabled, leased(device) && demand_asks_for_massage(demand), elapsed_ms);
    heat_time_step(&device->heat_time, heating, elapsed_ms);
    supervisor_pass_time(&device->supervisor, elapsed_ms);
    signal_pass_time(&device->signal, elapsed_ms);
}

/* Since the last step, right over the wrap of the uptime. */
static uint32_t pass_time(struct device *device, uint32_t uptime_ms)
{
    uint32_t elapsed_ms = device->stepped ? uptime_ms - device->now_ms : 0;

    device->stepped = true;
    device->now_ms = uptime_ms;
    pass_time_on(device, elapsed_ms);
    return elapsed_ms;
}

/* ---- measurements -------------------------------------------------------------------------------------------- */

static bool witnesses_read(const struct device *device)
{
    bool all = true;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        all = all && thermistor_trusted(&device->senses.witnesses[zone]);
    }
    return all;
}

/* A broken wire trips the hardware too, and keeps it tripped; a trip that was provoked before a restart stays as long as
 * the button is held: that may be a fault, but is no proof of heat. */
static void weigh_trip(struct device *device)
{
    bool tripped = (trip_test_faults(&device->trip) & FAULT_BIT(FAULT_HARDWARE_TRIP)) != 0;

    if (!tripped || !witnesses_read(device) || device->button.stuck) {
        device->trip_cycles = 0;
    } else if (device->trip_cycles < TRIP_CYCLES) {
        device->trip_cycles++;
    }
}

static void hold_zone(struct device *device, uint8_t zone)
{
    const struct plausible *plausible = &device->senses.plausible;
    struct zone_hold hold;

    senses_count_dose(&device->senses, zone, device->supervisor.zones[zone].hottest_centi_c);
    hold.look_ahead = plausible_cuts_ahead(plausible, zone);
    hold.not_warming = plausible_not_warming(plausible, zone);
    hold.uneven = plausible_uneven(plausible, zone);
    hold.dose_full = device->senses.doses[zone].full;
    supervisor_hold(&device->supervisor, zone, &hold);
}

/* What the sensors say now, for the judge. */
static void judge(struct device *device)
{
    supervisor_watch(&device->supervisor, device->senses.sensors);
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        hold_zone(device, zone);
    }
    weigh_trip(device);
}

_Static_assert(COUNT_ZONES == 2u, "measure() names each zone");

static int16_t target_centi_c(const struct device *device, uint8_t zone)
{
    return supervisor_armed(&device->supervisor) ? device->supervisor.demand.zone_target_centi_c[zone] : 0;
}

static void measure(struct device *device, const struct device_inputs *inputs)
{
    const struct senses_cycle cycle = {
        .sensor_sum = inputs->sensor_sum,
        .witness_sum = inputs->witness_sum,
        .rail_sum = inputs->rail_sum,
        .current_sum = inputs->current_sum,
        .current_valid = inputs->current_valid,
        .quiet_sum = inputs->quiet_sum,
        .quiet_valid = inputs->quiet_valid,
        .bandgap_sum = inputs->bandgap_sum,
        .ground_sum = inputs->ground_sum,
        .end_of_line_sum = device->bandgap_sum != 0 ? device->bandgap_sum : inputs->bandgap_sum,
        .massage = &device->massage,
        .duty_permille = {device->granted_permille[0], device->granted_permille[1]},
        .target_centi_c = {target_centi_c(device, 0), target_centi_c(device, 1)},
    };

    if (!senses_read(&device->senses, &cycle)) {
        supervisor_blind(&device->supervisor);
        return;
    }
    device->bandgap_sum = cycle.end_of_line_sum; /* a new board is compared with what it first read, for ever */
    judge(device);
    device->senses.cycle_ms = 0;
}

static void look(struct device *device, const struct device_inputs *inputs)
{
    if (inputs->adc_complete) {
        measure(device, inputs);
    } else if (!reference_good(&device->senses.reference)) {
        senses_blind(&device->senses);
        supervisor_blind(&device->supervisor);
    }
}

/* ---- what is wrong ------------------------------------------------------------------------------------------- */

static uint32_t self_test_faults(const struct device *device)
{
    uint16_t failed = (uint16_t)~device->self_tests;

    return (device->broken || (failed & MEMORY_TESTS) != 0 ? FAULT_BIT(FAULT_RAM_CHANGED) : 0u) |
           ((failed & TEST_BIT(SELF_TEST_FLASH)) != 0 ? FAULT_BIT(FAULT_FLASH_CHANGED) : 0u) |
           ((failed & TEST_BIT(SELF_TEST_CLOCK)) != 0 ? FAULT_BIT(FAULT_CLOCK_WRONG) : 0u);
}

static uint32_t trip_faults(const struct device *device)
{
    bool proven = device->trip_cycles == TRIP_CYCLES;

    return (trip_test_faults(&device->trip) & FAULT_BIT(FAULT_TRIP_TEST_FAILED)) |
           (proven ? FAULT_BIT(FAULT_HARDWARE_TRIP) : 0u);
}

static void find(struct device *device)
{
    uint32_t faults = senses_faults(&device->senses) | self_test_faults(device) | trip_faults(device);

    faults |= device->heat_time.rest_due ? FAULT_BIT(FAULT_REST_DUE) : 0u;
    device->supervisor.checking = stuck_on_suspects(&device->senses.stuck_on);
    supervisor_find(&device->supervisor, faults);
}

uint16_t device_self_tests(const struct device *device)
{
    uint32_t faults = device_faults(device) | device_latched(device);
    uint16_t passed = device->self_tests;

    if ((faults & (FAULT_BIT(FAULT_ADC_REFERENCE) | FAULT_BIT(FAULT_ADC_STUCK))) != 0) {
        passed = (uint16_t)(passed & ~TEST_BIT(SELF_TEST_ADC));
    }
    if ((faults & (FAULT_BIT(FAULT_HEATER_STUCK_ON) | FAULT_BIT(FAULT_RAIL_STUCK_ON))) != 0) {
        passed = (uint16_t)(passed & ~TEST_BIT(SELF_TEST_OUTPUTS));
    }
    if (device->broken) {
        passed = (uint16_t)(passed & ~TEST_BIT(SELF_TEST_RAM));
    }
    if ((faults & FAULT_BIT(FAULT_TRIP_TEST_FAILED)) != 0) {
        passed = (uint16_t)(passed & ~TEST_BIT(SELF_TEST_TRIP));
    }
    return passed;
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
    bool invited = device_cue(device) == CUE_INVITED;
    uint8_t refusal;

    memcpy(&demand, payload, sizeof demand);
    refusal = supervisor_take(&device->supervisor, &demand);
    //@ assert queue_sound(&device->events);
    if (refusal != 0) {
        refuse_demand(device, refusal);
    }
    device->refusal_told = refusal;
    if (!invited && device_cue(device) == CUE_INVITED) {
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

static void hear(struct device *device, uint8_t byte)
{
    if (frame_receive(&device->decoder, byte)) {
        handle(device);
    }
}

static void listen(struct device *device, const uint8_t *rx, uint16_t count)
{
    device->obeyed_stop = false;
    /*@ loop pragma UNROLL 0;
        loop invariant 0 <= i <= count;
        loop invariant queue_sound(&device->events) && sound(&device->supervisor) && decoder_sound(&device->decoder);
        loop invariant armed(&device->supervisor) ==> \at(armed(&device->supervisor), Pre);
        loop invariant device->obeyed_stop ==> !armed(&device->supervisor) && !lent(&device->supervisor);
        loop assigns i, device->supervisor.demand, device->supervisor.lease_ms, device->supervisor.link_ms,
                     device->supervisor.silent, device->supervisor.massage_held, device->supervisor.counter,
                     device->supervisor.counter_known, device->supervisor.armed_ms, device->supervisor.disarmed_by,
                     device->demands_refused, device->refusal_told, device->events, device->signal, device->decoder,
                     device->hello_due, device->obeyed_stop, device->status_due_ms;
        loop variant count - i; */
    for (uint16_t i = 0; i < count; i++) {
        hear(device, rx[i]);
    }
}

/* ---- outputs ------------------------------------------------------------------------------------------------- */

static void heat_zone(struct device *device, uint8_t zone)
{
    const struct heater *heater = &device->senses.heater;
    uint16_t full_deci_w = heater_full_power_deci_w(heater, zone);
    uint16_t granted_deci_w = supervisor_power_deci_w(&device->supervisor, zone);
    uint16_t granted = heater_duty_permille(granted_deci_w, full_deci_w);
    uint16_t applied = heater_leave_gap_permille(heater, zone, granted);

    //@ assert applied * full_power_deci_w(heater, zone) <= 1000 * granted_deci_w;
    device->granted_permille[zone] = granted;
    device->duty_permille[zone] = applied;
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
        heater_forget_currents(&device->senses.heater);
    }
}

/* A lower switch that is stuck shows only while the upper one conducts. */
static bool enable(const struct device *device)
{
    return heater_on(device) || (stuck_on_needs_rail(&device->senses.stuck_on) && device_latched(device) == 0);
}

static void set_outputs(struct device *device, struct device_outputs *outputs)
{
    enum device_state state = device_state(device);

    outputs->trip_test = trip_test_output(&device->trip);
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        outputs->heater_permille[zone] = device->duty_permille[zone];
    }
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        outputs->motor_pwm[motor] = massage_pwm(&device->massage, motor);
    }
    device->enabled = enable(device);
    outputs->enable = device->enabled;
    outputs->led = signal_led(state, device_cue(device), device->now_ms);
    outputs->buzzer = signal_note(&device->signal) || signal_alarm(state, device_cue(device), device->now_ms);
}

/* ---- what to tell -------------------------------------------------------------------------------------------- */

static void tell_faults(struct device *device)
{
    uint32_t faults = device_faults(device) | device_latched(device);
    uint32_t changed = faults ^ device->faults_told;

    /*@ loop invariant 1 <= number <= FAULT_LAST + 1 && queue_sound(&device->events);
        loop assigns number, device->events; */
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

/* The host is heard last, so that its STOP is the last word. */
void device_step(struct device *device, const struct device_inputs *inputs, struct device_outputs *outputs)
{
    uint32_t elapsed_ms;

    check_memory(device);
    elapsed_ms = pass_time(device, inputs->uptime_ms);
    device->loop_time_us = inputs->loop_time_us;
    device->self_tests = inputs->self_tests;
    look(device, inputs);
    press_feel(device, inputs, elapsed_ms);
    find(device);
    listen(device, inputs->rx, inputs->rx_count);
    heat(device);
    move(device, elapsed_ms);
    set_outputs(device, outputs);
    tell_faults(device);
    tell_disarmed(device);
    keeping_keep(device, outputs);
    report_send(device, outputs);
    device_seal(device);
}
