/* Demands with damage on the wire, a million in a second: how many does the decoder take for frames, and how many of
 * those would be obeyed? */
#include <stdbool.h>
#include <string.h>

#include "demand.h"
#include "facts.h"
#include "frame.h"

#define WIRE_SIZE (MESSAGE_DEMAND_SIZE + FRAME_WIRE_EXTRA)

struct flips {
    uint32_t passed; /* whole frames that are not what was sent */
    uint32_t obeyed; /* those of them that are a demand in range, a little newer than what was sent before */
    uint32_t lost;   /* nothing was heard of the frame */
};

void damaged_demands(uint32_t seed, uint8_t flips, bool burst, uint32_t frames, struct flips *found);

static uint32_t chance(uint32_t *state) /* xorshift32 */
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static struct contract_demand any_demand(uint32_t *state, uint16_t counter)
{
    struct contract_demand demand = {.counter = counter};

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        demand.zone_power_deci_w[zone] = (uint16_t)(chance(state) % (LIMIT_ZONE_POWER_MAX_DECI_W + 1u));
        demand.zone_target_centi_c[zone] = (int16_t)(chance(state) % (LIMIT_TARGET_MAX_CENTI_C + 1u));
    }
    for (uint8_t motor = 0; motor < COUNT_MOTORS; motor++) {
        demand.motor_intensity_percent[motor] = (uint8_t)(chance(state) % 101u);
    }
    return demand;
}

static void flip(uint8_t *wire, uint32_t bit)
{
    wire[bit / 8u] = (uint8_t)(wire[bit / 8u] ^ (1u << bit % 8u));
}

/* So many different bits anywhere, or a stretch of so many whose ends are turned over and whose middle is noise. */
static void damage(uint8_t *wire, uint32_t *state, uint8_t flips, bool burst)
{
    uint8_t sound[WIRE_SIZE];
    uint32_t first = chance(state) % (8u * WIRE_SIZE - flips + 1u);

    memcpy(sound, wire, WIRE_SIZE);
    for (uint8_t done = 0; done < flips;) {
        uint32_t bit = burst ? first + done : chance(state) % (8u * WIRE_SIZE);
        bool fresh = ((wire[bit / 8u] ^ sound[bit / 8u]) & (1u << bit % 8u)) == 0;

        if (burst ? done == 0 || done + 1 == flips || (chance(state) & 1u) != 0 : fresh) {
            flip(wire, bit);
        }
        done = (uint8_t)(done + (burst || fresh ? 1 : 0));
    }
}

static bool would_be_obeyed(const struct frame_decoder *heard, uint16_t newest)
{
    struct contract_demand demand;

    if (frame_type(heard) != MESSAGE_DEMAND || frame_payload_size(heard) != sizeof demand) {
        return false;
    }
    memcpy(&demand, frame_payload(heard), sizeof demand);
    uint16_t ahead = (uint16_t)(demand.counter - newest);
    return demand_out_of_range(&demand) == 0 && ahead >= 1u && ahead <= LIMIT_COUNTER_STEP_MAX;
}

void damaged_demands(uint32_t seed, uint8_t flips, bool burst, uint32_t frames, struct flips *found)
{
    uint32_t state = seed | 1u;
    struct frame_decoder decoder = {0};

    memset(found, 0, sizeof *found);
    for (uint32_t sent = 0; sent < frames; sent++) {
        uint8_t wire[WIRE_SIZE + 1u] = {0}; /* one zero more, for a closing one that was turned over */
        struct contract_demand demand = any_demand(&state, (uint16_t)sent);
        bool heard = false;

        (void)frame_encode(wire, MESSAGE_DEMAND, (uint8_t)sent, &demand, sizeof demand);
        damage(wire, &state, flips, burst);
        for (uint8_t at = 0; at < sizeof wire; at++) {
            if (frame_receive(&decoder, wire[at])) {
                bool same = frame_payload_size(&decoder) == sizeof demand && frame_type(&decoder) == MESSAGE_DEMAND &&
                            memcmp(frame_payload(&decoder), &demand, sizeof demand) == 0;
                heard = true;
                found->passed += same ? 0u : 1u;
                found->obeyed += !same && would_be_obeyed(&decoder, (uint16_t)(sent - 1u)) ? 1u : 0u;
            }
        }
        found->lost += heard ? 0u : 1u;
    }
}
