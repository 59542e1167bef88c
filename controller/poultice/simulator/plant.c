/* A warm pad made of arithmetic. Each zone is a chain of lumps
 *
 *     room --cover-- pad --contact-- skin --conduction-- tissue --conduction and blood-- core (37 °C)
 *
 * and the zones' pads touch. Lumps suffice: the pad warms as a sheet, and what the firmware sees of its unevenness is
 * the difference between its thermistors, which is a parameter here. Explicit steps of 10 ms are far below the fastest
 * of the time constants (a thermistor's 2 s, the pad's 45 s), so the plain Euler rule is exact enough and stable. */
#include "plant.h"

#include <math.h>
#include <stddef.h>

#include "facts.h"

#define KELVIN 273.15
#define OPEN_OHM 1e9
#define SHORT_OHM 1.0
#define CODE_MAX ((double)((1u << FACTS_ADC_BITS) - 1u))
#define PERFUSION_MAX_FACTOR 2.0
#define BIMETAL_RETURN_K 10.0      /* such a switch closes again when it has cooled by as much */

static const double element_w[] = FACTS_ZONE_NOMINAL_W;
static const double area_m2[] = FACTS_ZONE_AREA_M2;
static const double motor_ma[] = FACTS_MOTOR_CURRENT_MA;
static const uint8_t zone_of[] = FACTS_SENSOR_ZONE;
static const uint8_t witness_beside[] = FACTS_WITNESS_BESIDE;

static double clamped(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* ---- parameters and start ------------------------------------------------------------------------------------ */

static void default_electricity(struct plant_parameters *p)
{
    p->supply_v = FACTS_BOARD_RAIL_NOMINAL_MV / 1000.0;
    p->supply_ohm = 0.15; /* a 24 V 3 A adapter and 2 m of cable lose about 0.4 V at 2.5 A */
    p->board_a = 0.02;
    p->enable_holds_s = FACTS_ENABLE_HOLDS_MS / 1000.0; /* the worst that the board's capacitor is allowed */
    for (unsigned m = 0; m < COUNT_MOTORS; m++) {
        p->motor_a[m] = motor_ma[m] / 1000.0;
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        p->element_w[z] = element_w[z];
    }
}

static void default_heat(struct plant_parameters *p)
{
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        p->area_m2[z] = area_m2[z];
        p->pad_j_per_k[z] = FACTS_PAD_HEAT_CAPACITY_J_PER_K;
        p->contact_w_per_m2k[z] = FACTS_PAD_CONTACT_W_PER_M2K;
    }
    p->lifted_w_per_m2k = 2.0; /* a finger's breadth of still air, 0.026 W/(m K) over 13 mm */
    p->cover_w_per_m2k = FACTS_PAD_COVER_W_PER_M2K;
    p->front_w_per_m2k = 8.0; /* free convection and radiation of a bare surface indoors, ISO 6946: about 7.7 */
    p->neighbour_w_per_k = FACTS_PAD_NEIGHBOUR_W_PER_K;
    p->skin_j_per_k = FACTS_BODY_SKIN_HEAT_CAPACITY_J_PER_K;
    p->tissue_j_per_k = FACTS_BODY_TISSUE_HEAT_CAPACITY_J_PER_K;
    p->skin_to_tissue_w_per_m2k = FACTS_BODY_SKIN_TO_TISSUE_W_PER_M2K;
    p->tissue_to_core_w_per_m2k = FACTS_BODY_TISSUE_TO_CORE_W_PER_M2K;
    p->perfusion_w_per_m2k = FACTS_BODY_PERFUSION_W_PER_M2K;
    p->perfusion_doubles_at_c = FACTS_BODY_PERFUSION_DOUBLES_AT_C;
    p->core_c = FACTS_BODY_CORE_C;
    p->room_c = FACTS_ROOM_TEMPERATURE_C;
    p->skin_start_c = FACTS_BODY_SKIN_START_C;
}

