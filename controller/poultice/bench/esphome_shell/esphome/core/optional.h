// What ESPHome's PID wants of a value that may be missing.
#pragma once
#include <optional>
namespace esphome {
template<typename T> using optional = std::optional<T>;
}
