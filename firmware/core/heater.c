/* Every doubt is settled towards less heat. A supply or an element believed too strong only warms slowly; one
 * believed too weak would be driven too hard, so: a rail that is off or reads nothing is taken for the highest allowed,
 * a stronger rail or element is believed at once and a weaker one slowly, an element is never believed weaker than 0.7
 * of what it should be, and one that cannot be measured is feared to be strong and gets a gap in which it can. */
#include "heater.h"

#include "facts.h"
#include "memory.h"
#include "supply.h"

#define FULL_PERMILLE 1000u
#define STRENGTH_MIN 700u      /* a heater's resistance varies by 10 %, the shunt's reading by 5 %; the rest is doubt */
#define STRENGTH_MAX 4000u     /* 5 A at 24 V: all that the shunt can show */
#define STRENGTH_FEARED 1250u  /* of an element that nobody measured */
#define UNSEEN_CYCLES_MAX 20u  /* two windows of 1 s */
#define GAP_AFTER_CYCLES 5u    /* half a window */
#define GAP_PERMILLE 100u      /* one ADC cycle of a window */
#define SATURATED_MA ((FACTS_ADC_SUM_MAX - FACTS_ADC_OVERSAMPLING) * FACTS_CURRENT_MA_NUM / FACTS_CURRENT_MA_DEN)
#define DRAWN_AGE_MAX 20u
#define DRAWN_NEVER UINT8_MAX
#define SMOOTHING 8u           /* one eighth of the difference each 100 ms: settles within 2 s */

static const IN_FLASH uint16_t resistance_milliohm[COUNT_ZONES] = FACTS_ZONE_RESISTANCE_MILLIOHM;

void heater_reset(struct heater *heater)
{
    heater->rail_mv = 0;
    heater->current_ma = 0;
    heater->believed_rail_mv = FACTS_BOARD_RAIL_MAX_MV;
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        heater->strength_permille[zone] = STRENGTH_FEARED;
        heater->unseen_cycles[zone] = UNSEEN_CYCLES_MAX;
        heater->own_ma[zone] = 0;
    }
    heater->rail_seen = false;
    heater->rail_steady = false;
    heater_forget_currents(heater);
}

