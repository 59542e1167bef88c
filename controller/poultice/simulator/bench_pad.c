#include "bench_pad.h"

#include <math.h>
#include <stdlib.h>

#include "board.h"
#include "contract.h"
#include "facts.h"
#include "plant.h"
#include "thermistor.h"
#include "thermistor_table.h"
#include "winding.h"

#define STEP_MS WINDING_STEP_MS
#define STEP_S WINDING_STEP_S
#define READING_MS FACTS_ADC_CYCLE_MS
#define WINDOW_MS 1000u /* a permille is a millisecond */
#define NOMINAL_V (FACTS_BOARD_RAIL_NOMINAL_MV / 1000.0)
#define HEATED 0u
#define HEATED_SENSORS 2u
#define TABLE_LAST_SUM (THERMISTOR_TABLE_STEP * (THERMISTOR_TABLE_SIZE - 2u) - 1u) /* below the table's last step */

struct bench_pad {
    struct plant plant;
    struct winding winding;
    double power_max_w;
    unsigned phase_ms;
};

struct bench_pad *bench_pad_new(void)
{
    return calloc(1, sizeof(struct bench_pad));
}

void bench_pad_free(struct bench_pad *pad)
{
    free(pad);
}

static void fill(struct plant_parameters *p, const struct bench_pad_settings *settings)
{
    plant_default_parameters(p);
    p->supply_v = NOMINAL_V * settings->supply_factor;
    p->supply_ohm = 0.0;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        p->element_w[z] = settings->element_w;
        p->pad_j_per_k[z] = settings->heat_j_per_k;
        p->contact_w_per_m2k[z] = settings->contact_w_per_m2k;
    }
    p->gradient_k_per_w[0] = settings->gradient_k_per_w;
    p->gradient_k_per_w[1] = -0.5 * settings->gradient_k_per_w;
    p->gradient_s = settings->gradient_s;
    p->cover_w_per_m2k = settings->cover_w_per_m2k;
    p->neighbour_w_per_k = settings->neighbour_w_per_k;
    p->lag_s = settings->lag_s;
    p->noise_lsb = settings->noise_lsb;
    p->perfusion_w_per_m2k = settings->perfusion_w_per_m2k;
    p->room_c = settings->room_c;
    p->skin_start_c = settings->skin_start_c;
}

static void start_at(struct plant *plant, double temperature_c)
{
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->pad_c[z] = temperature_c;
        plant->witness_c[z] = temperature_c;
    }
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        plant->sensor_c[s] = temperature_c;
    }
}

void bench_pad_reset(struct bench_pad *pad, const struct bench_pad_settings *settings, uint32_t seed)
{
    struct plant_parameters parameters;

    fill(&parameters, settings);
    *pad = (struct bench_pad){.power_max_w = settings->power_max_w};
    plant_reset(&pad->plant, &parameters, seed);
    start_at(&pad->plant, settings->start_c);
    winding_reset(&pad->winding, settings->winding_s, settings->delay_s);
}

void bench_pad_copy(struct bench_pad *to, const struct bench_pad *from)
{
    *to = *from;
}

void bench_pad_lay_on(const struct bench_pad *pad, struct board *board)
{
    *board_plant(board) = pad->plant;
    board_windings(board)[HEATED] = pad->winding;
}

void bench_pad_look_at(struct bench_pad *pad, struct board *board)
{
    pad->plant = *board_plant(board);
    pad->winding = board_windings(board)[HEATED];
    pad->phase_ms = board_phase_ms(board);
}

void bench_pad_set_on_body(struct bench_pad *pad, bool on_body)
{
    pad->plant.on_body = on_body;
}

void bench_pad_set_blanket(struct bench_pad *pad, double factor)
{
    pad->plant.blanket_factor = factor;
}

void bench_pad_set_supply(struct bench_pad *pad, double factor)
{
    pad->plant.supply_factor = factor;
}

