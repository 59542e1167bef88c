/* What happened and was not yet told to the host: a short queue that forgets the oldest first. */
#ifndef POULTICE_EVENT_H
#define POULTICE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define EVENTS_KEPT 8u

struct event_queue {
    struct contract_event events[EVENTS_KEPT];
    uint8_t first;
    uint8_t count;
    uint8_t forgotten; /* up to 255 */
};

void event_put(struct event_queue *queue, const struct contract_event *event);

/* False where there is none. */
bool event_take(struct event_queue *queue, struct contract_event *event);

#endif
