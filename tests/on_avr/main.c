/* The emulated board as a program: obeys lines on stdin, prints JSON on stdout, keeps pace with the clock.
 *
 *   emulated_board firmware.elf [SEED [CELSIUS]]
 *
 * First line: {"port": "/dev/pts/N"}. Then an observation at every change of an output, every 100 ms, and when asked.
 * Ends when stdin does. The same lines as `python -m poultice.simulator`, more faults (see faults.c), and:
 *   power S        cuts the supply for so long
 *   jumper on|off  the service jumper, read at the next reset
 *   measure        counts for how long interrupts are off; slow */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "chip.h"
#include "facts.h"
#include "faults.h"

#define REPORT_MS 100u
#define BEHIND_MAX_NS 20000000 /* further behind than this the board lets time slip instead of running after it */
#define NS_PER_MS 1000000
#define NS_PER_S 1000000000

struct pace {
    int64_t due_ns;
    double slipped_s;
};

/* ---- printing -------------------------------------------------------------------------------------------------- */

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void print_doubles(const char *name, const double *values, unsigned count)
{
    printf(", \"%s\": [", name);
    for (unsigned i = 0; i < count; i++) {
        printf("%s%.4f", i > 0 ? ", " : "", values[i]);
    }
    printf("]");
}

static void print_unsigned(const char *name, const unsigned *values, unsigned count)
{
    printf(", \"%s\": [", name);
    for (unsigned i = 0; i < count; i++) {
        printf("%s%u", i > 0 ? ", " : "", values[i]);
    }
    printf("]");
}

static void print_bool(const char *name, bool value)
{
    printf(", \"%s\": %s", name, value ? "true" : "false");
}

static void print_outputs(const struct board_outputs *outputs)
{
    print_unsigned("duty_permille", outputs->duty_permille, COUNT_ZONES);
    print_unsigned("motor_pwm", outputs->motor_pwm, COUNT_MOTORS);
    printf(", \"gate\": [%s, %s]", outputs->gate[0] ? "true" : "false", outputs->gate[1] ? "true" : "false");
    print_bool("enable", outputs->enable);
    print_bool("rail_on", outputs->rail_on);
    print_bool("led", outputs->led);
    print_bool("buzzer", outputs->buzzer);
    print_bool("tripped", outputs->tripped);
    printf(", \"trip_test\": %u", outputs->trip_test);
}

static void print_off_cycles(const unsigned *cycles)
{
    if (cycles != NULL) {
        print_unsigned("off_cycles", cycles, CHIP_VECTORS);
    }
}

static void print_observation(const struct board *board, const struct board_outputs *outputs, const struct pace *pace)
{
    const struct plant *plant = &board->plant;
    printf("{\"time_monotonic_s\": %.6f, \"board_s\": %.3f", (double)now_ns() / NS_PER_S, (double)board->now_ms / 1000.0);
    print_doubles("sensor_c", plant->sensor_c, COUNT_SENSORS);
    print_doubles("witness_c", plant->witness_c, COUNT_ZONES);
    print_doubles("pad_c", plant->pad_c, COUNT_ZONES);
    print_doubles("skin_c", plant->skin_c, COUNT_ZONES);
    print_doubles("heater_w", plant->heater_w, COUNT_ZONES);
    print_outputs(outputs);
    print_bool("button", board->press_left_ms > 0);
    printf(", \"heard_s\": %.3f", (double)board->heard_ms / 1000.0);
    printf(", \"rail_v\": %.3f, \"supply_a\": %.4f, \"lost_down\": %u, \"lost_up\": %u, \"slipped_s\": %.3f, \"stack_left\": %u",
           plant->rail_v, plant->supply_a, board->down.lost, board->up.lost, pace->slipped_s,
           chip_stack_left(board->chip));
    print_off_cycles(chip_off_cycles(board->chip));
    printf(", \"armed\": null, \"latched\": null}\n"); /* no pin shows them */
    fflush(stdout);
}

static void refuse(const char *line, const char *why)
{
    printf("{\"error\": \"%s: %s\"}\n", line, why);
    fflush(stdout);
}

/* ---- commands -------------------------------------------------------------------------------------------------- */

struct orders {
    char line[256];
    size_t length;
    bool observe; /* asked for */
    bool quit;
};

static bool read_number(double low, double high, double *number)
{
    char *word = strtok(NULL, " ");
    char *end = NULL;
    *number = word == NULL ? 0.0 : strtod(word, &end);
    return word != NULL && end != word && *end == '\0' && *number >= low && *number <= high;
}

static bool obey_fault(struct board *board)
{
    char *name = strtok(NULL, " ");
    return name != NULL && fault_inject(board, name);
}

static bool obey_clear(struct board *board)
{
    char *name = strtok(NULL, " ");
    return name != NULL && fault_mend(board, name);
}