static void default_sensing(struct plant_parameters *p)
{
    p->lag_s = FACTS_NTC_LAG_S;
    p->gradient_s = 15.0; /* in-plane spreading over the 5 mm between two windings of a felt with 1.5e-6 m²/s */
    p->noise_lsb = FACTS_ADC_NOISE_LSB;
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        p->gradient_k_per_w[s] = s % 2 == 0 ? 0.01 : -0.005; /* the left one lies a little nearer to the winding */
        p->sensor_offset_k[s] = 0.0;
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        p->witness_offset_k[z] = 0.0;
    }
}

void plant_default_parameters(struct plant_parameters *parameters)
{
    default_electricity(parameters);
    default_heat(parameters);
    default_sensing(parameters);
}

static void settle_sensors(struct plant *plant)
{
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        plant->sensor_c[s] = plant->pad_c[zone_of[s]];
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->witness_c[z] = plant->pad_c[z];
    }
}

static void clear_faults(struct plant *plant)
{
    for (unsigned channel = 0; channel < PLANT_THERMISTORS; channel++) {
        plant->ntc[channel] = PLANT_NTC_HEALTHY;
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->mosfet_shorted[z] = false;
    }
    plant->supply_factor = 1.0;
    plant->reference_factor = 1.0;
}

void plant_reset(struct plant *plant, const struct plant_parameters *parameters, uint32_t seed)
{
    *plant = (struct plant){.p = *parameters, .on_body = true, .blanket_factor = 1.0};
    clear_faults(plant);
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->pad_c[z] = parameters->room_c;
        plant->skin_c[z] = parameters->skin_start_c;
        plant->tissue_c[z] = 0.5 * (parameters->skin_start_c + parameters->core_c);
    }
    settle_sensors(plant);
    plant->rail_v = parameters->supply_v;
    plant->random = seed;
}

void plant_warm_start(struct plant *plant, double temperature_c)
{
    double before_j = plant_stored_j(plant);
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->pad_c[z] = temperature_c;
        plant->skin_c[z] = temperature_c;
        plant->tissue_c[z] = fmax(plant->tissue_c[z], 0.5 * (temperature_c + plant->p.core_c));
    }
    settle_sensors(plant);
    plant->in_j += plant_stored_j(plant) - before_j; /* keeps the balance of energy true */
}

/* ---- electricity --------------------------------------------------------------------------------------------- */

void plant_enable_edge(struct plant *plant)
{
    plant->enable_left_s = plant->p.enable_holds_s;
}

bool plant_upper_on(const struct plant *plant)
{
    bool kept = plant->enable_left_s > 1e-9; /* a sum of steps ends near zero, not at it */
    return plant->upper_stuck || (kept && !plant->latched);
}

static double element_ohm(const struct plant *plant, unsigned zone)
{
    double nominal_v = FACTS_BOARD_RAIL_NOMINAL_MV / 1000.0;
    return nominal_v * nominal_v / plant->p.element_w[zone];
}

static bool conducts(const struct plant *plant, const bool gate[COUNT_ZONES], unsigned zone)
{
    bool whole = !plant->element_open[zone] && !plant->bimetal_open[zone];
    return plant_upper_on(plant) && whole && (gate[zone] || plant->mosfet_shorted[zone]);
}

/* Ohm's law for a source with an inner resistance r and the conductance g of the elements beside the current i of
 * everything else: V = V0 - r (g V + i). */