void heater_forget_rail(struct heater *heater)
{
    heater->believed_rail_mv = FACTS_BOARD_RAIL_MAX_MV;
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

/* More at once, less slowly. */
static uint16_t follow(uint16_t believed, uint16_t seen)
{
    uint16_t fall = seen < believed ? (uint16_t)(believed - seen) : 0;

    return seen > believed ? seen : (uint16_t)(believed - fall / SMOOTHING);
}

static void believe_rail(struct heater *heater)
{
    if (heater->rail_mv >= FACTS_BOARD_RAIL_MIN_MV) {
        heater->believed_rail_mv = follow(heater->believed_rail_mv, heater->rail_mv);
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
    uint16_t believed = heater->strength_permille[zone];
    uint16_t seen = (uint16_t)within(strength, STRENGTH_MIN, STRENGTH_MAX);

    heater->strength_permille[zone] = follow(believed, seen);
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

static bool beyond_the_shunt(const struct heater *heater, uint8_t switches)
{
    return heater->drawn_ma[switches] >= SATURATED_MA;
}

/* Both were drawn not long ago, and one of them in the cycle that just ended. More than the shunt can show says nothing
 * of how much one zone added to another. */
static bool comparable(const struct heater *heater, uint8_t with, uint8_t without)
{
    uint8_t older = heater->drawn_age[with] > heater->drawn_age[without] ? with : without;
    uint8_t newer = older == with ? without : with;
    bool recent = heater->drawn_age[newer] == 0 && heater->drawn_age[older] <= DRAWN_AGE_MAX;

    return recent && (without == 0 || !beyond_the_shunt(heater, with));
}

bool heater_drawn(const struct heater *heater, uint8_t switches)
{
    return heater->drawn_age[switches] == 0;
}

bool heater_measured(const struct heater *heater, uint8_t zone)
{
    return heater->unseen_cycles[zone] == 0;
}

bool heater_unmeasured(const struct heater *heater, uint8_t zone)
{
    return heater->unseen_cycles[zone] == UNSEEN_CYCLES_MAX;
}

static uint16_t larger(uint16_t one, uint16_t other)
{
    return one > other ? one : other;
}

static uint16_t above(uint16_t more, uint16_t less)
{
    return more > less ? (uint16_t)(more - less) : 0;
}

static uint8_t with_on(uint8_t switches, uint8_t zone)
{
    return (uint8_t)(switches | (1u << zone));
}

/* A zone's own current is the difference between two combinations that differ in its switch alone: board and motors
 * cancel out. Of several such pairs the one with the most counts. */
static void measure_zone(struct heater *heater, uint8_t zone)
{
    uint16_t own_ma = 0;

    for (uint8_t without = 0; without < HEATER_COMBINATIONS; without++) {
        uint8_t with = with_on(without, zone);
        if (with != without && comparable(heater, with, without)) {
            own_ma = larger(own_ma, above(heater->drawn_ma[with], heater->drawn_ma[without]));
            heater->unseen_cycles[zone] = 0;
        }
    }
    if (heater_measured(heater, zone)) {
        heater->own_ma[zone] = own_ma;
        believe_strength(heater, zone, own_ma);
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

/* Then each of them may be as strong as can be; at the little duty that follows, a gap shows how strong it is. */
static void fear_the_strong(struct heater *heater, uint8_t zone)
{
    for (uint8_t switches = 0; switches < HEATER_COMBINATIONS; switches++) {
        if ((switches & (1u << zone)) != 0 && heater_drawn(heater, switches) && beyond_the_shunt(heater, switches)) {
            heater->strength_permille[zone] = STRENGTH_MAX;
        }
    }
}

static void age_current(struct heater *heater, uint8_t switches)
{
    if (heater->drawn_age[switches] < DRAWN_NEVER) {
        heater->drawn_age[switches]++;
    }
}

/* A rail that came up in the middle of a cycle is seen half, and so is what it drives. */
static void note_rail(struct heater *heater, uint16_t rail_mv)
{
    bool seen_before = heater->rail_seen;

    heater->rail_mv = rail_mv;
    heater->rail_seen = rail_mv >= FACTS_BOARD_RAIL_MIN_MV;
    heater->rail_steady = heater->rail_seen && seen_before;
    believe_rail(heater);
}

void heater_measure(struct heater *heater, uint16_t rail_sum, const uint16_t current_sum[HEATER_COMBINATIONS],
                    const bool current_valid[HEATER_COMBINATIONS])
{
    note_rail(heater, supply_rail_mv(rail_sum));
    heater->current_ma = 0;
    for (uint8_t switches = 0; switches < HEATER_COMBINATIONS; switches++) {
        age_current(heater, switches);
        if (current_valid[switches]) {
            note_current(heater, switches, supply_current_ma(current_sum[switches]));
        }
    }
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        doubt_strength(heater, zone);
        if (heater->rail_steady) {
            measure_zone(heater, zone);
        }
        fear_the_strong(heater, zone);
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

    return duty < LIMIT_HEATER_DUTY_MAX_PERMILLE ? (uint16_t)duty : (uint16_t)LIMIT_HEATER_DUTY_MAX_PERMILLE;
}

uint16_t heater_leave_gap_permille(const struct heater *heater, uint8_t zone, uint16_t duty_permille)
{
    bool gap = heater->unseen_cycles[zone] >= GAP_AFTER_CYCLES && duty_permille > 2u * GAP_PERMILLE;

    return (uint16_t)(duty_permille - (gap ? GAP_PERMILLE : 0u));
}

uint16_t heater_power_deci_w(uint16_t duty_permille, uint16_t full_power_deci_w)
{
    return (uint16_t)((uint32_t)duty_permille * full_power_deci_w / FULL_PERMILLE);
}
