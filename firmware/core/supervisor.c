#include "supervisor.h"

#include <string.h>

#include "countdown.h"
#include "demand.h"
#include "facts.h"
#include "memory.h"

#define NOTHING_CENTI_C INT16_MIN /* no trusted sensor: colder than any limit, and not trusted */

static const IN_FLASH uint8_t zone_of_sensor[COUNT_SENSORS] = FACTS_SENSOR_ZONE;

void supervisor_reset(struct supervisor *supervisor)
{
    memset(supervisor, 0, sizeof *supervisor); /* not armed, no lease, nothing trusted */
}

void supervisor_recall(struct supervisor *supervisor, const struct record *record, uint8_t reset_cause,
                       bool service_jumper)
{
    supervisor->latched = lockout_start(&supervisor->lockout, record, reset_cause, service_jumper);
}

/* ---- arming and latching ------------------------------------------------------------------------------------- */

bool supervisor_armed(const struct supervisor *supervisor)
{
    return supervisor->armed_ms > 0;
}

void supervisor_arm(struct supervisor *supervisor)
{
    supervisor->armed_ms = LIMIT_ARMED_WITHOUT_HEAT_MS;
    supervisor->link_ms = LIMIT_LINK_LOST_DISARM_MS;
}

static void disarm(struct supervisor *supervisor, enum disarm_reason by)
{
    if (supervisor_armed(supervisor)) {
        supervisor->armed_ms = 0;
        supervisor->disarmed_by = (uint8_t)by;
    }
}

/* Heat that really flows shows that the press was meant. It lengthens an arming and never makes one. */
void supervisor_heat_flows(struct supervisor *supervisor)
{
    if (supervisor_armed(supervisor)) {
        supervisor->armed_ms = LIMIT_ARMED_AFTER_HEAT_MS;
    }
}

static void latch(struct supervisor *supervisor, uint32_t faults)
{
    if (faults != 0) {
        uint32_t latched = supervisor->latched;
        supervisor->latched = lockout_latch(&supervisor->lockout, latched, latched | faults);
        supervisor->massage_held = true;
        disarm(supervisor, DISARM_REASON_FAULT);
    }
}

/* STOP from the host gives its lease back. A stop at the pad leaves the lease alone, but the host may not have noticed:
 * the motors wait until it has asked for nothing once. */
void supervisor_stop(struct supervisor *supervisor, enum disarm_reason by)
{
    disarm(supervisor, by);
    if (by == DISARM_REASON_BUTTON) {
        supervisor->massage_held = true;
    } else {
        supervisor->lease_ms = 0;
        supervisor->silent = false;
        demand_clear(&supervisor->demand);
    }
}

bool supervisor_sees_every_zone(const struct supervisor *supervisor)
{
    bool all = true;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        all = all && supervisor->zones[zone].trusted;
    }
    return all;
}

/* What is still wrong cannot be cleared. */
uint8_t supervisor_clear(struct supervisor *supervisor)
{
    if (!lockout_clearable(&supervisor->lockout, supervisor->latched)) {
        return REFUSAL_LATCHED;
    }
    if (!supervisor_sees_every_zone(supervisor)) {
        return REFUSAL_SENSOR_UNTRUSTED;
    }
    if ((supervisor_faults(supervisor) & ~FAULTS_OF_CLASS_A) != 0) {
        return REFUSAL_SELF_TEST_FAILED;
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        if (supervisor->zones[zone].hottest_centi_c >= LIMIT_CLEAR_BELOW_CENTI_C) {
            return REFUSAL_TOO_WARM_TO_CLEAR;
        }
    }
    supervisor->latched = lockout_clear(&supervisor->lockout, supervisor->latched);
    return 0;
}

void supervisor_pass_time(struct supervisor *supervisor, uint32_t elapsed_ms)
{
    bool lent = supervisor->lease_ms > 0;
    uint32_t armed_ms = countdown(supervisor->armed_ms, elapsed_ms);

    supervisor->lease_ms = countdown_short(supervisor->lease_ms, elapsed_ms);
    supervisor->link_ms = countdown_short(supervisor->link_ms, elapsed_ms);
    lockout_pass_time(&supervisor->lockout, elapsed_ms);
    supervisor->silent = supervisor->silent || (lent && supervisor->lease_ms == 0);
    if (armed_ms == 0) {
        disarm(supervisor, DISARM_REASON_EXPIRED);
    } else if (supervisor->link_ms == 0) {
        disarm(supervisor, DISARM_REASON_LINK_LOST);
    } else {
        supervisor->armed_ms = armed_ms;
    }
}

