#include "frame.h"

_Static_assert(FRAME_SIZE_MAX < 254u, "a frame fits into one COBS block, so that code 0xFF never occurs");

/* CRC-16 of polynomial 0x1021, without a table: the byte's eight steps collapse into four shifts. */
uint16_t frame_crc(uint16_t crc, uint8_t byte)
{
    uint8_t x = (uint8_t)((crc >> 8) ^ byte);

    x = (uint8_t)(x ^ (x >> 4));
    return (uint16_t)((crc << 8) ^ ((uint16_t)x << 12) ^ ((uint16_t)x << 5) ^ x);
}

static void restart(struct frame_decoder *decoder)
{
    decoder->length = 0;
    decoder->block_left = 0;
    decoder->started = false;
    decoder->spoilt = false;
    decoder->complete = false;
}

static void keep(struct frame_decoder *decoder, uint8_t byte)
{
    if (decoder->length < FRAME_SIZE_MAX) {
        decoder->bytes[decoder->length++] = byte;
    } else {
        decoder->spoilt = true;
    }
}

/* Over a frame with its own CRC behind it the sum is zero. */
static bool undamaged(const struct frame_decoder *decoder)
{
    uint16_t crc = 0;

    //@ loop invariant i <= decoder->length; loop assigns i, crc; loop variant decoder->length - i;
    for (uint8_t i = 0; i < decoder->length; i++) {
        crc = frame_crc(crc, decoder->bytes[i]);
    }
    return !decoder->spoilt && decoder->block_left == 0 && decoder->length >= FRAME_OVERHEAD && crc == 0;
}

static bool finish(struct frame_decoder *decoder)
{
    decoder->complete = true;
    if (decoder->started && !undamaged(decoder)) {
        frame_reject(decoder);
        return false;
    }
    return decoder->started; /* two zeros in a row are no frame, and no harm */
}

bool frame_receive(struct frame_decoder *decoder, uint8_t byte)
{
    if (decoder->complete) {
        restart(decoder);
    }
    if (byte == 0) {
        return finish(decoder);
    }
    if (decoder->block_left > 0) {
        decoder->block_left--;
        keep(decoder, byte);
        return false;
    }
    if (decoder->started) {
        keep(decoder, 0); /* each block but the last stands for a zero behind it */
    }
    decoder->started = true;
    decoder->block_left = (uint8_t)(byte - 1u);
    return false;
}

void frame_reject(struct frame_decoder *decoder)
{
    if (decoder->bad < UINT16_MAX) {
        decoder->bad++;
    }
}

struct writer {
    uint8_t *out;
    uint8_t at;
    uint8_t code_at; /* where the open block's code goes once its length is known */
    uint16_t crc;
};

/*@ predicate writes(struct writer *w, integer more) = \valid(w) && w->code_at < w->at && w->at + more <= 255 &&
        \valid(w->out + (0 .. w->at + more - 1)) && \separated(w, w->out + (0 .. w->at + more - 1));
*/

/*@ requires writes(writer, 1);
    assigns *writer, writer->out[0 .. writer->at];
    ensures writer->out == \old(writer->out) && writer->at == \old(writer->at) + 1 && writer->code_at < writer->at;
    ensures writer->code_at == \old(writer->at);
*/
static void close_block(struct writer *writer)
{
    writer->out[writer->code_at] = (uint8_t)(writer->at - writer->code_at);
    writer->code_at = writer->at++;
}

/*@ requires writes(writer, 1);
    assigns *writer, writer->out[0 .. writer->at];
    ensures writer->out == \old(writer->out) && writer->at == \old(writer->at) + 1 && writer->code_at < writer->at;
*/
static void put(struct writer *writer, uint8_t byte)
{
    writer->crc = frame_crc(writer->crc, byte);
    if (byte == 0) {
        close_block(writer);
    } else {
        writer->out[writer->at++] = byte;
    }
}

uint8_t frame_encode(uint8_t *out, uint8_t type, uint8_t sequence, const void *payload, uint8_t size)
{
    struct writer writer = {out, 1, 0, 0};
    const uint8_t *bytes = payload;

    put(&writer, type);
    put(&writer, sequence);
    /*@ loop invariant i <= size && writer.out == out && writer.at == 3 + i && writer.code_at < writer.at;
        loop assigns i, writer, out[0 .. 3 + size];
        loop variant size - i;
    */
    for (uint8_t i = 0; i < size; i++) {
        put(&writer, bytes[i]);
    }
    uint16_t crc = writer.crc;
    put(&writer, (uint8_t)(crc >> 8));
    put(&writer, (uint8_t)crc);
    close_block(&writer);
    out[writer.code_at] = 0;
    return writer.at;
}
