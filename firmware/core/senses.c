#include "senses.h"

#include <string.h>

#include "countdown.h"

void senses_reset(struct senses *senses)
{
    memset(senses, 0, sizeof *senses);
    heater_reset(&senses->heater);
    reference_reset(&senses->reference);
    plausible_reset(&senses->plausible);
    stuck_on_reset(&senses->stuck_on);
    open_heater_reset(&senses->open_heater);
    motor_current_reset(&senses->motor_current);
    supply_reset(&senses->supply);
    senses_blind(senses);
}

void senses_pass_time(struct senses *senses, bool enabled, bool massage_asked, uint32_t elapsed_ms)
{
    senses->cycle_ms = count_up(senses->cycle_ms, elapsed_ms);
    reference_pass_time(&senses->reference, elapsed_ms);
    stuck_on_pass_time(&senses->stuck_on, enabled, elapsed_ms);
    open_heater_pass_time(&senses->open_heater, elapsed_ms);
    motor_current_pass_time(&senses->motor_current, massage_asked, elapsed_ms);
    supply_pass_time(&senses->supply, enabled, elapsed_ms);
    if (!enabled) {
        heater_forget_rail(&senses->heater);
    }
}

/* ---- one cycle ----------------------------------------------------------------------------------------------- */

static bool poisoned(const struct senses_cycle *cycle)
{
    bool any = reference_poisoned(cycle->sensor_sum, COUNT_SENSORS) ||
               reference_poisoned(cycle->witness_sum, COUNT_ZONES) || reference_poisoned(&cycle->rail_sum, 1) ||
               (cycle->quiet_valid && reference_poisoned(&cycle->quiet_sum, 1));

    for (uint8_t switches = 0; switches < HEATER_COMBINATIONS; switches++) {
        any = any || (cycle->current_valid[switches] && reference_poisoned(&cycle->current_sum[switches], 1));
    }
    return any;
}

static void watch_currents(struct senses *senses, const struct senses_cycle *cycle)
{
    heater_measure(&senses->heater, cycle->rail_sum, cycle->current_sum, cycle->current_valid);
    supply_watch(&senses->supply, senses->heater.rail_mv);
    stuck_on_rail(&senses->stuck_on, senses->heater.rail_mv);
    if (cycle->quiet_valid) {
        stuck_on_quiet(&senses->stuck_on, supply_current_ma(cycle->quiet_sum));
    }
    open_heater_watch(&senses->open_heater, &senses->heater);
    motor_current_watch(&senses->motor_current, &senses->heater, cycle->massage, senses->stuck_on.quiet_ma);
}

static void watch_temperatures(struct senses *senses, const struct senses_cycle *cycle)
{
    struct plausible_view view = {
        .sensors = senses->sensors,
        .witnesses = senses->witnesses,
        .elapsed_ms = senses->cycle_ms,
    };

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        view.duty_permille[zone] = cycle->duty_permille[zone];
        view.full_deci_w[zone] = heater_full_power_deci_w(&senses->heater, zone);
        view.target_centi_c[zone] = cycle->target_centi_c[zone];
    }
    plausible_sample(&senses->plausible, senses->sensors, cycle->sensor_sum, senses->witnesses, cycle->witness_sum,
                     senses->cycle_ms);
    senses->implausible = plausible_step(&senses->plausible, &view);
}

bool senses_read(struct senses *senses, const struct senses_cycle *cycle)
{
    reference_watch(&senses->reference, cycle->bandgap_sum, cycle->ground_sum, cycle->end_of_line_sum, poisoned(cycle));
    if (!reference_good(&senses->reference)) {
        senses_blind(senses);
        return false;
    }
    watch_currents(senses, cycle);
    watch_temperatures(senses, cycle);
    return true;
}

void senses_count_dose(struct senses *senses, uint8_t zone, int16_t hottest_centi_c)
{
    dose_step(&senses->doses[zone], hottest_centi_c, senses->cycle_ms);
}

void senses_blind(struct senses *senses)
{
    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        thermistor_forget(&senses->sensors[i]);
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        thermistor_forget(&senses->witnesses[zone]);
    }
    plausible_blind(&senses->plausible);
}

/* ---- what it shows ------------------------------------------------------------------------------------------- */

uint32_t senses_faults(const struct senses *senses)
{
    uint32_t faults = senses->implausible | reference_faults(&senses->reference) | stuck_on_faults(&senses->stuck_on) |
                      open_heater_faults(&senses->open_heater) | motor_current_faults(&senses->motor_current) |
                      supply_faults(&senses->supply);

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        faults |= senses->doses[zone].full ? FAULT_BIT(FAULT_DOSE_FULL) : 0u;
    }
    return faults;
}
