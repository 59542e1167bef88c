#include "host.h"

#include <math.h>
#include <string.h>

#include "facts.h"

/* The loop has the shape and the gains of controller/poultice/therapy/heat.py. */
#define W_PER_K 20.0
#define W_PER_K_S 0.25
#define LEAD_MAX_K 1.5
#define RAMP_FROM_C 33.0
#define HOT_PAUSE_C 42.8
#define HOT_RESUME_C 42.5
#define CAP_W (LIMIT_ZONE_POWER_MAX_DECI_W / 10.0)
#define READING_S 0.1
#define STARVED_W 0.5

static const uint8_t zone_of[COUNT_SENSORS] = FACTS_SENSOR_ZONE;
static const double area_m2[COUNT_ZONES] = FACTS_ZONE_AREA_M2;

void host_begin(struct host *host, struct board *board)
{
    memset(host, 0, sizeof *host);
    host->board = board;
}

void host_lost(struct host *host)
{
    host->heard = false;
    memset(host->loops, 0, sizeof host->loops);
}

bool host_armed(const struct host *host)
{
    return host->heard && host->status.armed_remaining_ms > 0;
}

/* ---- heat ---------------------------------------------------------------------------------------------------- */

/* The hottest of its thermistors; NAN where one is not trusted. */
static double temperature_c(const struct contract_status *status, unsigned zone)
{
    double hottest_c = -INFINITY;
    for (unsigned s = 0; s < COUNT_SENSORS; s++) {
        if (zone_of[s] == zone && status->sensor_trust[s] != SENSOR_TRUST_TRUSTED) {
            return NAN;
        }
        if (zone_of[s] == zone) {
            hottest_c = fmax(hottest_c, status->sensor_temperature_centi_c[s] / 100.0);
        }
    }
    return hottest_c;
}

static void advance_reference(struct loop *loop, const struct wish *wish, unsigned zone, double now_c)
{
    double from_c = fmax(fmax(loop->running ? loop->reference_c : now_c, now_c), RAMP_FROM_C);
    loop->reference_c = fmin(fmin(wish->target_c[zone], from_c + wish->ramp_c_per_s * READING_S), now_c + LEAD_MAX_K);
    loop->running = true;
}

static double nominal_w(double reference_c, unsigned zone)
{
    double to_body_w = fmax(0.0, reference_c - FACTS_BODY_CORE_C) * 20.0 * area_m2[zone]; /* all layers in a row */
    return (reference_c - FACTS_ROOM_TEMPERATURE_C) * FACTS_PAD_COVER_W_PER_M2K * area_m2[zone] + to_body_w;
}

static double limited(double value, double low, double high)
{
    return fmin(high, fmax(low, value));
}

static void control(struct host *host, const struct wish *wish, unsigned zone)
{
    struct loop *loop = &host->loops[zone];
    double now_c = temperature_c(&host->status, zone);
    if (wish->target_c[zone] == 0.0 || isnan(now_c)) {
        *loop = (struct loop){.hot = loop->hot};
        return;
    }
    loop->hot = now_c >= HOT_PAUSE_C || (loop->hot && now_c >= HOT_RESUME_C);
    advance_reference(loop, wish, zone, now_c);
    double error_k = loop->reference_c - now_c;
    bool starved = host->status.zone_applied_deci_w[zone] / 10.0 < loop->power_w - STARVED_W;
    bool winding_up = error_k > 0.0 ? loop->power_w >= CAP_W || starved : loop->power_w <= 0.0;
    loop->integral_w += winding_up ? 0.0 : W_PER_K_S * error_k * READING_S;
    loop->integral_w = limited(loop->integral_w, -CAP_W, CAP_W);
    double asked_w = nominal_w(loop->reference_c, zone) + W_PER_K * error_k + loop->integral_w;
    loop->power_w = loop->hot ? 0.0 : limited(asked_w, 0.0, CAP_W);
}

/* ---- wire ---------------------------------------------------------------------------------------------------- */

static void hear_status(struct host *host, const struct wish *wish)
{
    memcpy(&host->status, frame_payload(&host->decoder), sizeof host->status);
    host->heard = true;
    host->latched |= host->status.latched_faults;
    for (unsigned zone = 0; zone < COUNT_ZONES; zone++) {
        control(host, wish, zone);
    }
}

static void hear_event(struct host *host)
{
    struct contract_event event;
    memcpy(&event, frame_payload(&host->decoder), sizeof event);
    if (event.kind == EVENT_KIND_FAULT && event.detail <= FAULT_LAST) {
        host->begun[event.detail]++;
    } else if (event.kind == EVENT_KIND_REFUSED) {
        host->refused++;
        host->refusal = event.detail;
    }
}

static void hear(struct host *host, const struct wish *wish)
{
    uint8_t bytes[4096];
    unsigned count = board_transmit(host->board, bytes, sizeof bytes);
    for (unsigned i = 0; i < count; i++) {
        if (!frame_receive(&host->decoder, bytes[i])) {
            continue;
        }
        if (frame_type(&host->decoder) == MESSAGE_STATUS) {
            hear_status(host, wish);
        } else if (frame_type(&host->decoder) == MESSAGE_EVENT) {
            hear_event(host);
        }
    }
}

static void ask(struct host *host, const struct wish *wish)
{
    struct contract_demand demand = {.counter = ++host->counter, .cue = CUE_NONE};
    uint8_t frame[sizeof demand + FRAME_WIRE_EXTRA];
    for (unsigned zone = 0; zone < COUNT_ZONES; zone++) {
        demand.zone_target_centi_c[zone] = (int16_t)lround(wish->target_c[zone] * 100.0);
        demand.zone_power_deci_w[zone] = (uint16_t)lround(host->loops[zone].power_w * 10.0);
    }
    memcpy(demand.motor_intensity_percent, wish->motor_percent, sizeof demand.motor_intensity_percent);
    uint8_t size = frame_encode(frame, MESSAGE_DEMAND, host->sequence++, &demand, sizeof demand);
    board_receive(host->board, frame, size);
}

void host_step(struct host *host, const struct wish *wish)
{
    hear(host, wish);
    ask(host, wish);
}
