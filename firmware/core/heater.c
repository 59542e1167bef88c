/* Every doubt is settled towards less heat. A supply or an element believed too strong only warms slowly; one
 * believed too weak would be driven too hard, so: a rail that reads nothing is taken for the highest allowed, a
 * falling rail is believed slowly, and an element is never believed weaker than 0.7 of what it should be. */
#include "heater.h"

#include "facts.h"
#include "memory.h"

#define FULL_PERMILLE 1000u
#define STRENGTH_MIN 700u  /* a heater's resistance varies by 10 %, the shunt's reading by 5 %; the rest is doubt */
#define STRENGTH_MAX 2000u
#define SMOOTHING 8        /* one eighth of the difference each 100 ms: settles within 2 s */

static const IN_FLASH uint16_t resistance_milliohm[COUNT_ZONES] = FACTS_ZONE_RESISTANCE_MILLIOHM;

void heater_reset(struct heater *heater)
{
    heater->rail_mv = 0;
    heater->current_ma = 0;
    heater->believed_rail_mv = FACTS_BOARD_RAIL_MAX_MV;
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        heater->strength_permille[zone] = FULL_PERMILLE;
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

/* A zone's own current is the difference between two combinations that differ in its switch alone: motors and board
 * cancel out. Only pairs of one cycle count. */
static void measure_zone(struct heater *heater, uint8_t zone, const uint16_t current_sum[HEATER_COMBINATIONS],
                         const bool current_valid[HEATER_COMBINATIONS])
{
    uint8_t bit = (uint8_t)(1u << zone);

    for (uint8_t without = 0; without < HEATER_COMBINATIONS; without++) {
        uint8_t with = without | bit;
        if (with != without && current_valid[with] && current_valid[without]) {
            uint16_t more = milliamps(current_sum[with]);
            uint16_t less = milliamps(current_sum[without]);
            believe_strength(heater, zone, more > less ? (uint16_t)(more - less) : 0);
        }
    }
}

void heater_measure(struct heater *heater, uint16_t rail_sum, const uint16_t current_sum[HEATER_COMBINATIONS],
                    const bool current_valid[HEATER_COMBINATIONS])
{
    heater->rail_mv = (uint16_t)(rail_sum * FACTS_RAIL_MV_NUM / FACTS_RAIL_MV_DEN);
    heater->current_ma = 0;
    for (uint8_t i = 0; i < HEATER_COMBINATIONS; i++) {
        if (current_valid[i] && milliamps(current_sum[i]) > heater->current_ma) {
            heater->current_ma = milliamps(current_sum[i]);
        }
    }
    believe_rail(heater);
    for (uint8_t zone = 0; zone < COUNT_ZONES && heater->rail_mv >= FACTS_BOARD_RAIL_MIN_MV; zone++) {
        measure_zone(heater, zone, current_sum, current_valid);
    }
}

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
