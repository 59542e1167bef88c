/* A sensor that hangs in the air beside the pad does not follow the heater. One that merely lies in a colder place does:
 * it rises while its zone is heated, or falls slowly when the heat is lowered. A sensor that has just come off falls too,
 * but within seconds: hence falling counts in the second minute alone.
 *
 * A cooler sensor that was once heard in the pad is believed to be there until the difference is gone: where a half of
 * the zone lies bare, both may stand still for hours. What an uneven zone may be heated to is limited all that time. */
#include "pair.h"

#include "contract.h"
#include "countdown.h"

#define EVEN_CENTI_K (LIMIT_PAIR_DIFFERENCE_CENTI_K - 50) /* the noise of two readings is a sixth of that */
#define MINUTE_MS (LIMIT_PAIR_TIME_LATCH_MS / 2u)
#define HEATED_MS 20000u /* of a third of the power or more warm even a bare half by more than the deaf rise */

/* ---- uneven -------------------------------------------------------------------------------------------------- */

static bool looks_uneven(const struct pair *pair, int16_t hottest_centi_c, int16_t difference_centi_k)
{
    if (pair->uneven) {
        return difference_centi_k > EVEN_CENTI_K;
    }
    return difference_centi_k > LIMIT_PAIR_DIFFERENCE_CENTI_K && hottest_centi_c > LIMIT_PLAUSIBLE_ABOVE_CENTI_C;
}

static void judge(struct pair *pair, bool looks, uint16_t elapsed_ms)
{
    pair->changing_ms = looks == pair->uneven ? 0u : count_up(pair->changing_ms, elapsed_ms);
    if (pair->changing_ms >= LIMIT_PAIR_TIME_MS) {
        pair->uneven = looks;
        pair->changing_ms = 0;
    }
}

/* ---- deaf ---------------------------------------------------------------------------------------------------- */

static void ask(struct pair *pair, int16_t coolest_centi_c)
{
    pair->hearing = PAIR_FIRST_MINUTE;
    pair->minute_ms = 0;
    pair->heated_ms = 0;
    pair->lowest_centi_c = coolest_centi_c;
}

static void note_lowest(struct pair *pair, int16_t coolest_centi_c)
{
    if (coolest_centi_c < pair->lowest_centi_c) {
        pair->lowest_centi_c = coolest_centi_c;
    }
    if (pair->hearing == PAIR_FIRST_MINUTE) {
        pair->lowest_first_centi_c = pair->lowest_centi_c;
    }
}

static uint8_t answer(const struct pair *pair)
{
    if (pair->heated_ms < HEATED_MS) {
        return PAIR_NOT_ASKED; /* too little to hear: ask again */
    }
    return pair->lowest_first_centi_c - pair->lowest_centi_c >= LIMIT_PAIR_DEAF_RISE_CENTI_K ? PAIR_HEARS : PAIR_DEAF;
}

static void end_minute(struct pair *pair)
{
    pair->hearing = pair->hearing == PAIR_FIRST_MINUTE ? (uint8_t)PAIR_SECOND_MINUTE : answer(pair);
    pair->minute_ms = 0;
}

static void listen(struct pair *pair, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms)
{
    pair->minute_ms = count_up(pair->minute_ms, elapsed_ms);
    pair->heated_ms = heated ? count_up(pair->heated_ms, elapsed_ms) : pair->heated_ms;
    note_lowest(pair, coolest_centi_c);
    if (coolest_centi_c - pair->lowest_centi_c >= LIMIT_PAIR_DEAF_RISE_CENTI_K) {
        pair->hearing = PAIR_HEARS;
    } else if (pair->minute_ms >= MINUTE_MS) {
        end_minute(pair);
    }
}

static void watch_hearing(struct pair *pair, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms)
{
    if (pair->hearing == PAIR_NOT_ASKED && heated) {
        ask(pair, coolest_centi_c);
    }
    if (pair->hearing == PAIR_FIRST_MINUTE || pair->hearing == PAIR_SECOND_MINUTE) {
        listen(pair, coolest_centi_c, heated, elapsed_ms);
    }
}

/* ---- both ---------------------------------------------------------------------------------------------------- */

void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms)
{
    int16_t difference = (int16_t)(hottest_centi_c - coolest_centi_c);

    judge(pair, looks_uneven(pair, hottest_centi_c, difference), elapsed_ms);
    if (difference > LIMIT_PAIR_DIFFERENCE_LATCH_CENTI_K && hottest_centi_c > LIMIT_PLAUSIBLE_ABOVE_CENTI_C) {
        watch_hearing(pair, coolest_centi_c, heated, elapsed_ms);
    } else {
        pair->hearing = PAIR_NOT_ASKED;
    }
}
