/* Whether every thermistor began within what a pad in a home can have. One that did not is read by the wrong table. */
#ifndef POULTICE_BOOT_WINDOW_H
#define POULTICE_BOOT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "thermistor.h"

/* Zeroed: none has been read. */
struct boot_window {
    uint8_t read;  /* bit = thermistor whose first trusted reading was judged */
    bool outside;  /* one of them was below 3 or above 43 °C; until the next reset */
};

/* `number` tells thermistors apart, up to 7. */
void boot_window_read(struct boot_window *window, uint8_t number, const struct thermistor *thermistor);

#endif
