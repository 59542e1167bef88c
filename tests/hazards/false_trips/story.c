#include "story.h"

#include <math.h>
#include <string.h>

#include "contract.h"
#include "facts.h"

#define NOISE_MAX_LSB 4.0
#define TOLERANCE_K 0.7          /* of a thermistor with its pull-up */
#define PAIR_GRADIENT_K 1.5      /* between a zone's two, at full power */
#define WITNESS_GRADIENT_K 0.5   /* between the witness and the one that it is bonded beside */
#define FULL_W 30.0
#define SUPPLY 0.10
#define ELEMENT 0.10

/* ---- the pad ------------------------------------------------------------------------------------------------- */

static void set(struct board *board, const char *name, unsigned index, double value)
{
    board_set_parameter(board, name, index, value);
}

struct spread {
    const char *name;
    double value;
    double part; /* of it, up and down */
};

/* Each place has its own value. */
static void draw_all(struct chance *chance, struct board *board, const struct spread *spread)
{
    for (unsigned i = 0; i < board_parameter_length(spread->name); i++) {
        double factor = chance_between(chance, 1.0 - spread->part, 1.0 + spread->part);
        set(board, spread->name, i, spread->value * factor);
    }
}

static void draw_heat(struct chance *chance, struct board *board)
{
    static const struct spread spreads[] = {
        {"pad_j_per_k", FACTS_PAD_HEAT_CAPACITY_J_PER_K, 0.3},
        {"contact_w_per_m2k", FACTS_PAD_CONTACT_W_PER_M2K, 0.5},
        {"cover_w_per_m2k", FACTS_PAD_COVER_W_PER_M2K, 0.5},
        {"lifted_w_per_m2k", 2.0, 0.5},
        {"front_w_per_m2k", 8.0, 0.3},
        {"neighbour_w_per_k", FACTS_PAD_NEIGHBOUR_W_PER_K, 0.5},
        {"skin_j_per_k", FACTS_BODY_SKIN_HEAT_CAPACITY_J_PER_K, 0.3},
        {"tissue_j_per_k", FACTS_BODY_TISSUE_HEAT_CAPACITY_J_PER_K, 0.3},
        {"skin_to_tissue_w_per_m2k", FACTS_BODY_SKIN_TO_TISSUE_W_PER_M2K, 0.3},
        {"tissue_to_core_w_per_m2k", FACTS_BODY_TISSUE_TO_CORE_W_PER_M2K, 0.5},
        {"perfusion_w_per_m2k", FACTS_BODY_PERFUSION_W_PER_M2K, 0.5},
        {"lag_s", FACTS_NTC_LAG_S, 0.5},
        {"gradient_s", 15.0, 0.5},
    };
    for (unsigned i = 0; i < sizeof spreads / sizeof spreads[0]; i++) {
        draw_all(chance, board, &spreads[i]);
    }
    set(board, "room_c", 0, chance_between(chance, 5.0, 35.0));
    set(board, "core_c", 0, chance_between(chance, 36.3, 37.6));
    set(board, "skin_start_c", 0, chance_between(chance, 28.0, 35.5));
}

static void draw_electricity(struct chance *chance, struct board *board)
{
    static const struct spread spreads[] = {
        {"supply_v", FACTS_BOARD_RAIL_NOMINAL_MV / 1000.0, SUPPLY},
        {"supply_ohm", 0.15, 0.5},
        {"board_a", 0.02, 0.5},
        {"element_w", FULL_W, ELEMENT},
        {"motor_a", 0.12, 0.3},
        {"enable_holds_s", 0.065, 0.5},
    };
    for (unsigned i = 0; i < sizeof spreads / sizeof spreads[0]; i++) {
        draw_all(chance, board, &spreads[i]);
    }
}

static void draw_sensing(struct chance *chance, struct board *board)
{
    set(board, "noise_lsb", 0, chance_between(chance, 0.0, NOISE_MAX_LSB));
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        set(board, "sensor_offset_k", s, chance_between(chance, -TOLERANCE_K, TOLERANCE_K));
    }
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        double beside_k = chance_between(chance, -WITNESS_GRADIENT_K, WITNESS_GRADIENT_K);
        set(board, "witness_offset_k", z, chance_between(chance, -TOLERANCE_K, TOLERANCE_K) + beside_k);
        double apart = chance_between(chance, -PAIR_GRADIENT_K, PAIR_GRADIENT_K) / FULL_W;
        double share = chance_unit(chance);
        set(board, "gradient_k_per_w", 2 * z, apart * share);
        set(board, "gradient_k_per_w", 2 * z + 1, apart * (share - 1.0));
    }
}

/* ---- the session --------------------------------------------------------------------------------------------- */

