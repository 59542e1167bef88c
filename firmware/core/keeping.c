#include "keeping.h"

void keeping_recall(struct device *device, const struct device_start *start)
{
    const struct record *record = &device->kept;
    bool unclean = (record->flags & RECORD_ARMED) != 0;

    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        dose_restore(&device->senses.doses[zone], record->dose_cs[zone], unclean);
    }
    heat_time_restore(&device->heat_time, record->heat_time_s, (record->flags & RECORD_REST_DUE) != 0, unclean);
    trip_test_start(&device->trip, record->trip_zone);
    device->bandgap_sum = record->bandgap_sum;
    supervisor_recall(&device->supervisor, record, start->reset_cause, start->service_jumper);
}

static struct record to_keep(const struct device *device)
{
    struct record record = {
        .latched = device_latched(device),
        .heat_time_s = heat_time_s(&device->heat_time),
        .bandgap_sum = device->bandgap_sum,
        .trip_zone = device->trip.zone,
    };

    record.flags = (uint8_t)((supervisor_armed(&device->supervisor) ? RECORD_ARMED : 0u) |
                             (device->heat_time.rest_due ? RECORD_REST_DUE : 0u));
    for (uint8_t zone = 0; zone < COUNT_ZONES; zone++) {
        record.dose_cs[zone] = dose_save_cs(&device->senses.doses[zone]);
    }
    lockout_save(&device->supervisor.lockout, &record);
    return record;
}

/* Ten times a second is soon enough: with STATUS. */
void keeping_keep(struct device *device, struct device_outputs *outputs)
{
    outputs->record_due = false;
    if (device->status_due_ms == 0) {
        outputs->record = to_keep(device);
        outputs->record_due = record_is_due(&device->kept, &outputs->record, device->kept_ms);
    }
    if (outputs->record_due) {
        device->kept = outputs->record;
        device->kept_ms = 0;
    }
}
