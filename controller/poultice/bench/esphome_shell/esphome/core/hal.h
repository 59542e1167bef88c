// What ESPHome's PID wants of its platform: the time, as it is told.
#pragma once
#include <cstdint>
namespace esphome {
uint32_t millis();
}
