#include "plausible.h"

#include <string.h>

#include "facts.h"
#include "heater.h"
#include "memory.h"

#ifdef __AVR__
_Static_assert(sizeof(struct plausible) <= 120u, "RAM is scarce");
#endif

static const IN_FLASH uint8_t zone_of_sensor[COUNT_SENSORS] = FACTS_SENSOR_ZONE;
static const IN_FLASH uint8_t sensor_beside[COUNT_ZONES] = FACTS_WITNESS_BESIDE;

/* What one zone's thermistors say together. */
struct zone_reading {
    int16_t hottest_centi_c;
    int16_t coolest_centi_c;
    bool trusted; /* every one of them */
};

void plausible_reset(struct plausible *plausible)
{
    memset(plausible, 0, sizeof *plausible);
}

void plausible_blind(struct plausible *plausible)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        slope_forget(&plausible->slopes[zone]);
    }
}

/* ---- readings ------------------------------------------------------------------------------------------------ */

void plausible_sample(struct plausible *plausible, struct thermistor sensors[COUNT_SENSORS],
                      const uint16_t sensor_sum[COUNT_SENSORS], struct thermistor witnesses[COUNT_ZONES],
                      const uint16_t witness_sum[COUNT_ZONES], uint16_t elapsed_ms)
{
    bool third = false;

    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        third |= jump_sample(&plausible->sensor_jumps[i], &sensors[i], sensor_sum[i], elapsed_ms);
        boot_window_read(&plausible->boot_window, i, &sensors[i]);
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        third |= jump_sample(&plausible->witness_jumps[zone], &witnesses[zone], witness_sum[zone], elapsed_ms);
        boot_window_read(&plausible->boot_window, (uint8_t)(COUNT_SENSORS + zone), &witnesses[zone]);
    }
    plausible->jumps_about = third;
}

/*@ requires \valid(reading) && \valid_read(sensor) && \separated(reading, sensor);
    assigns *reading;
    ensures reading->trusted <==> \old(reading->trusted) && sensor->trust == SENSOR_TRUST_TRUSTED;
    ensures reading->hottest_centi_c == \max(\old(reading->hottest_centi_c), sensor->centi_c);
    ensures reading->coolest_centi_c == \min(\old(reading->coolest_centi_c), sensor->centi_c);
*/
static void add(struct zone_reading *reading, const struct thermistor *sensor)
{
    reading->trusted = reading->trusted && thermistor_trusted(sensor);
    if (sensor->centi_c > reading->hottest_centi_c) {
        reading->hottest_centi_c = sensor->centi_c;
    }
    if (sensor->centi_c < reading->coolest_centi_c) {
        reading->coolest_centi_c = sensor->centi_c;
    }
}

/*@ requires zone < COUNT_ZONES && sensors_well(sensors);
    assigns \nothing;
    ensures readable(\result.hottest_centi_c) && readable(\result.coolest_centi_c);
*/
static struct zone_reading read_zone(const struct thermistor *sensors, uint8_t zone)
{
    struct zone_reading reading = {INT16_MIN, INT16_MAX, true};

    for (uint8_t i = 0; i < COUNT_SENSORS; i++) {
        if (zone_of_sensor[i] == zone) {
            add(&reading, &sensors[i]);
        }
    }
    return reading;
}

/* ---- one zone ------------------------------------------------------------------------------------------------ */

static void watch_warming(struct plausible *plausible, const struct plausible_view *now, uint8_t zone)
{
    const struct warming_view view = {
        .mean_centi_c = slope_mean_centi_c(&plausible->slopes[zone]),
        .target_centi_c = now->target_centi_c[zone],
        .applied_deci_w = heater_power_deci_w(now->duty_permille[zone], now->full_deci_w[zone]),
        .full_deci_w = now->full_deci_w[zone],
        .elapsed_ms = now->elapsed_ms,
    };

    warming_step(&plausible->warmings[zone], &view);
}

static bool strays(struct plausible *plausible, const struct plausible_view *now, uint8_t zone)
{
    return stray_heat_step(&plausible->strays[zone], slope_mean_centi_c(&plausible->slopes[zone]),
                           now->duty_permille[zone] > 0, now->elapsed_ms);
}

/* A zone of which a sensor is not trusted gets no heat; nothing can be said of it, and nothing is forgotten but its
 * slope. */
static uint32_t read_and_judge(struct plausible *plausible, const struct plausible_view *now, uint8_t zone)
{
    struct zone_reading reading = read_zone(now->sensors, zone);

    if (!reading.trusted) {
        slope_forget(&plausible->slopes[zone]);
        return 0;
    }
    slope_read(&plausible->slopes[zone], reading.hottest_centi_c);
    pair_step(&plausible->pairs[zone], reading.hottest_centi_c, reading.coolest_centi_c, now->duty_permille[zone] > 0,
              now->elapsed_ms);
    watch_warming(plausible, now, zone);
    return strays(plausible, now, zone) ? FAULT_BIT(FAULT_WARMS_BY_ITSELF) : 0u;
}

static bool witness_disagrees(struct plausible *plausible, const struct plausible_view *now, uint8_t zone)
{
    return witness_step(&plausible->witnesses[zone], &now->sensors[sensor_beside[zone]], &now->witnesses[zone],
                        now->elapsed_ms);
}

static uint32_t step_zone(struct plausible *plausible, const struct plausible_view *now, uint8_t zone)
{
    uint32_t faults = read_and_judge(plausible, now, zone);

    faults |= witness_disagrees(plausible, now, zone) ? FAULT_BIT(FAULT_WITNESS_DISAGREES) : 0u;
    faults |= pair_deaf(&plausible->pairs[zone]) ? FAULT_BIT(FAULT_PAIR_DEAF) : 0u;
    faults |= plausible_uneven(plausible, zone) ? FAULT_BIT(FAULT_PAIR_UNEVEN) : 0u;
    faults |= plausible_cuts_ahead(plausible, zone) ? FAULT_BIT(FAULT_LOOK_AHEAD) : 0u;
    faults |= plausible_not_warming(plausible, zone) ? FAULT_BIT(FAULT_NOT_WARMING) : 0u;
    return faults;
}

/* ---- all ----------------------------------------------------------------------------------------------------- */

uint32_t plausible_step(struct plausible *plausible, const struct plausible_view *now)
{
    uint32_t faults = plausible->jumps_about ? FAULT_BIT(FAULT_SENSOR_JUMP) : 0u;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        faults |= step_zone(plausible, now, zone);
    }
    return faults | (plausible_boot_outside(plausible) ? FAULT_BIT(FAULT_BOOT_WINDOW) : 0u);
}

bool plausible_cuts_ahead(const struct plausible *plausible, uint8_t zone)
{
    return plausible->slopes[zone].cut;
}

bool plausible_not_warming(const struct plausible *plausible, uint8_t zone)
{
    return plausible->warmings[zone].held;
}

bool plausible_uneven(const struct plausible *plausible, uint8_t zone)
{
    return pair_uneven(&plausible->pairs[zone]);
}

bool plausible_boot_outside(const struct plausible *plausible)
{
    return plausible->boot_window.outside;
}
