/* A plain host at the board's cable: hears every frame, asks 20 times a second, holds each zone with a PI loop. It knows
 * of the pad only what STATUS says. */
#ifndef FALSE_TRIPS_HOST_H
#define FALSE_TRIPS_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "contract.h"
#include "frame.h"

#define HOST_DEMAND_MS 50u

struct loop { /* of one zone; °C, W */
    bool running;
    bool hot;
    double reference_c;
    double integral_w;
    double power_w;
};

struct wish { /* what the session wants now; a target of 0 = no heat */
    double target_c[COUNT_ZONES];
    double ramp_c_per_s;
    uint8_t motor_percent[COUNT_MOTORS];
};

struct host {
    struct board *board;
    struct frame_decoder decoder;
    struct contract_status status; /* the newest */
    bool heard;
    uint16_t counter;
    uint8_t sequence;
    struct loop loops[COUNT_ZONES];
    uint32_t begun[FAULT_LAST + 1u];     /* how often each fault began, by number */
    uint32_t refused;                    /* presses and demands */
    uint8_t refusal;                     /* the last */
    uint32_t latched;                    /* set of faults of class B and C, ever */
};

void host_begin(struct host *host, struct board *board);

/* 50 ms: hears what came, asks for the wish. */
void host_step(struct host *host, const struct wish *wish);

bool host_armed(const struct host *host);

/* What it heard since it began counts no longer as new to it: the board has restarted. */
void host_lost(struct host *host);

#endif
