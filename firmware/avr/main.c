/* The board: every 10 ms gather the inputs, let the core step, obey its outputs, test a piece of the chip; then, if
 * the pass went through all of it, keep the heaters' rail alive and the watchdog quiet. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#include "adc.h"
#include "board_id.h"
#include "device.h"
#include "facts.h"
#include "flow.h"
#include "lines.h"
#include "motors.h"
#include "record_store.h"
#include "self_test.h"
#include "tick.h"
#include "uart.h"
#include "watchdog.h"
#include "window.h"

static struct device device;
static struct device_inputs inputs;
static struct device_outputs outputs;

static void start_core(bool service_jumper)
{
    uint8_t id[DEVICE_ID_SIZE];
    struct device_start start = {
        .reset_cause = (uint8_t)watchdog_reset_cause(),
        .service_jumper = service_jumper,
        .self_tests = self_test_passed(),
    };
    start.record_found = record_store_find(&start.record);
    if (!record_store_good()) {
        start.self_tests = (uint16_t)(start.self_tests & ~(1u << SELF_TEST_RECORD));
    }
    board_id_read(id);
    device_reset(&device, &start);
    device_identify(&device, id);
}

static void start(void)
{
    bool service_jumper = lines_service_jumper(); /* 1 ms, every line still an input with its pull-down */
    lines_start();
    self_test_at_reset();
    lines_doubt_trip(watchdog_reset_cause() == RESET_CAUSE_WATCHDOG);
    motors_start();
    start_core(service_jumper);
    adc_start();
    uart_start();
    tick_start();
    SMCR = (uint8_t)_BV(SE); /* sleeping means idle: every timer and the UART go on */
    watchdog_start();
    sei();
}

/* Sleeps until the next multiple of 10 ms and returns the time. A pass that took longer skips what it missed: the
 * core is told the time. */
static uint32_t wait_for_step(void)
{
    static uint32_t due_ms = DEVICE_STEP_MS;
    uint32_t now_ms;
    while ((int32_t)((now_ms = tick_now_ms()) - due_ms) < 0) {
        record_store_go_on(now_ms);
        sleep_cpu(); /* until any interrupt; one that came a moment ago costs one tick at most */
    }
    while ((int32_t)(due_ms - now_ms) <= 0) {
        due_ms += DEVICE_STEP_MS;
    }
    flow_pass(FLOW_TICK);
    return now_ms;
}

/* All channels once per cycle, in step with the heaters' window. */
static void gather_analogue(void)
{
    adc_take(&inputs);
    if (window_cycle_ms() < DEVICE_STEP_MS) {
        adc_begin();
    }
}

static void gather(uint32_t now_ms)
{
    gather_analogue();
    inputs.uptime_ms = now_ms;
    inputs.button_pressed = lines_button_pressed();
    inputs.trip_tripped = lines_trip_tripped();
    inputs.self_tests = self_test_passed();
    inputs.rx_count = uart_take(&inputs.rx);
}

/* Poisons the outputs before, so that a core that wrote none gives no token. */
static void step(void)
{
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        outputs.heater_permille[zone] = UINT16_MAX;
    }
    uart_finish();
    device_step(&device, &inputs, &outputs);
    if (outputs.heater_permille[COUNT_ZONES - 1u] <= LIMIT_HEATER_DUTY_MAX_PERMILLE) {
        flow_pass(FLOW_CORE);
    }
}

/* Every output but the enable, each time, changed or not. */
static void obey(void)
{
    window_lend(outputs.heater_permille);
    motors_lend(outputs.motor_pwm);
    lines_led(outputs.led);
    lines_buzzer(outputs.buzzer);
    lines_trip_test(outputs.trip_test);
    uart_send(outputs.tx, outputs.tx_count);
    if (outputs.record_due) {
        record_store_keep(&outputs.record);
    }
}

/* The heaters' rail and the watchdog live on whole passes alone. */
static void go_on_living(void)
{
    bool whole = flow_whole();
    if (whole && outputs.enable) {
        lines_enable_edge();
    } else {
        lines_enable_rest();
    }
    if (whole) {
        watchdog_feed();
    }
}

/* The stack reached the variables: whatever they say is worth nothing. */
static void die(void)
{
    cli();
    lines_safe();
    watchdog_reset_now();
}

/* The worst time of a pass since reset, interrupts included. */
static void note_loop_time(uint32_t begun_us)
{
    uint32_t took_us = tick_now_us() - begun_us;
    if (took_us > inputs.loop_time_us) {
        inputs.loop_time_us = took_us > UINT16_MAX ? UINT16_MAX : (uint16_t)took_us;
    }
}

int main(void)
{
    start();
    for (;;) {
        uint32_t now_ms = wait_for_step();
        uint32_t begun_us = tick_now_us();
        gather(now_ms);
        step();
        if (!self_test_stack_whole()) {
            die();
        }
        obey();
        self_test_go_on();
        go_on_living();
        note_loop_time(begun_us);
    }
}
