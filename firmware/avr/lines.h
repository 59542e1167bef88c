/* The plain digital lines of the board: button, trip, LED, buzzer, enable. */
#ifndef POULTICE_LINES_H
#define POULTICE_LINES_H

#include <stdbool.h>
#include <stdint.h>

/* Gives every line its direction; every output is low before and after. */
void lines_start(void);

/* The service jumper, which shares the LED's line: before lines_start() only. */
bool lines_service_jumper(void);

/* Every output low, for good: the safe state. */
void lines_safe(void);

/* Provokes the hardware trip of a zone, told by its number and one; 0 = of none. */
void lines_trip_test(uint8_t zone_and_one);

/* Compares the pins that the interrupt drives with what it wrote a millisecond ago. From the tick's interrupt only,
 * before it drives them anew. */
void lines_compare(void);

/* False once a pin did not follow for 3 ms in a row. */
bool lines_read_back(void);

bool lines_button_pressed(void);

/* After a reset, told whether it was the watchdog's: it may have found the chip hung just as it provoked the trip. What
 * the latch holds then is no proof of heat, and shows only to a press, whose release frees it. The rail stays off
 * meanwhile, whatever this says: the latch is hardware. */
void lines_doubt_trip(bool hung);

bool lines_trip_tripped(void);
void lines_led(bool on);
void lines_buzzer(bool on);

/* One edge of the enable line. The rail of the heaters' upper switches lives only while edges keep coming, so this is
 * called once per pass of the main loop and from nowhere else. */
void lines_enable_edge(void);

/* No more edges: leaves the line low. */
void lines_enable_rest(void);

#endif