static bool obey_press(struct board *board)
{
    double press_s;
    bool good = read_number(0.0, 3600.0, &press_s);
    board->press_left_ms = good ? (uint64_t)(press_s * 1000.0 + 0.5) : board->press_left_ms;
    return good;
}

static bool obey_warm(struct board *board)
{
    double temperature_c;
    bool good = read_number(-20.0, 70.0, &temperature_c);
    if (good) {
        plant_warm_start(&board->plant, temperature_c);
    }
    return good;
}

static bool obey_power(struct board *board)
{
    double off_s;
    bool good = read_number(0.001, 3600.0, &off_s);
    if (good) {
        board_cut_power(board, (uint64_t)(off_s * 1000.0 + 0.5));
    }
    return good;
}

static bool obey_jumper(struct board *board)
{
    char *word = strtok(NULL, " ");
    bool good = word != NULL && (strcmp(word, "on") == 0 || strcmp(word, "off") == 0);
    board->jumper = good ? strcmp(word, "on") == 0 : board->jumper;
    return good;
}

static bool obey_measure(struct board *board)
{
    chip_measure(board->chip);
    return true;
}

static bool obey_word(struct board *board, struct orders *orders, const char *word)
{
    static const struct {
        const char *word;
        bool (*obey)(struct board *board);
    } known[] = {
        {"press", obey_press}, {"warm", obey_warm},   {"fault", obey_fault},     {"clear", obey_clear},
        {"power", obey_power}, {"jumper", obey_jumper}, {"measure", obey_measure},
    };
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(word, known[i].word) == 0) {
            return known[i].obey(board);
        }
    }
    orders->observe = orders->observe || strcmp(word, "observe") == 0;
    orders->quit = orders->quit || strcmp(word, "quit") == 0;
    return strcmp(word, "observe") == 0 || strcmp(word, "quit") == 0;
}

static void obey_line(struct board *board, struct orders *orders)
{
    char said[sizeof orders->line];
    memcpy(said, orders->line, sizeof said);
    char *word = strtok(orders->line, " \r");
    if (word != NULL && !obey_word(board, orders, word)) {
        refuse(said, "write press S, warm C, fault NAME [key=value], clear NAME, power S, jumper on|off, measure, observe or quit");
    }
}

static void take_byte(struct board *board, struct orders *orders, char byte)
{
    if (byte == '\n') {
        orders->line[orders->length] = '\0';
        orders->length = 0;
        obey_line(board, orders);
    } else if (orders->length < sizeof orders->line - 1u && byte != '"' && byte != '\\') {
        orders->line[orders->length++] = byte;
    }
}

/* Never waits. */
static void obey_stdin(struct board *board, struct orders *orders)
{
    char bytes[256];
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0) {
        return;
    }
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    for (ssize_t i = 0; i < count; i++) {
        take_byte(board, orders, bytes[i]);
    }
    orders->quit = orders->quit || count <= 0;
}

/* ---- the loop -------------------------------------------------------------------------------------------------- */

/* Waits until the millisecond just lived is over on the clock, too. */
static void keep_pace(struct pace *pace)
{
    pace->due_ns += NS_PER_MS;
    int64_t now = now_ns();
    if (now < pace->due_ns) {
        struct timespec until = {.tv_sec = pace->due_ns / NS_PER_S, .tv_nsec = pace->due_ns % NS_PER_S};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    } else if (now - pace->due_ns > BEHIND_MAX_NS) {
        pace->slipped_s += (double)(now - pace->due_ns) / NS_PER_S;
        pace->due_ns = now;
    }
}

static void report(const struct board *board, struct orders *orders, const struct pace *pace)
{
    static struct board_outputs reported;
    static uint64_t reported_ms;
    struct board_outputs now;
    board_outputs(board, &now);
    bool due = board->now_ms - reported_ms >= REPORT_MS || memcmp(&now, &reported, sizeof now) != 0;
    if (due || orders->observe) {
        reported = now;
        reported_ms = board->now_ms;
        orders->observe = false;
        print_observation(board, &now, pace);
    }
}

int main(int count, char **words)
{
    static struct board board;
    struct orders orders = {0};
    if (count < 2 || count > 4) {
        fprintf(stderr, "usage: %s firmware.elf [SEED [CELSIUS]]\n", words[0]);
        return 2;
    }
    if (!board_start(&board, words[1], count > 2 ? (uint32_t)strtoul(words[2], NULL, 10) : 1u)) {
        return 1;
    }
    if (count > 3) {
        plant_warm_start(&board.plant, strtod(words[3], NULL));
    }
    printf("{\"port\": \"%s\"}\n", board.terminal.name);
    fflush(stdout);
    struct pace pace = {.due_ns = now_ns()};
    while (!orders.quit) {
        obey_stdin(&board, &orders);
        if (!board_live(&board)) {
            refuse("the firmware", "crashed");
            return 1;
        }
        report(&board, &orders, &pace);
        keep_pace(&pace);
    }
    return 0;
}
