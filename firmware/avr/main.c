/* The board: every 10 ms gather the inputs, let the core step, obey its outputs, feed the watchdog. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#include "adc.h"
#include "board_id.h"
#include "device.h"
#include "facts.h"
#include "lines.h"
#include "motors.h"
#include "tick.h"
#include "uart.h"
#include "watchdog.h"
#include "window.h"

static struct device device;
static struct device_inputs inputs;
static struct device_outputs outputs;

static void start_core(void)
{
    uint8_t id[DEVICE_ID_SIZE];
    board_id_read(id);
    struct device_start start = {.reset_cause = (uint8_t)watchdog_reset_cause()};
    device_reset(&device, &start);
    device_identify(&device, id);
}

static void start(void)
{
    lines_start();
    motors_start();
    start_core();
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
        sleep_cpu(); /* until any interrupt; one that came a moment ago costs one tick at most */
    }
    while ((int32_t)(due_ms - now_ms) <= 0) {
        due_ms += DEVICE_STEP_MS;
    }
    return now_ms;
}

/* All channels once per 100 ms, in step with the heaters' window. */
static void gather_analogue(void)
{
    static uint8_t cycle_begun = UINT8_MAX; /* none: the first pass begins one */
    adc_take(&inputs);
    uint8_t cycle = (uint8_t)(window_phase_ms() / FACTS_ADC_CYCLE_MS);
    if (cycle != cycle_begun) {
        cycle_begun = cycle;
        adc_begin();
    }
}

static void gather(uint32_t now_ms)
{
    gather_analogue();
    inputs.uptime_ms = now_ms;
    inputs.button_pressed = lines_button_pressed();
    inputs.trip_tripped = lines_trip_tripped();
    inputs.rx_count = uart_take(&inputs.rx);
}

/* Every output, each time, changed or not. */
static void obey(void)
{
    window_lend(outputs.heater_permille);
    if (outputs.enable) {
        lines_enable_edge();
    } else {
        lines_enable_rest();
    }
    motors_write(outputs.motor_pwm);
    lines_led(outputs.led);
    lines_buzzer(outputs.buzzer);
    uart_send(outputs.tx, outputs.tx_count);
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
        device_step(&device, &inputs, &outputs);
        obey();
        watchdog_feed();
        note_loop_time(begun_us);
    }
}