void plant_switch(struct plant *plant, const bool gate[COUNT_ZONES], const double motor_duty[COUNT_MOTORS])
{
    double siemens = 0.0;
    double other_a = plant->p.board_a;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        siemens += conducts(plant, gate, z) ? 1.0 / element_ohm(plant, z) : 0.0;
    }
    for (unsigned m = 0; m < COUNT_MOTORS; m++) {
        double duty = plant->motor_shorted[m] ? 1.0 : motor_duty[m];
        other_a += duty * plant->p.motor_a[m] * (plant->motor_stalled[m] ? PLANT_STALL_FACTOR : 1.0);
    }
    double supply_v = plant->p.supply_v * plant->supply_factor;
    plant->rail_v = fmax(0.0, (supply_v - plant->p.supply_ohm * other_a) / (1.0 + plant->p.supply_ohm * siemens));
    plant->supply_a = siemens * plant->rail_v + other_a;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->heater_w[z] = conducts(plant, gate, z) ? plant->rail_v * plant->rail_v / element_ohm(plant, z) : 0.0;
    }
}

/* ---- the protection that needs no chip ------------------------------------------------------------------------ */

static bool any_comparator(const struct plant *plant)
{
    bool any = false;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        any = any || plant_comparator(plant, z);
    }
    return any;
}

static void set_latch(struct plant *plant)
{
    plant->latched = plant->latched || any_comparator(plant);
}

void plant_button(struct plant *plant, bool pressed)
{
    if (plant->button_pressed && !pressed) {
        plant->latched = false;
        set_latch(plant);
    }
    plant->button_pressed = pressed;
}

void plant_trip_test(struct plant *plant, unsigned zone_and_one)
{
    plant->trip_test = zone_and_one;
    set_latch(plant);
}

static void protect(struct plant *plant)
{
    set_latch(plant);
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        double latest_c = FACTS_TRIP_BIMETAL_C + FACTS_TRIP_BIMETAL_TOLERANCE_K;
        double limit_c = latest_c - (plant->bimetal_open[z] ? BIMETAL_RETURN_K : 0.0);
        plant->bimetal_open[z] = plant->pad_c[z] >= limit_c;
    }
}

/* ---- heat ---------------------------------------------------------------------------------------------------- */

/* Pennes' bioheat term (1948): blood arrives at core temperature, its flow times its heat capacity is a conductance to
 * the core. Locally warmed skin opens its vessels, fully at about 42 °C (Johnson and Kellogg, 2010): exponential in
 * between, and no more beyond. */
static double to_core_w_per_m2k(const struct plant_parameters *p, double tissue_c)
{
    double doublings = (tissue_c - p->core_c) / (p->perfusion_doubles_at_c - p->core_c);
    return p->tissue_to_core_w_per_m2k + p->perfusion_w_per_m2k * clamped(exp2(doublings), 1.0, PERFUSION_MAX_FACTOR);
}

struct flows { /* W, per zone; positive towards the body or the room */
    double pad_to_room, pad_to_skin, pad_to_next, skin_to_room, skin_to_tissue, tissue_to_core;
};

static struct flows flows_of(const struct plant *plant, unsigned z)
{
    const struct plant_parameters *p = &plant->p;
    double area = p->area_m2[z];
    double contact = plant->on_body ? p->contact_w_per_m2k[z] : p->lifted_w_per_m2k;
    double front = plant->on_body ? 0.0 : p->front_w_per_m2k;
    return (struct flows){
        .pad_to_room = area * (p->cover_w_per_m2k / plant->blanket_factor + front) * (plant->pad_c[z] - p->room_c),
        .pad_to_skin = area * contact * (plant->pad_c[z] - plant->skin_c[z]),
        .pad_to_next = z + 1 < COUNT_ZONES ? p->neighbour_w_per_k * (plant->pad_c[z] - plant->pad_c[z + 1]) : 0.0,
        .skin_to_room = area * front * (plant->skin_c[z] - p->room_c),
        .skin_to_tissue = area * p->skin_to_tissue_w_per_m2k * (plant->skin_c[z] - plant->tissue_c[z]),
        .tissue_to_core = area * to_core_w_per_m2k(p, plant->tissue_c[z]) * (plant->tissue_c[z] - p->core_c),
    };
}

