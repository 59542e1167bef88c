/* The board's own number, written into EEPROM when the board was made. */
#ifndef POULTICE_BOARD_ID_H
#define POULTICE_BOARD_ID_H

#include <stdint.h>

#include "device.h"

/* Reads it; zeros where none was written. */
void board_id_read(uint8_t id[DEVICE_ID_SIZE]);

#endif
