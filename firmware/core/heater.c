/* Every doubt is settled towards less heat. A supply or an element believed too strong only warms slowly; one
 * believed too weak would be driven too hard, so: a rail that reads nothing is taken for the highest allowed, a
 * falling rail is believed slowly, an element is never believed weaker than 0.7 of what it should be, and one that
 * cannot be measured is feared to be strong. That also keeps it measurable: at a duty of 1 its switch never opens,
 * the belief fades, the duty falls, and a gap shows the current again. */
#include "heater.h"

#include "facts.h"
#include "memory.h"

#define FULL_PERMILLE 1000u
#define STRENGTH_MIN 700u      /* a heater's resistance varies by 10 %, the shunt's reading by 5 %; the rest is doubt */
#define STRENGTH_MAX 2000u
#define STRENGTH_FEARED 1250u  /* of an element that nobody measured */
#define UNSEEN_CYCLES_MAX 20u  /* two windows of 1 s */
#define DRAWN_AGE_MAX 20u
#define DRAWN_NEVER UINT8_MAX
#define SMOOTHING 8            /* one eighth of the difference each 100 ms: settles within 2 s */

static const IN_FLASH uint16_t resistance_milliohm[COUNT_ZONES] = FACTS_ZONE_RESISTANCE_MILLIOHM;

void heater_reset(struct heater *heater)
{
    heater->rail_mv = 0;
    heater->current_ma = 0;
    heater->believed_rail_mv = FACTS_BOARD_RAIL_MAX_MV;
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        heater->strength_permille[zone] = STRENGTH_FEARED;
        heater->unseen_cycles[zone] = 0;
    }
    heater_forget_currents(heater);
}

void heater_forget_currents(struct heater *heater)
{
    for (uint8_t switches = 0; switches < HEATER_COMBINATIONS; switches++) {
        heater->drawn_age[switches] = DRAWN_NEVER;
    }
}

/* mV² / mOhm = mW. */
static uint16_t sound_power_deci_w(uint16_t rail_mv, uint8_t zone)
{
    return (uint16_t)((uint32_t)rail_mv * rail_mv / resistance_milliohm[zone] / 100u);
}

static uint16_t milliamps(uint16_t sum)
{
    return (uint16_t)(sum * FACTS_CURRENT_MA_NUM / FACTS_CURRENT_MA_DEN);
}

static void believe_rail(struct heater *heater)
{
    if (heater->rail_mv >= heater->believed_rail_mv) {
        heater->believed_rail_mv = heater->rail_mv;
    } else if (heater->rail_mv >= FACTS_BOARD_RAIL_MIN_MV) {
        uint16_t fall = (uint16_t)(heater->believed_rail_mv - heater->rail_mv);
        heater->believed_rail_mv = (uint16_t)(heater->believed_rail_mv - fall / SMOOTHING);
    }
}

static uint32_t within(uint32_t value, uint32_t low, uint32_t high)
{
    return value < low ? low : value > high ? high : value;
}

static void believe_strength(struct heater *heater, uint8_t zone, uint16_t current_ma)
{
    uint32_t power_deci_w = (uint32_t)heater->rail_mv * current_ma / 100000u;
    uint32_t strength = power_deci_w * FULL_PERMILLE / sound_power_deci_w(heater->rail_mv, zone);
    int16_t believed = (int16_t)heater->strength_permille[zone];
    int16_t seen = (int16_t)within(strength, STRENGTH_MIN, STRENGTH_MAX);

    heater->strength_permille[zone] = (uint16_t)(believed + (seen - believed) / SMOOTHING);
}

/* A belief that no measurement confirms fades. */
static void doubt_strength(struct heater *heater, uint8_t zone)
{
    if (heater->unseen_cycles[zone] < UNSEEN_CYCLES_MAX) {
        heater->unseen_cycles[zone]++;
    } else if (heater->strength_permille[zone] < STRENGTH_FEARED) {
        heater->strength_permille[zone]++;
    }
}

/* Both were drawn not long ago, and one of them in the cycle that just ended. */
static bool comparable(const struct heater *heater, uint8_t one, uint8_t other)
{
    uint8_t older = heater->drawn_age[one] > heater->drawn_age[other] ? one : other;
    uint8_t newer = older == one ? other : one;

    return heater->drawn_age[newer] == 0 && heater->drawn_age[older] <= DRAWN_AGE_MAX;
}

/* A zone's own current is the difference between two combinations that differ in its switch alone: board and motors
 * cancel out. */
static void measure_zone(struct heater *heater, uint8_t zone)
{
    uint8_t bit = (uint8_t)(1u << zone);

    for (uint8_t without = 0; without < HEATER_COMBINATIONS; without++) {
        uint8_t with = without | bit;
        if (with != without && comparable(heater, with, without)) {
            uint16_t more = heater->drawn_ma[with];
            uint16_t less = heater->drawn_ma[without];
            believe_strength(heater, zone, more > less ? (uint16_t)(more - less) : 0);
            heater->unseen_cycles[zone] = 0;
        }
    }
}

static void note_current(struct heater *heater, uint8_t switches, uint16_t current_ma)
{
    heater->drawn_ma[switches] = current_ma;
    heater->drawn_age[switches] = 0;
    if (current_ma > heater->current_ma) {
        heater->current_ma = current_ma;
    }
}

static void age_current(struct heater *heater, uint8_t switches)
{
    if (heater->drawn_age[switches] < DRAWN_NEVER) {
        heater->drawn_age[switches]++;
    }
}

void heater_measure(struct heater *heater, uint16_t rail_sum, const uint16_t current_sum[HEATER_COMBINATIONS],
                    const bool current_valid[HEATER_COMBINATIONS])
{
    heater->rail_mv = (uint16_t)(rail_sum * FACTS_RAIL_MV_NUM / FACTS_RAIL_MV_DEN);
    heater->current_ma = 0;
    for (uint8_t switches = 0; switches < HEATER_COMBINATIONS; switches++) {
        age_current(heater, switches);
        if (current_valid[switches]) {
            note_current(heater, switches, milliamps(current_sum[switches]));
        }
    }
    believe_rail(heater);
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        doubt_strength(heater, zone);
        if (heater->rail_mv >= FACTS_BOARD_RAIL_MIN_MV) {
            measure_zone(heater, zone);
        }
    }
}

/* Never 0: the rail is believed to have at least its minimum, the element a part of its strength. */
uint16_t heater_full_power_deci_w(const struct heater *heater, uint8_t zone)
{
    uint32_t sound = sound_power_deci_w(heater->believed_rail_mv, zone);

    return (uint16_t)(sound * heater->strength_permille[zone] / FULL_PERMILLE);
}

uint16_t heater_duty_permille(uint16_t power_deci_w, uint16_t full_power_deci_w)
{
    uint32_t duty = (uint32_t)power_deci_w * FULL_PERMILLE / full_power_deci_w;

    return duty < FULL_PERMILLE ? (uint16_t)duty : (uint16_t)FULL_PERMILLE;
}

uint16_t heater_power_deci_w(uint16_t duty_permille, uint16_t full_power_deci_w)
{
    return (uint16_t)((uint32_t)duty_permille * full_power_deci_w / FULL_PERMILLE);
}
