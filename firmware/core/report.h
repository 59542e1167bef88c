/* What the board tells its host: HELLO, STATUS and EVENT frames, as many as a step has room for. */
#ifndef POULTICE_REPORT_H
#define POULTICE_REPORT_H

#include <stdint.h>

#include "device.h"

#define REPORT_STATUS_MS 100u

/* Remembers an event; it goes out as soon as there is room. */
void report_event(struct device *device, enum event_kind kind, uint8_t detail);
void report_press(struct device *device, uint16_t press_ms);

/* Writes what is due to outputs->tx. */
void report_send(struct device *device, struct device_outputs *outputs);

#endif
