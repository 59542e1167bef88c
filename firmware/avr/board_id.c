#include "board_id.h"

#include <avr/eeprom.h>
#include <stdbool.h>
#include <string.h>

#define ERASED 0xFFu

void board_id_read(uint8_t id[DEVICE_ID_SIZE])
{
    bool written = false;
    for (uint8_t place = 0; place < DEVICE_ID_SIZE; place++) {
        id[place] = eeprom_read_byte((const uint8_t *)(uintptr_t)place);
        written = written || id[place] != ERASED;
    }
    if (!written) {
        memset(id, 0, DEVICE_ID_SIZE);
    }
}