static void warm_lumps(struct plant *plant, const double heater_w[COUNT_ZONES], double dt_s)
{
    const struct plant_parameters *p = &plant->p;
    struct flows flows[COUNT_ZONES];
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        flows[z] = flows_of(plant, z);
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        const struct flows *f = &flows[z];
        double from_last = z > 0 ? flows[z - 1].pad_to_next : 0.0;
        double pad_w = heater_w[z] + from_last - f->pad_to_next - f->pad_to_room - f->pad_to_skin;
        plant->pad_c[z] += dt_s * pad_w / p->pad_j_per_k[z];
        plant->skin_c[z] += dt_s * (f->pad_to_skin - f->skin_to_room - f->skin_to_tissue) / p->skin_j_per_k;
        plant->tissue_c[z] += dt_s * (f->skin_to_tissue - f->tissue_to_core) / p->tissue_j_per_k;
        plant->in_j += dt_s * heater_w[z];
        plant->to_room_j += dt_s * (f->pad_to_room + f->skin_to_room);
        plant->to_core_j += dt_s * f->tissue_to_core;
    }
}

/* What a thermistor feels: its place, or wherever it lies since it came off. */
static double coupled_c(const struct plant *plant, unsigned channel, double place_c)
{
    return plant->ntc_detached[channel] ? plant->detached_c[channel] : place_c;
}

/* A bead in its sleeve follows its place with one time constant; its place differs from the zone's mean by a share of
 * the power that flowed of late. The witness is bonded beside one of its zone's sensors and shares its place. */
static void lag_sensors(struct plant *plant, const double heater_w[COUNT_ZONES], double dt_s)
{
    const struct plant_parameters *p = &plant->p;
    double follow = fmin(1.0, dt_s / p->lag_s);
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        plant->smoothed_w[z] += fmin(1.0, dt_s / p->gradient_s) * (heater_w[z] - plant->smoothed_w[z]);
    }
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        double place_c = plant->pad_c[zone_of[s]] + p->gradient_k_per_w[s] * plant->smoothed_w[zone_of[s]];
        plant->sensor_c[s] += follow * (coupled_c(plant, s, place_c) - plant->sensor_c[s]);
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        double place_c = plant->pad_c[z] + p->gradient_k_per_w[witness_beside[z]] * plant->smoothed_w[z];
        plant->witness_c[z] += follow * (coupled_c(plant, PLANT_WITNESS_FIRST + z, place_c) - plant->witness_c[z]);
    }
}

static void drift(struct plant *plant, double dt_s)
{
    for (unsigned channel = 0; channel < PLANT_THERMISTORS; channel++) {
        double step_k = plant->drift_k_per_s[channel] * dt_s;
        plant->drift_k[channel] += clamped(plant->drift_end_k[channel] - plant->drift_k[channel], -step_k, step_k);
    }
}

void plant_step(struct plant *plant, const double heater_w[COUNT_ZONES], double dt_s)
{
    warm_lumps(plant, heater_w, dt_s);
    lag_sensors(plant, heater_w, dt_s);
    drift(plant, dt_s);
    protect(plant);
    plant->enable_left_s = fmax(0.0, plant->enable_left_s - dt_s);
}

double plant_stored_j(const struct plant *plant)
{
    double stored_j = 0.0;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        stored_j += plant->p.pad_j_per_k[z] * plant->pad_c[z] + plant->p.skin_j_per_k * plant->skin_c[z]
                    + plant->p.tissue_j_per_k * plant->tissue_c[z];
    }
    return stored_j;
}

/* ---- the board's own sensing --------------------------------------------------------------------------------- */

/* The beta equation, R = R25 exp(B (1/T - 1/T25)); thermistor to ground, pull-up to the ADC's reference. */
static double ntc_pin_v(enum plant_ntc state, double temperature_c)
{
    double ohm = FACTS_NTC_RESISTANCE_25C_OHM
                 * exp(FACTS_NTC_BETA_K * (1.0 / (temperature_c + KELVIN) - 1.0 / (25.0 + KELVIN)));
    if (state != PLANT_NTC_HEALTHY) {
        ohm = state == PLANT_NTC_OPEN ? OPEN_OHM : SHORT_OHM;
    }
    return FACTS_BOARD_LOGIC_MV / 1000.0 * ohm / (ohm + FACTS_NTC_PULL_UP_OHM);
}

