/* The plain digital lines of the board: button, trip, LED, buzzer, enable. */
#ifndef POULTICE_LINES_H
#define POULTICE_LINES_H

#include <stdbool.h>

/* Gives every line its direction; every output is low before and after. */
void lines_start(void);

bool lines_button_pressed(void);
bool lines_trip_tripped(void);
void lines_led(bool on);
void lines_buzzer(bool on);

/* One edge of the enable line. The rail of the heaters' upper switches lives only while edges keep coming, so this is
 * called once per pass of the main loop and from nowhere else. */
void lines_enable_edge(void);

/* No more edges: leaves the line low. */
void lines_enable_rest(void);

#endif
