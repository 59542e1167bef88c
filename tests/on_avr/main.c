/* The emulated board as a program: obeys lines on stdin, prints JSON on stdout, keeps pace with the clock.
 *
 *   emulated_board firmware.elf [SEED]
 *
 * First line: {"port": "/dev/pts/N"}. Then an observation at every change of an output, every 100 ms, and when asked.
 * Ends when stdin does. The same lines as `python -m poultice.simulator`, and two faults more: frozen-mcu (the chip stands
 * still) and hung-loop (its main loop does, interrupts live on). */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "chip.h"
#include "facts.h"

#define REPORT_MS 100u
#define BEHIND_MAX_NS 20000000 /* further behind than this the board lets time slip instead of running after it */
#define NS_PER_MS 1000000
#define NS_PER_S 1000000000

struct pace {
    int64_t due_ns;
    double slipped_s;
};

static const char *const zone_names[COUNT_ZONES] = FACTS_ZONE_NAMES;

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
    printf(", \"armed\": null, \"latched\": null}\n"); /* no pin shows them */
    fflush(stdout);
}

static void refuse(const char *line, const char *why)
{
    printf("{\"error\": \"%s: %s\"}\n", line, why);
    fflush(stdout);
}

/* ---- faults ---------------------------------------------------------------------------------------------------- */

struct arguments {
    unsigned zone;
    unsigned channel; /* of a thermistor */
    double rate;
    bool down, up;
};

/* Thermistors are named by zone and place: two sensors a zone, then the witnesses. */
static bool read_sensor(const char *value, unsigned zone, unsigned *channel)
{
    if (strcmp(value, "left") == 0) {
        *channel = zone * (COUNT_SENSORS / COUNT_ZONES);
    } else if (strcmp(value, "right") == 0) {
        *channel = zone * (COUNT_SENSORS / COUNT_ZONES) + 1u;
    } else if (strcmp(value, "witness") == 0) {
        *channel = COUNT_SENSORS + zone;
    } else {
        return false;
    }
    return true;
}

static bool read_zone(const char *value, unsigned *zone)
{
    for (*zone = 0; *zone < COUNT_ZONES; (*zone)++) {
        if (strcmp(value, zone_names[*zone]) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_direction(const char *value, struct arguments *read)
{
    read->down = strcmp(value, "up") != 0;
    read->up = strcmp(value, "down") != 0;
    return !(read->down && read->up) || strcmp(value, "both") == 0;
}

static bool read_rate(const char *value, double *rate)
{
    char *end;
    *rate = strtod(value, &end);
    return end != value && *end == '\0' && *rate >= 0.0 && *rate <= 1.0;
}

/* Reads the `key=value` words that strtok() has left. */
static bool read_arguments(struct arguments *read)
{
    const char *sensor = "left";
    bool good = true;
    *read = (struct arguments){.rate = 0.01, .down = true, .up = true};
    for (char *word = strtok(NULL, " "); word != NULL && good; word = strtok(NULL, " ")) {
        if (strncmp(word, "zone=", 5) == 0) {
            good = read_zone(word + 5, &read->zone);
        } else if (strncmp(word, "sensor=", 7) == 0) {
            sensor = word + 7;
        } else if (strncmp(word, "rate=", 5) == 0) {
            good = read_rate(word + 5, &read->rate);
        } else if (strncmp(word, "direction=", 10) == 0) {
            good = read_direction(word + 10, read);
        } else {
            good = false;
        }
    }
    return good && read_sensor(sensor, read->zone, &read->channel);
}

static void set_ntcs(struct board *board, enum plant_ntc state)
{
    for (unsigned channel = 0; channel < COUNT_SENSORS + COUNT_ZONES; channel++) {
        board->plant.ntc[channel] = state;
    }
}

static bool inject(struct board *board, const char *name, const struct arguments *with)
{
    if (strcmp(name, "open-ntc") == 0) {
        board->plant.ntc[with->channel] = PLANT_NTC_OPEN;
    } else if (strcmp(name, "shorted-ntc") == 0) {
        board->plant.ntc[with->channel] = PLANT_NTC_SHORTED;
    } else if (strcmp(name, "shorted-mosfet") == 0) {
        board->plant.mosfet_shorted[with->zone] = true;
    } else if (strcmp(name, "lost-bytes") == 0) {
        board->down.lost_rate = with->down ? with->rate : 0.0;
        board->up.lost_rate = with->up ? with->rate : 0.0;
    } else if (strcmp(name, "frozen-host") == 0) {
        board->frozen_host = true;
    } else if (strcmp(name, "frozen-mcu") == 0) {
        board->frozen_mcu = true;
    } else if (strcmp(name, "hung-loop") == 0) {
        chip_hang_in(board->chip, board->step_address, true);
    } else {
        return false;
    }
    return true;
}

/* Mends everything that a fault of that name broke. */
static bool mend(struct board *board, const char *name)
{
    if (strcmp(name, "open-ntc") == 0 || strcmp(name, "shorted-ntc") == 0) {
        set_ntcs(board, PLANT_NTC_HEALTHY);
    } else if (strcmp(name, "shorted-mosfet") == 0) {
        memset(board->plant.mosfet_shorted, 0, sizeof board->plant.mosfet_shorted);
    } else if (strcmp(name, "lost-bytes") == 0) {
        board->down.lost_rate = board->up.lost_rate = 0.0;
    } else if (strcmp(name, "frozen-host") == 0) {
        board->frozen_host = false;
    } else if (strcmp(name, "frozen-mcu") == 0) {
        board->frozen_mcu = false;
    } else if (strcmp(name, "hung-loop") == 0) {
        chip_hang_in(board->chip, board->step_address, false);
    } else {
        return false;
    }
    return true;
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
    struct arguments with;
    char *name = strtok(NULL, " ");
    return name != NULL && read_arguments(&with) && inject(board, name, &with);
}

static bool obey_clear(struct board *board)
{
    char *name = strtok(NULL, " ");
    return name != NULL && mend(board, name);
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

static bool obey_word(struct board *board, struct orders *orders, const char *word)
{
    if (strcmp(word, "press") == 0) {
        return obey_press(board);
    }
    if (strcmp(word, "warm") == 0) {
        return obey_warm(board);
    }
    if (strcmp(word, "fault") == 0) {
        return obey_fault(board);
    }
    if (strcmp(word, "clear") == 0) {
        return obey_clear(board);
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
        refuse(said, "write press S, warm C, fault NAME [key=value], clear NAME, observe or quit");
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
    if (count < 2 || count > 3) {
        fprintf(stderr, "usage: %s firmware.elf [SEED]\n", words[0]);
        return 2;
    }
    if (!board_start(&board, words[1], count > 2 ? (uint32_t)strtoul(words[2], NULL, 10) : 1u)) {
        return 1;
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
