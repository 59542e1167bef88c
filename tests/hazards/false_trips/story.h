/* One healthy session: a pad as they come off the bench, a room, a person who moves, and what the session asks for. */
#ifndef FALSE_TRIPS_STORY_H
#define FALSE_TRIPS_STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "chance.h"
#include "host.h"

#define STORY_STEPS 6u
#define STORY_LIFTS 3u

struct span { /* s since the session began; empty where both are 0 */
    double from_s, to_s;
};

struct story {
    double begins_s;                 /* so long the pad lies there before */
    double warm_c;                   /* it is still as warm as that; 0 = as cold as the room */
    bool powered_cold;               /* nobody lies on it at power-on */
    struct span lifts[STORY_LIFTS];  /* the person gets up and lies down again */
    struct span blanket;
    double blanket_factor;
    struct span pause;               /* the session asks for nothing */
    double restart_s;                /* the board restarts then; 0 = never */
    struct wish wishes[STORY_STEPS];
    double step_ends_s[STORY_STEPS];
    double ends_s;
    double rests_s;                  /* watched afterwards */
};

/* Draws the pad's parameters and gives the board its power, then draws the rest. */
void story_draw(struct story *story, struct board *board, uint32_t number);

/* How pad and person lie at this time, and what is wished. */
void story_happens(const struct story *story, struct board *board, double now_s);
struct wish story_wish(const struct story *story, double now_s);

#endif
