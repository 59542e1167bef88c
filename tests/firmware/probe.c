/* Lets tests reach into the core: how its structs are laid out, and where a device keeps its parts. */
#include <stddef.h>
#include <string.h>

#include "device.h"

#define SIZE(of) \
    if (strcmp(name, #of) == 0) { \
        return sizeof(struct of); \
    }

size_t probe_size(const char *name)
{
    SIZE(button)
    SIZE(contract_demand)
    SIZE(contract_event)
    SIZE(device)
    SIZE(device_inputs)
    SIZE(device_outputs)
    SIZE(device_start)
    SIZE(event_queue)
    SIZE(frame_decoder)
    SIZE(heater)
    SIZE(massage)
    SIZE(record)
    SIZE(signal)
    SIZE(supervisor)
    SIZE(thermistor)
    return 0;
}

uint32_t probe_wrong_product(uint16_t one, uint16_t other);

/* The mistake that 16 bits find: the product is an int before it becomes anything else. */
uint32_t probe_wrong_product(uint16_t one, uint16_t other)
{
    return (uint32_t)(one * other);
}

struct supervisor *probe_supervisor(struct device *device)
{
    return &device->supervisor;
}

struct button *probe_button(struct device *device)
{
    return &device->button;
}

struct event_queue *probe_events(struct device *device)
{
    return &device->events;
}

struct frame_decoder *probe_decoder(struct device *device)
{
    return &device->decoder;
}

/* Nothing real warms at once: takes from it what it knows of before, or it would rightly call this a jump. */
void probe_forget_temperatures(struct device *device)
{
    struct boot_window seen_at_boot = device->senses.plausible.boot_window;

    plausible_reset(&device->senses.plausible);
    senses_blind(&device->senses);
    device->senses.plausible.boot_window = seen_at_boot;
}
