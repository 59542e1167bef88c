/* A sensor that hangs in the air beside the pad, or in a blanket, does not follow the heater. One that merely lies in a
 * colder place does: it rises while its zone is heated, or falls on when the heat is cut. So a cooler sensor is deaf only
 * where two minutes with heat moved it neither up nor, once it had settled, down. A sensor that has just come off falls
 * too, but within seconds; that is why falling counts in the second minute alone. */
#include "pair.h"

#include "contract.h"
#include "countdown.h"

#define EVEN_CENTI_K (LIMIT_PAIR_DIFFERENCE_CENTI_K - 50) /* ten times the noise below */
#define HEATED_MS 20000u /* of the heat that warms even a bare half by more than the deaf rise */
#define HALF_MS (LIMIT_PAIR_TIME_LATCH_MS / 2u)

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

static bool at_end(const struct pair *pair)
{
    return pair->apart_ms >= LIMIT_PAIR_TIME_LATCH_MS;
}

static void listen_anew(struct pair *pair, int16_t coolest_centi_c)
{
    pair->apart_ms = 0;
    pair->heated_ms = 0;
    pair->lowest_centi_c = coolest_centi_c;
    pair->lowest_half_centi_c = coolest_centi_c;
}

static void note_lowest(struct pair *pair, int16_t coolest_centi_c)
{
    if (coolest_centi_c < pair->lowest_centi_c) {
        pair->lowest_centi_c = coolest_centi_c;
    }
    if (pair->apart_ms <= HALF_MS) {
        pair->lowest_half_centi_c = pair->lowest_centi_c;
    }
}

/* It moved with the heat, or there was too little heat to tell. */
static bool heard(const struct pair *pair, int16_t coolest_centi_c)
{
    int16_t rise = (int16_t)(coolest_centi_c - pair->lowest_centi_c);
    int16_t late_fall = (int16_t)(pair->lowest_half_centi_c - pair->lowest_centi_c);

    if (rise >= LIMIT_PAIR_DEAF_RISE_CENTI_K) {
        return true;
    }
    return at_end(pair) && (late_fall >= LIMIT_PAIR_DEAF_RISE_CENTI_K || pair->heated_ms < HEATED_MS);
}

/* The two minutes begin with the first heat: without it nothing can be heard. */
static void listen(struct pair *pair, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms)
{
    if (pair->apart_ms == 0) {
        listen_anew(pair, coolest_centi_c);
    }
    if (pair->apart_ms > 0 || heated) {
        pair->apart_ms = at_end(pair) ? pair->apart_ms : pair->apart_ms + elapsed_ms;
        pair->heated_ms = heated ? count_up(pair->heated_ms, elapsed_ms) : pair->heated_ms;
    }
    note_lowest(pair, coolest_centi_c);
    if (heard(pair, coolest_centi_c)) {
        listen_anew(pair, coolest_centi_c);
    }
}

bool pair_deaf(const struct pair *pair)
{
    return at_end(pair);
}

/* ---- both ---------------------------------------------------------------------------------------------------- */

void pair_step(struct pair *pair, int16_t hottest_centi_c, int16_t coolest_centi_c, bool heated, uint16_t elapsed_ms)
{
    int16_t difference = (int16_t)(hottest_centi_c - coolest_centi_c);

    judge(pair, looks_uneven(pair, hottest_centi_c, difference), elapsed_ms);
    if (difference > LIMIT_PAIR_DIFFERENCE_LATCH_CENTI_K && hottest_centi_c > LIMIT_PLAUSIBLE_ABOVE_CENTI_C) {
        listen(pair, coolest_centi_c, heated, elapsed_ms);
    } else {
        listen_anew(pair, coolest_centi_c);
    }
}