static double switched_w(const struct bench_pad *pad)
{
    double share = pad->plant.p.supply_v * pad->plant.supply_factor / NOMINAL_V;

    return pad->plant.p.element_w[HEATED] * share * share;
}

/* As heater_duty_permille() does it: the cap's share of what flows while the switch is closed, rounded down. */
static unsigned duty_max_ms(const struct bench_pad *pad)
{
    double cap_ms = floor(pad->power_max_w / switched_w(pad) * WINDOW_MS);

    return cap_ms < LIMIT_HEATER_DUTY_MAX_PERMILLE ? (unsigned)cap_ms : (unsigned)LIMIT_HEATER_DUTY_MAX_PERMILLE;
}

/* Of the next STEP_MS: the first zone's time begins with the window. */
static unsigned on_ms(const struct bench_pad *pad, unsigned duty_ms)
{
    unsigned left_ms = duty_ms > pad->phase_ms ? duty_ms - pad->phase_ms : 0u;

    return left_ms < STEP_MS ? left_ms : STEP_MS;
}

void bench_pad_step(struct bench_pad *pad, uint16_t duty_permille)
{
    unsigned max_ms = duty_max_ms(pad);
    unsigned duty_ms = duty_permille < max_ms ? duty_permille : max_ms;

    for (unsigned ms = 0; ms < READING_MS; ms += STEP_MS) {
        double heater_w[COUNT_ZONES] = {0.0};
        heater_w[HEATED] = winding_pass(&pad->winding, switched_w(pad) * on_ms(pad, duty_ms) / STEP_MS);
        plant_step(&pad->plant, heater_w, STEP_S);
        pad->phase_ms = (pad->phase_ms + STEP_MS) % WINDOW_MS;
    }
}

void bench_pad_run(struct bench_pad *pad, uint16_t duty_permille, unsigned count, double *zone_c)
{
    for (unsigned i = 0; i < count; i++) {
        bench_pad_step(pad, duty_permille);
        zone_c[i] = bench_pad_zone_c(pad);
    }
}

int16_t bench_pad_reading_centi_c(struct bench_pad *pad)
{
    int16_t hottest = INT16_MIN;

    for (unsigned s = 0; s < HEATED_SENSORS; s++) {
        int16_t seen = thermistor_centi_c(plant_adc_sum(&pad->plant, s));
        hottest = seen > hottest ? seen : hottest;
    }
    return hottest;
}

/* With noise of a step, truncating conversions are half a step too low on average. */
static double mean_sum(const struct bench_pad *pad, unsigned channel)
{
    double code = plant_pin_v(&pad->plant, channel) * 1000.0 / FACTS_BOARD_LOGIC_MV * (1u << FACTS_ADC_BITS);

    return fmin(fmax(code - 0.5, 0.0) * FACTS_ADC_OVERSAMPLING, TABLE_LAST_SUM);
}

/* Between two knots of the thermistor's table, as the board goes, but not rounded. */
static double shown_c(double sum)
{
    unsigned below = (unsigned)(sum / THERMISTOR_TABLE_STEP) * THERMISTOR_TABLE_STEP;
    double low = thermistor_centi_c((uint16_t)below);
    double high = thermistor_centi_c((uint16_t)(below + THERMISTOR_TABLE_STEP));

    return (low + (high - low) * (sum - below) / THERMISTOR_TABLE_STEP) / 100.0;
}

double bench_pad_zone_c(const struct bench_pad *pad)
{
    double hottest_c = shown_c(mean_sum(pad, 0));

    for (unsigned s = 1; s < HEATED_SENSORS; s++) {
        hottest_c = fmax(hottest_c, shown_c(mean_sum(pad, s)));
    }
    return hottest_c;
}

double bench_pad_skin_c(const struct bench_pad *pad)
{
    return pad->plant.skin_c[HEATED];
}

double bench_pad_full_w(const struct bench_pad *pad)
{
    return switched_w(pad) * duty_max_ms(pad) / WINDOW_MS;
}

double bench_pad_used_j(const struct bench_pad *pad)
{
    return pad->plant.in_j;
}