/* What a thermistor with its errors shows. */
static double shown_c(const struct plant *plant, unsigned channel)
{
    unsigned z = channel - PLANT_WITNESS_FIRST;
    double shown = channel < PLANT_WITNESS_FIRST ? plant->sensor_c[channel] + plant->p.sensor_offset_k[channel]
                                                 : plant->witness_c[z] + plant->p.witness_offset_k[z];
    return shown + plant->drift_k[channel];
}

/* The comparator hangs on the witness's own divider: it trips by what the witness shows. */
bool plant_comparator(const struct plant *plant, unsigned zone)
{
    unsigned channel = PLANT_WITNESS_FIRST + zone;
    bool broken = plant->ntc[channel] != PLANT_NTC_HEALTHY || plant->comparator_false[zone];
    bool provoked = plant->trip_test == zone + 1u;
    return !plant->comparator_dead && (broken || provoked || shown_c(plant, channel) >= FACTS_TRIP_COMPARATOR_C);
}

double plant_pin_v(const struct plant *plant, unsigned channel)
{
    if (channel < PLANT_RAIL) {
        return ntc_pin_v(plant->ntc[channel], shown_c(plant, channel));
    }
    if (channel == PLANT_GROUND) {
        return 0.0;
    }
    if (channel == PLANT_BANDGAP) {
        return FACTS_BANDGAP_NOMINAL_MV / 1000.0;
    }
    if (channel == PLANT_RAIL) {
        double heaters_v = plant_upper_on(plant) ? plant->rail_v : 0.0;
        return heaters_v * FACTS_DIVIDERS_RAIL_BOTTOM_OHM
               / (double)(FACTS_DIVIDERS_RAIL_TOP_OHM + FACTS_DIVIDERS_RAIL_BOTTOM_OHM);
    }
    return plant->supply_a * FACTS_SHUNT_RESISTANCE_MILLIOHM / 1000.0 * FACTS_SHUNT_GAIN;
}

/* splitmix64 (Steele, Lea, Flood 2014): one multiplication chain, any seed is a good one. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* Nearly normal, standard deviation 1: the sum of four even ones has the variance 4/12. */
static double next_noise(struct plant *plant)
{
    uint64_t bits = next_random(&plant->random);
    uint64_t sum = (bits & 0xFFFFu) + (bits >> 16 & 0xFFFFu) + (bits >> 32 & 0xFFFFu) + (bits >> 48);
    return ((double)sum / 65535.0 - 2.0) * 1.7320508075688772; /* sqrt(3) */
}

double plant_adc_mv(struct plant *plant, unsigned channel)
{
    double lsb_mv = FACTS_BOARD_LOGIC_MV / (CODE_MAX + 1.0);
    double mv = 1000.0 * plant_pin_v(plant, channel) / plant->reference_factor + plant->p.noise_lsb * lsb_mv * next_noise(plant);
    return clamped(mv, 0.0, FACTS_BOARD_LOGIC_MV);
}

uint16_t plant_sum_of(struct plant *plant, double pin_v)
{
    double code = pin_v * 1000.0 / (FACTS_BOARD_LOGIC_MV * plant->reference_factor) * (CODE_MAX + 1.0);
    uint32_t sum = 0;
    for (unsigned i = 0; i < FACTS_ADC_OVERSAMPLING; i++) {
        sum += (uint32_t)clamped(code + plant->p.noise_lsb * next_noise(plant), 0.0, CODE_MAX);
    }
    return (uint16_t)sum;
}

uint16_t plant_adc_sum(struct plant *plant, unsigned channel)
{
    return plant_sum_of(plant, plant_pin_v(plant, channel));
}
