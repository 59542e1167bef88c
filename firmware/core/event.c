#include "event.h"

_Static_assert((EVENTS_KEPT & (EVENTS_KEPT - 1u)) == 0, "places are counted modulo a power of two");

static void drop_first(struct event_queue *queue)
{
    queue->first = (uint8_t)((queue->first + 1u) % EVENTS_KEPT);
    queue->count--;
}

void event_put(struct event_queue *queue, const struct contract_event *event)
{
    if (queue->count == EVENTS_KEPT) {
        drop_first(queue);
        queue->forgotten = queue->forgotten < UINT8_MAX ? (uint8_t)(queue->forgotten + 1u) : UINT8_MAX;
    }
    queue->events[(uint8_t)(queue->first + queue->count) % EVENTS_KEPT] = *event;
    queue->count++;
}

bool event_take(struct event_queue *queue, struct contract_event *event)
{
    if (queue->count == 0) {
        return false;
    }
    *event = queue->events[queue->first];
    drop_first(queue);
    return true;
}
