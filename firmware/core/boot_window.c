#include "boot_window.h"

void boot_window_read(struct boot_window *window, uint8_t number, const struct thermistor *thermistor)
{
    uint8_t bit = (uint8_t)(1u << number);

    if ((window->read & bit) != 0 || !thermistor_trusted(thermistor)) {
        return;
    }
    window->read |= bit;
    window->outside = window->outside || thermistor->centi_c < LIMIT_BOOT_WINDOW_MIN_CENTI_C ||
                      thermistor->centi_c > LIMIT_BOOT_WINDOW_MAX_CENTI_C;
}
