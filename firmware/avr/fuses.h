/* The chip's fuses: their one home. `poultice flash` compares the chip's with these before it writes anything,
 * `poultice flash --new-chip` burns them. */
#ifndef POULTICE_FUSES_H
#define POULTICE_FUSES_H

#include <avr/io.h>

/* Full-swing crystal, slow start (16384 cycles and 65 ms), no division by 8, no clock output. A zero is programmed. */
#define FUSES_LOW ((uint8_t)(FUSE_CKSEL3))

/* Programmable over SPI; EEPROM outlives a new program; no debugWIRE, no boot loader. The watchdog is left to the
 * program: kept on by its fuse it could not interrupt before it resets. */
#define FUSES_HIGH ((uint8_t)(FUSE_SPIEN & FUSE_EESAVE))

/* Brown-out at 4.3 V: below it 16 MHz is not allowed. */
#define FUSES_EXTENDED ((uint8_t)(FUSE_BODLEVEL0 & FUSE_BODLEVEL1))

_Static_assert(FUSES_LOW == 0xF7 && FUSES_HIGH == 0xD7 && FUSES_EXTENDED == 0xFC, "as the datasheet's tables say");

#endif
