#include "press.h"

#include "report.h"

#define TEST_BIT(test) (1u << (test))
#define NEEDED_TESTS                                                                                          \
    (TEST_BIT(SELF_TEST_REGISTERS) | TEST_BIT(SELF_TEST_FLASH) | TEST_BIT(SELF_TEST_RAM) |                    \
     TEST_BIT(SELF_TEST_STACK) | TEST_BIT(SELF_TEST_WATCHDOG) | TEST_BIT(SELF_TEST_CLOCK) |                   \
     TEST_BIT(SELF_TEST_OUTPUTS) | TEST_BIT(SELF_TEST_RECORD))

/* ---- which row of the table ---------------------------------------------------------------------------------- */

static bool needed_tests_passed(const struct device *device)
{
    return (device->self_tests & NEEDED_TESTS) == NEEDED_TESTS;
}

/* What speaks against arming; enum refusal, or 0. */
static uint8_t unfit(const struct device *device)
{
    if (device->button.stuck) {
        return REFUSAL_BUTTON_STUCK;
    }
    if (!supervisor_sees_every_zone(&device->supervisor)) {
        return REFUSAL_SENSOR_UNTRUSTED;
    }
    if (device->heat_time.rest_due) {
        return REFUSAL_REST_DUE;
    }
    if (plausible_boot_outside(&device->senses.plausible)) {
        return REFUSAL_BOOT_WINDOW;
    }
    return needed_tests_passed(device) ? 0 : REFUSAL_SELF_TEST_FAILED;
}

static bool clearable(const struct device *device)
{
    return lockout_clearable(&device->supervisor.lockout, device_latched(device));
}

static enum situation situation(const struct device *device)
{
    bool latched = device_latched(device) != 0;
    const bool fits[SITUATION_IDLE] = {
        [SITUATION_LATCHED_C] = latched && !clearable(device),
        [SITUATION_LATCHED_B] = latched,
        [SITUATION_OUTPUTS_ON] = device_outputs_on(device),
        [SITUATION_ARMED] = supervisor_armed(&device->supervisor),
        [SITUATION_UNFIT] = unfit(device) != 0,
        [SITUATION_INVITED] = device_cue(device) == CUE_INVITED,
    };

    return situation_first(fits);
}

static void refuse_press(struct device *device, uint8_t refusal)
{
    report_event(device, EVENT_KIND_REFUSED, refusal);
    signal_play(&device->signal, TUNE_NO);
}

static void stop_by_button(struct device *device)
{
    device->button.spent = true;
    supervisor_stop(&device->supervisor, DISARM_REASON_BUTTON);
    device->supervisor.disarmed_by = DISARM_REASON_BUTTON; /* also where only motors ran: the session is over */
    device->status_due_ms = 0;
    signal_play(&device->signal, TUNE_OFF);
}

static void arm(struct device *device)
{
    supervisor_arm(&device->supervisor);
    report_event(device, EVENT_KIND_ARMED, 0);
    signal_play(&device->signal, TUNE_YES);
}

static void clear(struct device *device)
{
    uint8_t refusal = needed_tests_passed(device) ? supervisor_clear(&device->supervisor) : REFUSAL_SELF_TEST_FAILED;

    if (refusal != 0) {
        refuse_press(device, refusal);
        return;
    }
    report_event(device, EVENT_KIND_CLEARED, 0);
    signal_play(&device->signal, TUNE_YES);
}

static void pair(struct device *device)
{
    report_event(device, EVENT_KIND_PAIRING, 0);
    signal_play(&device->signal, TUNE_PAIRING);
}

static void act(struct device *device, enum press_action action)
{
    switch (action) {
    case PRESS_ACTION_STOP:
        stop_by_button(device);
        break;
    case PRESS_ACTION_CLEAR:
        clear(device);
        break;
    case PRESS_ACTION_REFUSE:
        refuse_press(device, unfit(device));
        break;
    case PRESS_ACTION_PAIR:
        pair(device);
        break;
    default:
        break;
    }
}

/* The hardware trip has answered and its latch has let go: the press arms, unless anything happened meanwhile. */
static void arm_if_still_due(struct device *device)
{
    enum press_action action = press_action(situation(device), PRESS_SHORT);

    if (action == PRESS_ACTION_ARM) {
        arm(device);
    } else {
        act(device, action);
    }
}

static void conclude(struct device *device, enum trip_outcome outcome)
{
    if (outcome == TRIP_REFUSE) {
        refuse_press(device, REFUSAL_TRIP_TEST_FAILED);
    } else if (outcome == TRIP_ARM) {
        arm_if_still_due(device);
    }
}

static void begin_press(struct device *device, bool tripped)
{
    enum press_action action = press_action(situation(device), PRESS_BEGUN);

    report_event(device, EVENT_KIND_BUTTON_PRESSED, 0);
    if (action == PRESS_ACTION_TEST) {
        trip_test_begin(&device->trip, tripped);
    }
    act(device, action);
}

static void end_press(struct device *device)
{
    const struct button *button = &device->button;
    enum press press = button->spent ? PRESS_OTHER : press_of_length(button->held_ms);
    enum press_action action = press_action(situation(device), press);

    report_press(device, button->held_ms);
    act(device, action);
    conclude(device, trip_test_release(&device->trip, action == PRESS_ACTION_ARM));
}

void press_feel(struct device *device, const struct device_inputs *inputs, uint32_t elapsed_ms)
{
    enum button_edge edge = button_step(&device->button, inputs->button_pressed, elapsed_ms);

    conclude(device, trip_test_step(&device->trip, inputs->trip_tripped, elapsed_ms));
    if (edge == BUTTON_PRESSED) {
        begin_press(device, inputs->trip_tripped);
    } else if (edge == BUTTON_RELEASED) {
        end_press(device);
    }
}
