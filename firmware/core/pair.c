/* A sensor that hangs in the air beside the pad does not follow the heater. One that merely lies in a colder place does:
 * it rises while its zone is heated, or falls for minutes when it was laid bare. A sensor that has just come off falls
 * too, but it has arrived within seconds: so movement counts from when the pair is uneven, 30 s later.
 *
 * A cooler sensor that once moved so is believed to be in the pad until the pair is even again, for where half a zone
 * lies bare both may then stand still for hours. All that time the zone is heated to 38 °C at most. */
#include "pair.h"

#include "countdown.h"

#define EVEN_CENTI_K (LIMIT_PAIR_DIFFERENCE_CENTI_K - 50) /* the noise of two readings is a sixth of that */
#define HEATED_MS 20000u /* at a third of the power or more they warm even a bare half by more than 0.5 K */

/* ---- uneven -------------------------------------------------------------------------------------------------- */

static bool looks_uneven(const struct pair *pair, int16_t hottest_centi_c, int16_t difference_centi_k)
{
    if (pair_uneven(pair)) {
        return difference_centi_k > EVEN_CENTI_K;
    }
    return difference_centi_k > LIMIT_PAIR_DIFFERENCE_CENTI_K && hottest_centi_c > LIMIT_PLAUSIBLE_ABOVE_CENTI_C;
}

static void change(struct pair *pair, int16_t coolest_centi_c)
{
    pair->state = pair_uneven(pair) ? PAIR_EVEN : PAIR_UNEVEN;
    pair->changing_ms = 0;
    pair->first_centi_c = coolest_centi_c;
    pair->lowest_centi_c = coolest_centi_c;
}

static void judge_evenness(struct pair *pair, bool looks, int16_t coolest_centi_c, uint16_t elapsed_ms)
{
    pair->changing_ms = looks == pair_uneven(pair) ? 0u : count_up(pair->changing_ms, elapsed_ms);
    if (pair->changing_ms >= LIMIT_PAIR_TIME_MS) {
        change(pair, coolest_centi_c);
    }
}

/* ---- deaf ---------------------------------------------------------------------------------------------------- */

static void watch_movement(struct pair *pair, int16_t coolest_centi_c)
{
    if (coolest_centi_c < pair->lowest_centi_c) {
        pair->lowest_centi_c = coolest_centi_c;
    }
    if (pair->state == PAIR_UNEVEN &&
        (coolest_centi_c - pair->lowest_centi_c >= LIMIT_PAIR_DEAF_RISE_CENTI_K ||
         pair->first_centi_c - coolest_centi_c >= LIMIT_PAIR_DEAF_RISE_CENTI_K)) {
        pair->state = PAIR_UNEVEN_MOVES;
    }
}

static void forget_apart(struct pair *pair)
{
    pair->apart_ms = 0;
    pair->heated_ms = 0;
}

/* The two minutes begin with the first heat, without which nothing can be heard; with too little of it they begin
 * again. */
static void count_apart(struct pair *pair, bool heated, uint16_t elapsed_ms)
{
    if (pair->apart_ms >= LIMIT_PAIR_TIME_LATCH_MS || (pair->apart_ms == 0 && !heated)) {
        return;
    }
    pair->apart_ms += elapsed_ms;
    pair->heated_ms = heated ? count_up(pair->heated_ms, elapsed_ms) : pair->heated_ms;
    if (pair->apart_ms >= LIMIT_PAIR_TIME_LATCH_MS && pair->heated_ms < HEATED_MS) {
        forget_apart(pair);
    }
}

/* ---- both ---------------------------------------------------------------------------------------------------- */

void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms)
{
    int16_t difference = (int16_t)(hottest_centi_c - coolest_centi_c);

    judge_evenness(pair, looks_uneven(pair, hottest_centi_c, difference), coolest_centi_c, elapsed_ms);
    watch_movement(pair, coolest_centi_c);
    if (difference > LIMIT_PAIR_DIFFERENCE_LATCH_CENTI_K && hottest_centi_c > LIMIT_PLAUSIBLE_ABOVE_CENTI_C) {
        count_apart(pair, heated, elapsed_ms);
    } else {
        forget_apart(pair);
    }
}
