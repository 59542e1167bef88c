#include "reference.h"

#include "countdown.h"
#include "facts.h"

#define NOMINAL_SUM (FACTS_BANDGAP_NOMINAL_MV * FACTS_ADC_SUM_SPAN / FACTS_BOARD_LOGIC_MV)
#define MADE_WITHIN_PERMILLE 100u /* the chip's maker says 1.0 to 1.2 V */
#define GROUND_SUM_MAX (8u * FACTS_ADC_OVERSAMPLING) /* 0 V and 39 mV of offset and noise: a 28th of the bandgap */
#define LATE_MS (3u * FACTS_ADC_CYCLE_MS) /* two cycles that should have ended, and the one that runs */

_Static_assert(FACTS_ADC_SUM_MAX < ADC_SUM_POISON, "no measurement is poison");
_Static_assert(GROUND_SUM_MAX < NOMINAL_SUM / 2u, "a bandgap is no ground");

void reference_reset(struct reference *reference)
{
    reference->since_ms = 0;
    reference->shifted = 0;
    reference->stuck = 0;
    reference->begun = false;
}

bool reference_poisoned(const uint16_t *sums, uint8_t count)
{
    bool poisoned = false;

    for (uint8_t i = 0; i < count; i++) {
        poisoned = poisoned || sums[i] == ADC_SUM_POISON;
    }
    return poisoned;
}

void reference_pass_time(struct reference *reference, uint32_t elapsed_ms)
{
    reference->since_ms = count_up(reference->since_ms, elapsed_ms);
}

static bool within(uint16_t sum, uint16_t expected, uint32_t permille)
{
    uint16_t apart = sum > expected ? (uint16_t)(sum - expected) : (uint16_t)(expected - sum);

    return (uint32_t)apart * 1000u <= expected * permille;
}

/* What no bandgap of this kind can have been is not believed. */
static uint16_t expected_sum(uint16_t end_of_line_sum)
{
    bool possible = within(end_of_line_sum, (uint16_t)NOMINAL_SUM, MADE_WITHIN_PERMILLE);

    return possible ? end_of_line_sum : (uint16_t)NOMINAL_SUM;
}

/* A multiplexer that stands still shows one channel as all. */
static bool cannot_be(uint16_t bandgap_sum, uint16_t ground_sum, bool poisoned)
{
    return poisoned || bandgap_sum == ADC_SUM_POISON || ground_sum > GROUND_SUM_MAX || bandgap_sum <= GROUND_SUM_MAX;
}

static uint8_t count(uint8_t so_far, bool wrong)
{
    if (!wrong) {
        return 0;
    }
    return (uint8_t)(so_far + (so_far < LIMIT_REFERENCE_SAMPLES ? 1u : 0u));
}

void reference_watch(struct reference *reference, uint16_t bandgap_sum, uint16_t ground_sum, uint16_t end_of_line_sum,
                     bool poisoned)
{
    bool stuck = cannot_be(bandgap_sum, ground_sum, poisoned);
    bool right = within(bandgap_sum, expected_sum(end_of_line_sum), LIMIT_BANDGAP_TOLERANCE_PERMILLE);

    reference->stuck = count(reference->stuck, stuck);
    reference->shifted = count(reference->shifted, !stuck && !right);
    reference->since_ms = 0;
    reference->begun = true;
}

bool reference_good(const struct reference *reference)
{
    return reference->begun && reference->stuck == 0 && reference->shifted == 0 && reference->since_ms < LATE_MS;
}

uint32_t reference_faults(const struct reference *reference)
{
    bool stuck = reference->stuck == LIMIT_REFERENCE_SAMPLES || reference->since_ms >= LATE_MS;
    bool shifted = reference->shifted == LIMIT_REFERENCE_SAMPLES;

    return (stuck ? FAULT_BIT(FAULT_ADC_STUCK) : 0u) | (shifted ? FAULT_BIT(FAULT_ADC_REFERENCE) : 0u);
}
