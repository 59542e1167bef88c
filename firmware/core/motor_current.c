/* The one shunt sees board, heaters and motors together. What the board draws is seen in the quiet slot. What the
 * heaters draw is learnt for each combination of their switches while the motors rest, so neither elements that are 30 %
 * off nor a supply that sags under them look like a stall. A combination that first occurs while motors run is taken for
 * the sum of what its zones were seen to draw, and learnt at the next rest. */
#include "motor_current.h"

#include <string.h>

#include "countdown.h"
#include "facts.h"
#include "memory.h"

#define UNKNOWN_MA UINT16_MAX
#define STALLED_TIMES 3u /* what a motor that does not turn draws, over what it draws turning */
#define OVER_CYCLES (LIMIT_MOTOR_CURRENT_TIME_MS / FACTS_ADC_CYCLE_MS)
#define SLACK 32u /* 3 %: between motors 20 % strong and a stall among motors 10 % weak, the shunt 5 % off either way */

static const IN_FLASH uint16_t nominal_ma[COUNT_MOTORS] = FACTS_MOTOR_CURRENT_MA;
static const IN_FLASH uint8_t start_percent[COUNT_MOTORS] = FACTS_MOTOR_START_PERCENT;

void motor_current_reset(struct motor_current *motors)
{
    memset(motors, 0, sizeof *motors);
    for (uint8_t switches = 1; switches < HEATER_COMBINATIONS; switches++) {
        motors->heaters_ma[switches] = UNKNOWN_MA;
    }
}

void motor_current_pass_time(struct motor_current *motors, bool asked, uint32_t elapsed_ms)
{
    for (uint8_t past = 0; past < LIMIT_MOTOR_TRIPS - 1u; past++) {
        motors->trip_left_ms[past] = countdown(motors->trip_left_ms[past], elapsed_ms);
    }
    motors->held = motors->held && asked;
    motors->often = motors->often && motors->held;
}

/* Below its start a motor may stand still although nothing blocks it. */
static uint32_t motor_ma(const struct massage *massage, uint8_t motor)
{
    uint32_t turning_ma = (uint32_t)nominal_ma[motor] * massage->permille[motor] / 1000u;

    return massage->permille[motor] < start_percent[motor] * 10u ? turning_ma * STALLED_TIMES : turning_ma;
}

static uint16_t expected_ma(const struct massage *massage)
{
    uint32_t all_ma = 0;

    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        all_ma += motor_ma(massage, motor);
    }
    return (uint16_t)(all_ma + all_ma / SLACK);
}

/* Any motor may be the one: their mean decides. */
static uint16_t allowed_ma(void)
{
    uint32_t all_ma = 0;

    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        all_ma += nominal_ma[motor];
    }
    return (uint16_t)(all_ma * LIMIT_MOTOR_CURRENT_EXCESS_PERCENT / 100u / COUNT_MOTORS);
}

static uint16_t above(uint16_t more, uint16_t less)
{
    return more > less ? (uint16_t)(more - less) : 0;
}

/* Never drawn while the motors rest: the sum of its zones, once each of them was measured. */
static uint16_t sum_of_zones_ma(const struct heater *heater, uint8_t switches)
{
    uint16_t sum_ma = 0;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        if ((switches & (1u << zone)) != 0) {
            if (heater->own_ma[zone] == 0) {
                return UNKNOWN_MA;
            }
            sum_ma = (uint16_t)(sum_ma + heater->own_ma[zone]);
        }
    }
    return sum_ma;
}

static bool too_much(struct motor_current *motors, const struct heater *heater, uint8_t switches, uint16_t explained_ma)
{
    uint16_t *heaters_ma = &motors->heaters_ma[switches];
    uint16_t rest_ma = above(heater->drawn_ma[switches], explained_ma);

    if (*heaters_ma == UNKNOWN_MA) {
        *heaters_ma = sum_of_zones_ma(heater, switches);
    }
    return *heaters_ma != UNKNOWN_MA && above(rest_ma, *heaters_ma) > allowed_ma();
}

/* In a half-seen cycle the heaters draw less than they will. */
static bool usable(const struct heater *heater, uint8_t switches)
{
    return heater_drawn(heater, switches) && (switches == 0 || heater->rail_steady);
}

static void learn(struct motor_current *motors, const struct heater *heater, uint16_t board_ma)
{
    for (uint8_t switches = 1; switches < HEATER_COMBINATIONS; switches++) {
        if (usable(heater, switches)) {
            motors->heaters_ma[switches] = above(heater->drawn_ma[switches], board_ma);
        }
    }
}

/* A cycle whose switches moved all the time says nothing, neither this nor that. */
static void check(struct motor_current *motors, const struct heater *heater, uint16_t explained_ma)
{
    bool seen = false;
    bool over = false;

    for (uint8_t switches = 0; switches < HEATER_COMBINATIONS; switches++) {
        if (usable(heater, switches)) {
            seen = true;
            over = over || too_much(motors, heater, switches, explained_ma);
        }
    }
    if (seen) {
        motors->over = over ? (uint8_t)(motors->over + 1u) : 0;
    }
}

static void trip(struct motor_current *motors)
{
    motors->held = true;
    motors->often = motors->trip_left_ms[0] > 0;
    motors->over = 0;
    for (uint8_t past = 1; past < LIMIT_MOTOR_TRIPS - 1u; past++) {
        motors->trip_left_ms[past - 1u] = motors->trip_left_ms[past];
    }
    motors->trip_left_ms[LIMIT_MOTOR_TRIPS - 2u] = LIMIT_MOTOR_TRIP_WINDOW_MS;
}

/* Currents were sampled up to a cycle ago: the motors may have run as they did then, or as they do now. */
void motor_current_watch(struct motor_current *motors, const struct heater *heater, const struct massage *massage,
                         uint16_t board_ma)
{
    uint16_t before_ma = motors->expected_ma;
    uint16_t now_ma = expected_ma(massage);

    motors->expected_ma = now_ma;
    if (before_ma == 0 && now_ma == 0) {
        motors->over = 0;
        learn(motors, heater, board_ma);
    } else {
        check(motors, heater, (uint16_t)(board_ma + (before_ma > now_ma ? before_ma : now_ma)));
    }
    if (motors->over == OVER_CYCLES) {
        trip(motors);
    }
}

uint32_t motor_current_faults(const struct motor_current *motors)
{
    return (motors->held ? FAULT_BIT(FAULT_MOTOR_CURRENT) : 0u) | (motors->often ? FAULT_BIT(FAULT_MOTOR_STALLS) : 0u);
}
