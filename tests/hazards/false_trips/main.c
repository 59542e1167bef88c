/* Healthy sessions on the real core, and how often it cut or locked although nothing was wrong.
 *
 *     false_trips FIRST COUNT     sessions FIRST to FIRST + COUNT - 1; one JSON object a session that was told a fault
 *                                 or refused anything, and one of totals at the end */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "contract.h"
#include "host.h"
#include "story.h"

#define STEPS_PER_DEMAND 5u
#define DEMAND_S 0.05
#define PRESS_MS 500u
#define PRESS_AGAIN_S 3.0

struct totals {
    uint32_t sessions, latched, refused, presses;
    uint32_t begun[FAULT_LAST + 1u];
    double heated_s, peak_c, watched_s;
};

static bool wants_heat(const struct wish *wish)
{
    return wish->target_c[0] > 0.0 || wish->target_c[1] > 0.0;
}

static bool still(const struct host *host)
{
    const uint8_t *applied = host->status.motor_applied_percent;
    return host->heard && (applied[0] | applied[1] | applied[2] | applied[3]) == 0;
}

/* The person presses once the session waits for it, and not again within 3 s. Massage waits with it. */
static struct wish press(struct host *host, struct wish wish, double now_s, double *pressed_s, struct totals *totals)
{
    if (host_armed(host) || !wants_heat(&wish)) {
        return wish;
    }
    if (still(host) && now_s - *pressed_s >= PRESS_AGAIN_S && host->latched == 0) {
        board_press(host->board, PRESS_MS);
        *pressed_s = now_s;
        totals->presses++;
    }
    return (struct wish){.ramp_c_per_s = wish.ramp_c_per_s};
}

static void print_session(uint32_t number, const struct host *host, const struct story *story)
{
    printf("{\"session\": %" PRIu32 ", \"latched\": %" PRIu32 ", \"refused\": %" PRIu32 ", \"refusal\": %u, ", number,
           host->latched, host->refused, (unsigned)host->refusal);
    printf("\"ends_s\": %.0f, \"begun\": {", story->ends_s);
    const char *between = "";
    for (unsigned fault = 1; fault <= FAULT_LAST; fault++) {
        if (host->begun[fault] > 0) {
            printf("%s\"%u\": %" PRIu32, between, fault, host->begun[fault]);
            between = ", ";
        }
    }
    printf("}}\n");
}

static void watch(struct totals *totals, struct board *board)
{
    struct board_observation seen;
    board_observe(board, &seen);
    totals->heated_s += (seen.duty_permille[0] | seen.duty_permille[1]) != 0 ? DEMAND_S : 0.0;
    totals->watched_s += DEMAND_S;
    for (unsigned z = 0; z < COUNT_ZONES; z++) {
        totals->peak_c = seen.pad_c[z] > totals->peak_c ? seen.pad_c[z] : totals->peak_c;
    }
}

static void add_up(struct totals *totals, const struct host *host)
{
    totals->sessions++;
    totals->latched += host->latched != 0;
    totals->refused += host->refused;
    for (unsigned fault = 1; fault <= FAULT_LAST; fault++) {
        totals->begun[fault] += host->begun[fault];
    }
}

static void play(struct board *board, uint32_t number, struct totals *totals)
{
    struct story story;
    struct host host;
    double pressed_s = -PRESS_AGAIN_S;
    bool restarted = false;
    host_begin(&host, board);
    story_draw(&story, board, number);
    unsigned steps = (unsigned)((story.ends_s + story.rests_s) / DEMAND_S);
    for (unsigned i = 0; i < steps; i++) {
        double now_s = i * DEMAND_S;
        if (story.restart_s > 0.0 && !restarted && now_s >= story.restart_s) {
            board_reset(board, RESET_CAUSE_POWER_ON);
            host_lost(&host);
            restarted = true;
        }
        story_happens(&story, board, now_s);
        struct wish wish = press(&host, story_wish(&story, now_s), now_s, &pressed_s, totals);
        host_step(&host, &wish);
        board_advance(board, STEPS_PER_DEMAND);
        watch(totals, board);
    }
    add_up(totals, &host);
    bool clean = host.latched == 0 && host.refused == 0;
    for (unsigned fault = 1; fault <= FAULT_LAST; fault++) {
        clean = clean && host.begun[fault] == 0;
    }
    if (!clean) {
        print_session(number, &host, &story);
        fflush(stdout);
    }
}

static void print_totals(const struct totals *totals)
{
    printf("{\"sessions\": %" PRIu32 ", \"locked\": %" PRIu32 ", \"refused\": %" PRIu32 ", \"presses\": %" PRIu32
           ", \"heated_s\": %.0f, \"watched_s\": %.0f, \"peak_c\": %.2f, \"begun\": {",
           totals->sessions, totals->latched, totals->refused, totals->presses, totals->heated_s, totals->watched_s,
           totals->peak_c);
    const char *between = "";
    for (unsigned fault = 1; fault <= FAULT_LAST; fault++) {
        if (totals->begun[fault] > 0) {
            printf("%s\"%u\": %" PRIu32, between, fault, totals->begun[fault]);
            between = ", ";
        }
    }
    printf("}}\n");
}

int main(int count, char **words)
{
    struct totals totals = {0};
    struct board *board = board_new();
    if (count != 3 || board == NULL) {
        fprintf(stderr, "usage: false_trips FIRST COUNT\n");
        return 2;
    }
    uint32_t first = (uint32_t)strtoul(words[1], NULL, 10);
    uint32_t sessions = (uint32_t)strtoul(words[2], NULL, 10);
    for (uint32_t i = 0; i < sessions; i++) {
        play(board, first + i, &totals);
    }
    print_totals(&totals);
    board_free(board);
    return 0;
}
