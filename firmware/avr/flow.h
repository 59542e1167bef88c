/* Proof that a pass of the main loop went through every task, once and to its end: each leaves its own token, and only
 * the sum of all of them feeds the watchdog and keeps the heaters' rail alive. */
#ifndef POULTICE_FLOW_H
#define POULTICE_FLOW_H

#include <stdbool.h>
#include <stdint.h>

/* No token is the sum of others, nor twice another. */
enum flow_token {
    FLOW_ADC = 0x0107,
    FLOW_UART = 0x0215,
    FLOW_CORE = 0x0443,
    FLOW_HEATERS = 0x0885,
    FLOW_MOTORS = 0x1109,
    FLOW_SELF_TEST = 0x2211,
    FLOW_TICK = 0x3423
};

/* At the end of each task. */
void flow_pass(enum flow_token token);

/* Whether every task left its token since the last call; begins anew. */
bool flow_whole(void);

#endif
