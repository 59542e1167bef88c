/* Frames on the wire: COBS( type | sequence | payload | CRC-16 ) 0x00. Bytes in, frames out; knows no message. */
#ifndef POULTICE_FRAME_H
#define POULTICE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "contract.h"

#define FRAME_HEADER_SIZE 2u
#define FRAME_CRC_SIZE 2u
#define FRAME_OVERHEAD (FRAME_HEADER_SIZE + FRAME_CRC_SIZE)
#define FRAME_SIZE_MAX (FRAME_MAX_PAYLOAD + FRAME_OVERHEAD)
#define FRAME_WIRE_EXTRA (FRAME_OVERHEAD + 2u) /* and the COBS code byte and the closing zero */

/* Collects one frame. After frame_receive() said true, and until the next byte, the frame is here. */
struct frame_decoder {
    uint8_t bytes[FRAME_SIZE_MAX];
    uint8_t length;
    uint8_t block_left; /* bytes until the next COBS code */
    bool started;
    bool spoilt;        /* too long; dropped at its end */
    bool complete;
    uint16_t bad;       /* frames dropped, up to 65535 */
};

uint16_t frame_crc(uint16_t crc, uint8_t byte);

/* Takes one byte; true where it ended a whole, undamaged frame. A zero always ends a frame, so that a damaged one
 * costs itself alone. */
bool frame_receive(struct frame_decoder *decoder, uint8_t byte);

static inline uint8_t frame_type(const struct frame_decoder *decoder)
{
    return decoder->bytes[0];
}

static inline const uint8_t *frame_payload(const struct frame_decoder *decoder)
{
    return decoder->bytes + FRAME_HEADER_SIZE;
}

static inline uint8_t frame_payload_size(const struct frame_decoder *decoder)
{
    return (uint8_t)(decoder->length - FRAME_OVERHEAD);
}

/* The frame was whole, but nobody knows its type or its size is wrong. */
void frame_reject(struct frame_decoder *decoder);

/* Writes a frame of size + FRAME_WIRE_EXTRA bytes to out, which has room for them; returns that number. */
uint8_t frame_encode(uint8_t *out, uint8_t type, uint8_t sequence, const void *payload, uint8_t size);

#endif