static struct span draw_span(struct chance *chance, double until_s, double shortest_s, double longest_s)
{
    double from_s = chance_between(chance, 0.0, until_s);
    return (struct span){from_s, from_s + chance_between(chance, shortest_s, longest_s)};
}

/* What a host may ask for: 42 °C for 6 minutes at most, and hardly ever. */
static double draw_target(struct chance *chance)
{
    double draw = chance_unit(chance);
    if (draw < 0.15) {
        return 0.0;
    }
    return draw < 0.25 ? 41.0 : draw < 0.35 ? 42.0 : chance_between(chance, 36.0, 40.0);
}

static double step_s(struct chance *chance, const struct wish *wish)
{
    bool hottest = wish->target_c[0] > 41.0 || wish->target_c[1] > 41.0;
    return chance_between(chance, 120.0, hottest ? 360.0 : 600.0);
}

static void draw_wish(struct chance *chance, struct wish *wish, const struct wish *before)
{
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        do { /* two steps at 42 °C in a row would be one of twice the length */
            wish->target_c[z] = draw_target(chance);
        } while (before != NULL && wish->target_c[z] > 41.0 && before->target_c[z] > 41.0);
    }
    wish->ramp_c_per_s = chance_between(chance, 1.0, 6.0) / 60.0;
    bool massage = chance_is(chance, 0.5);
    for (unsigned m = 0; m < COUNT_MOTORS; m++) {
        wish->motor_percent[m] = massage && chance_is(chance, 0.7) ? (uint8_t)chance_between(chance, 20.0, 101.0) : 0;
    }
}

static void draw_steps(struct chance *chance, struct story *story)
{
    double total_s = chance_between(chance, 900.0, 1800.0);
    double now_s = story->begins_s;
    story->ends_s = now_s + total_s;
    for (unsigned i = 0; i < STORY_STEPS; i++) {
        draw_wish(chance, &story->wishes[i], i > 0 ? &story->wishes[i - 1] : NULL);
        now_s += step_s(chance, &story->wishes[i]);
        story->step_ends_s[i] = now_s;
    }
    story->ends_s = fmin(story->ends_s, now_s);
}

static void draw_person(struct chance *chance, struct story *story)
{
    double until_s = story->ends_s + story->rests_s;
    for (unsigned i = 0; i < STORY_LIFTS; i++) {
        if (chance_is(chance, 0.4)) {
            story->lifts[i] = draw_span(chance, until_s, 2.0, 120.0);
        }
    }
    if (chance_is(chance, 0.5)) {
        story->blanket = draw_span(chance, until_s, 30.0, until_s);
    }
    story->blanket_factor = chance_between(chance, 1.5, 6.0);
    if (chance_is(chance, 0.2)) {
        story->pause = draw_span(chance, story->ends_s, 5.0, 300.0);
    }
}

void story_draw(struct story *story, struct board *board, uint32_t number)
{
    struct chance chance = {number};
    memset(story, 0, sizeof *story);
    draw_heat(&chance, board);
    draw_electricity(&chance, board);
    draw_sensing(&chance, board);
    board_power_on(board, number);
    story->begins_s = chance_between(&chance, 1.0, 60.0);
    story->rests_s = chance_between(&chance, 60.0, 240.0);
    story->powered_cold = chance_is(&chance, 0.3);
    story->warm_c = chance_is(&chance, 0.3) ? chance_between(&chance, 30.0, 42.0) : 0.0;
    draw_steps(&chance, story);
    draw_person(&chance, story);
    story->restart_s = chance_is(&chance, 0.2) ? chance_between(&chance, story->begins_s, story->ends_s) : 0.0;
    if (story->warm_c > 0.0) {
        board_warm_start(board, story->warm_c);
    }
}

/* ---- as time goes by ----------------------------------------------------------------------------------------- */

static bool within(const struct span *span, double now_s)
{
    return now_s >= span->from_s && now_s < span->to_s;
}

void story_happens(const struct story *story, struct board *board, double now_s)
{
    bool lifted = story->powered_cold && now_s < story->begins_s;
    for (unsigned i = 0; i < STORY_LIFTS; i++) {
        lifted = lifted || within(&story->lifts[i], now_s);
    }
    board_set_on_body(board, !lifted);
    board_set_blanket(board, within(&story->blanket, now_s) ? story->blanket_factor : 1.0);
}

struct wish story_wish(const struct story *story, double now_s)
{
    bool asks = now_s >= story->begins_s && now_s < story->ends_s && !within(&story->pause, now_s);
    for (unsigned i = 0; asks && i < STORY_STEPS; i++) {
        if (now_s < story->step_ends_s[i]) {
            return story->wishes[i];
        }
    }
    return (struct wish){.ramp_c_per_s = 0.05};
}
