#include "dose.h"

#include "contract.h"
#include "countdown.h"
#include "memory.h"

#define MS_PER_CENTI_CEM43 UINT32_C(600)
#define MS_PER_CS UINT32_C(10)
#define MS_PER_DAY UINT32_C(86400000)
#define FULL_MS (LIMIT_DOSE_FULL_CENTI_CEM43 * MS_PER_CENTI_CEM43)
#define DAY_MS (LIMIT_DOSE_LEAK_PER_DAY_CENTI_CEM43 * MS_PER_CENTI_CEM43) /* whatever came: a day pays it back */
#define LEAK_EVERY_MS (MS_PER_DAY / DAY_MS)
#define UNSAVED_MS (DOSE_UNSAVED_CS * MS_PER_CS)
#define AGAIN_MS (FULL_MS - UNSAVED_MS) /* heat returns here: an hour later, not with the last digit */

#define COUNTS_FROM_CENTI_C 3900
#define REFERENCE_CENTI_C 4300
#define COUNTS_TO_CENTI_C 5000 /* warmer counts like this: the bucket is full within 4 s */
#define LOWEST_CENTI_OCTAVE (2 * (COUNTS_FROM_CENTI_C - REFERENCE_CENTI_C))
#define STEP_CENTI_OCTAVES 10u /* 0.1 K from 43 °C on, half of that below */

_Static_assert(MS_PER_DAY % DAY_MS == 0, "the leak is a whole number of milliseconds a millisecond of dose");
_Static_assert(DAY_MS / MS_PER_CS <= UINT16_MAX, "the fullest bucket fits into the record");
_Static_assert(LIMIT_DOSE_FULL_CENTI_CEM43 <= LIMIT_DOSE_LEAK_PER_DAY_CENTI_CEM43, "full is within what is counted");
_Static_assert(LOWEST_CENTI_OCTAVE == -800, "dose_rate() shifts by eight octaves");

/* 16384 * 2^(n / 10), rounded up. From 43 °C on a degree doubles the rate, below it quarters it: so the rate is this
 * one octave, shifted. The straight lines between lie above the curve by at most 0.06 %: it errs upwards. */
static const IN_FLASH uint16_t octave[] = {
    16384, 17560, 18821, 20172, 21619, 23171, 24834, 26616, 28527, 30574, 32768,
};

static uint16_t mantissa(uint8_t centi_octaves)
{
    uint8_t below = centi_octaves / STEP_CENTI_OCTAVES;
    uint16_t rise = (uint16_t)(octave[below + 1u] - octave[below]); /* below 2200 */
    uint16_t beyond = (uint16_t)(rise * (centi_octaves % STEP_CENTI_OCTAVES));

    return (uint16_t)(octave[below] + (beyond + STEP_CENTI_OCTAVES - 1u) / STEP_CENTI_OCTAVES);
}

static uint16_t octaves_above_lowest(int16_t centi_c)
{
    int16_t above = (int16_t)(centi_c - REFERENCE_CENTI_C);

    return (uint16_t)((above < 0 ? 2 * above : above) - LOWEST_CENTI_OCTAVE);
}

/* At 39.0 °C it is 1/256: 256 of 65536, the octave's 16384 shifted by 6. Each octave above shifts back by one. */
uint32_t dose_rate(int16_t centi_c)
{
    if (centi_c < COUNTS_FROM_CENTI_C) {
        return 0;
    }
    uint16_t at = octaves_above_lowest(centi_c < COUNTS_TO_CENTI_C ? centi_c : COUNTS_TO_CENTI_C);
    uint32_t rate = (uint32_t)mantissa((uint8_t)(at % 100u)) << (at / 100u);

    return (rate + 63u) >> 6;
}

static uint32_t capped(uint32_t ms)
{
    return ms < DAY_MS ? ms : DAY_MS;
}

/* Nothing wraps: the rate is at most 128 * 65536, the time below 2^16. */
static void fill(struct dose *dose, uint32_t rate, uint16_t elapsed_ms)
{
    uint32_t parts = (rate & UINT16_MAX) * elapsed_ms + dose->fraction;

    dose->ms = capped(dose->ms + (rate >> 16) * elapsed_ms + (parts >> 16));
    dose->fraction = (uint16_t)parts;
}

static void leak(struct dose *dose, uint16_t elapsed_ms)
{
    uint32_t powered_ms = (uint32_t)dose->unleaked_ms + elapsed_ms;

    dose->ms = countdown(dose->ms, powered_ms / LEAK_EVERY_MS);
    dose->unleaked_ms = (uint16_t)(powered_ms % LEAK_EVERY_MS);
}

void dose_step(struct dose *dose, int16_t hottest_centi_c, uint32_t elapsed_ms)
{
    uint16_t counted_ms = count_up(0, elapsed_ms);

    fill(dose, dose_rate(hottest_centi_c), counted_ms);
    leak(dose, counted_ms);
    dose->full = dose->ms >= FULL_MS || (dose->full && dose->ms > AGAIN_MS);
}

uint16_t dose_centi_cem43(const struct dose *dose)
{
    return (uint16_t)(dose->ms / MS_PER_CENTI_CEM43);
}

uint16_t dose_save_cs(const struct dose *dose)
{
    return (uint16_t)((dose->ms + MS_PER_CS - 1u) / MS_PER_CS);
}

/* Nobody wrote down whether it was full: above the level where heat returns it is. */
void dose_restore(struct dose *dose, uint16_t saved_cs, bool unclean)
{
    dose->ms = capped(saved_cs * MS_PER_CS + (unclean ? UNSAVED_MS : 0u));
    dose->fraction = 0;
    dose->unleaked_ms = 0;
    dose->full = dose->ms > AGAIN_MS;
}
