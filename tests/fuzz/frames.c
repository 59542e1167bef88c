/* Any bytes into the frame decoder: it never reads or writes beyond itself, and what it takes for a frame is one. */
#include <stdlib.h>
#include <string.h>

#include "frame.h"

static void demand_that(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* What was decoded, written again and decoded again, is the same. */
static void check_round_trip(const struct frame_decoder *heard)
{
    uint8_t wire[FRAME_MAX_PAYLOAD + FRAME_WIRE_EXTRA];
    struct frame_decoder again = {0};
    uint8_t size = frame_payload_size(heard);
    uint8_t written = frame_encode(wire, frame_type(heard), heard->bytes[1], frame_payload(heard), size);

    demand_that(written == size + FRAME_WIRE_EXTRA);
    for (uint8_t i = 0; i < written; i++) {
        demand_that(frame_receive(&again, wire[i]) == (i + 1u == written));
    }
    demand_that(again.length == heard->length && memcmp(again.bytes, heard->bytes, heard->length) == 0);
    demand_that(again.bad == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame_decoder decoder = {0};

    for (size_t i = 0; i < size; i++) {
        bool whole = frame_receive(&decoder, data[i]);
        demand_that(decoder.length <= FRAME_SIZE_MAX);
        demand_that(!whole || (data[i] == 0 && decoder.length >= FRAME_OVERHEAD));
        if (whole) {
            check_round_trip(&decoder);
        }
    }
    return 0;
}
