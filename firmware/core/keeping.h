/* From the record to the device, and back: what it must not forget without power. */
#ifndef POULTICE_KEEPING_H
#define POULTICE_KEEPING_H

#include "device.h"

/* At reset, with what was found in device->kept. */
void keeping_recall(struct device *device, const struct device_start *start);

/* Each step: hands a record over where one is due. */
void keeping_keep(struct device *device, struct device_outputs *outputs);

#endif