/* ---- temperatures -------------------------------------------------------------------------------------------- */

static void look(struct zone_watch *watch, const struct thermistor *sensor)
{
    watch->trusted = watch->trusted && thermistor_trusted(sensor);
    if (thermistor_trusted(sensor) && sensor->centi_c > watch->hottest_centi_c) {
        watch->hottest_centi_c = sensor->centi_c;
    }
}

static uint32_t sensor_faults(const struct thermistor *sensor)
{
    if (sensor->bad < LIMIT_SENSOR_SAMPLES) {
        return 0;
    }
    return sensor->trust == SENSOR_TRUST_SHORT ? FAULT_BIT(FAULT_SENSOR_SHORT) : FAULT_BIT(FAULT_SENSOR_OPEN);
}

static uint8_t count_hot(const struct zone_watch *watch)
{
    if (watch->hottest_centi_c < LIMIT_OVER_TEMPERATURE_LATCH_CENTI_C) {
        return 0;
    }
    return (uint8_t)(watch->hot_samples + (watch->hot_samples < LIMIT_OVER_TEMPERATURE_SAMPLES ? 1u : 0u));
}

/* A cut ends only where every sensor says that it is over. */
static bool stays_cut(const struct zone_watch *watch)
{
    return watch->cut && (!watch->trusted || watch->hottest_centi_c >= LIMIT_OVER_TEMPERATURE_RESUME_CENTI_C);
}

static uint32_t heat_faults(struct zone_watch *watch)
{
    watch->hot_samples = count_hot(watch);
    watch->cut = watch->hottest_centi_c >= LIMIT_OVER_TEMPERATURE_CUT_CENTI_C || stays_cut(watch);
    return (watch->cut ? FAULT_BIT(FAULT_OVER_TEMPERATURE_CUT) : 0u) |
           (watch->hot_samples == LIMIT_OVER_TEMPERATURE_SAMPLES ? FAULT_BIT(FAULT_OVER_TEMPERATURE) : 0u);
}

/* One ADC cycle: a zone is as warm as its hottest sensor; with one untrusted nothing is known. */
void supervisor_watch(struct supervisor *supervisor, const struct thermistor sensors[COUNT_SENSORS])
{
    supervisor->present = 0;
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        supervisor->zones[zone].hottest_centi_c = NOTHING_CENTI_C;
        supervisor->zones[zone].trusted = true;
    }
    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        look(&supervisor->zones[zone_of_sensor[i]], &sensors[i]);
        supervisor->present |= sensor_faults(&sensors[i]);
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        supervisor->present |= heat_faults(&supervisor->zones[zone]);
    }
    latch(supervisor, supervisor->present & ~FAULTS_OF_CLASS_A);
}

void supervisor_blind(struct supervisor *supervisor)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        supervisor->zones[zone].trusted = false;
    }
}

/* ---- what others found --------------------------------------------------------------------------------------- */

void supervisor_find(struct supervisor *supervisor, uint32_t faults)
{
    supervisor->found = faults;
    latch(supervisor, faults & ~FAULTS_OF_CLASS_A);
    if ((faults & FAULT_BIT(FAULT_REST_DUE)) != 0) {
        disarm(supervisor, DISARM_REASON_REST_DUE);
    }
}

void supervisor_hold(struct supervisor *supervisor, uint8_t zone, const struct zone_hold *hold)
{
    supervisor->holds[zone] = *hold;
}

/* ---- demands ------------------------------------------------------------------------------------------------- */

/* A host that hangs may send its last demand for ever, and a buffer may play an old stretch again. So a demand renews
 * the lease only by being a little newer than the newest before it: 1 to 100 ahead, modulo 2^16.
 *
 * Where there is no lease (after reset, after STOP, after a silence) any demand may say where counting now begins,
 * but it lends nothing itself: the next one does, by advancing. One demand, repeated for ever, thus never heats.
 * As long as the pad stays armed over a silence, counting may go on only ahead, so that a stretch played again and
 * again does not heat either: after 10 s it has cost the arming. */
enum freshness { STALE, BEGINS, RENEWS };

static enum freshness freshness(const struct supervisor *supervisor, uint16_t counter)
{
    uint16_t ahead = (uint16_t)(counter - supervisor->counter);

