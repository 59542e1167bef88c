// What ESPHome's PID wants of its helpers: a ring of the last values.
#pragma once
#include <cstddef>
#include <deque>
namespace esphome {
template<typename T> class FixedRingBuffer {
 public:
  void init(size_t) {}
  void clear() { values_.clear(); }
  size_t size() const { return values_.size(); }
  void push(const T &value) { values_.push_back(value); }
  void pop() { values_.pop_front(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

 private:
  std::deque<T> values_;
};
}  // namespace esphome