    if (!supervisor->counter_known) {
        return BEGINS;
    }
    if (ahead >= 1u && ahead <= LIMIT_COUNTER_STEP_MAX) {
        return RENEWS;
    }
    if (supervisor->lease_ms > 0 || ahead == 0) {
        return STALE;
    }
    return supervisor_armed(supervisor) && ahead > INT16_MAX ? STALE : BEGINS;
}

static void renew(struct supervisor *supervisor, const struct contract_demand *demand)
{
    supervisor->demand = *demand;
    supervisor->lease_ms = LIMIT_LEASE_MS;
    supervisor->link_ms = LIMIT_LINK_LOST_DISARM_MS;
    supervisor->silent = false;
    supervisor->massage_held = supervisor->massage_held && !demand_asks_for_nothing(demand);
}

/* A demand is obeyed whole or not at all. */
uint8_t supervisor_take(struct supervisor *supervisor, const struct contract_demand *demand)
{
    uint8_t refusal = demand_out_of_range(demand);
    enum freshness fresh = freshness(supervisor, demand->counter);

    if (refusal != 0) {
        return refusal;
    }
    if (fresh == STALE) {
        return REFUSAL_COUNTER_DID_NOT_ADVANCE;
    }
    supervisor->counter = demand->counter;
    supervisor->counter_known = true;
    if (fresh == RENEWS) {
        renew(supervisor, demand);
    }
    return 0;
}

/* ---- the judgement ------------------------------------------------------------------------------------------- */

static bool found(const struct supervisor *supervisor, enum fault fault)
{
    return (supervisor->found & FAULT_BIT(fault)) != 0;
}

/* Why this zone gets no heat, the strongest reason first. */
uint8_t supervisor_limit(const struct supervisor *supervisor, uint8_t zone)
{
    const struct zone_watch *watch = &supervisor->zones[zone];
    const struct zone_hold *hold = &supervisor->holds[zone];
    int16_t target = supervisor->demand.zone_target_centi_c[zone];

    if (supervisor->demand.zone_power_deci_w[zone] == 0) {
        return LIMITED_BY_NONE; /* nothing was asked */
    }
    if (supervisor->latched != 0) {
        return LIMITED_BY_LATCHED;
    }
    if (!supervisor_armed(supervisor)) {
        return LIMITED_BY_NOT_ARMED;
    }
    if (supervisor->lease_ms == 0) {
        return LIMITED_BY_LEASE;
    }
    if (!watch->trusted) {
        return LIMITED_BY_SENSOR;
    }
    if (watch->cut) {
        return LIMITED_BY_OVER_TEMPERATURE;
    }
    if (hold->look_ahead) {
        return LIMITED_BY_LOOK_AHEAD;
    }
    if (hold->dose_full) {
        return LIMITED_BY_DOSE;
    }
    if (hold->not_warming) {
        return LIMITED_BY_NOT_WARMING;
    }
    if (found(supervisor, FAULT_SUPPLY_DIP)) {
        return LIMITED_BY_SUPPLY;
    }
    if (supervisor->checking) {
        return LIMITED_BY_CHECK;
    }
    if (target == 0 || watch->hottest_centi_c >= target + LIMIT_TARGET_MARGIN_CENTI_C) {
        return LIMITED_BY_TARGET;
    }
    if (hold->uneven && watch->hottest_centi_c >= LIMIT_PAIR_TARGET_MAX_CENTI_C) {
        return LIMITED_BY_UNEVEN;
    }
    return LIMITED_BY_NONE;
}

uint16_t supervisor_power_deci_w(const struct supervisor *supervisor, uint8_t zone)
{
    uint16_t asked = supervisor->demand.zone_power_deci_w[zone];

    if (supervisor_limit(supervisor, zone) != LIMITED_BY_NONE) {
        return 0;
    }
    return asked < LIMIT_ZONE_POWER_MAX_DECI_W ? asked : LIMIT_ZONE_POWER_MAX_DECI_W;
}

/* Massage needs no arming. */
bool supervisor_allows_massage(const struct supervisor *supervisor)
{
    return supervisor->lease_ms > 0 && supervisor->latched == 0 && !supervisor->massage_held && !supervisor->checking &&
           !found(supervisor, FAULT_MOTOR_CURRENT);
}

uint32_t supervisor_faults(const struct supervisor *supervisor)
{
    return supervisor->present | supervisor->found | (supervisor->silent ? FAULT_BIT(FAULT_LEASE_EXPIRED) : 0u);
}
