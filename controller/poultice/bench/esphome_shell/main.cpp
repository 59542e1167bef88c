// A shell around ESPHome's PID, as its climate component would call it: one line in, one line out.
//
//   control SETPOINT_C TEMPERATURE_C NOW_MS   ->  DUTY
//   tune SETPOINT_C TEMPERATURE_C NOW_MS      ->  DUTY, or `done` when the autotuner has its gains
//   reset                                     ->  `ready`, with a new controller of the same gains
//
// ESPHome's own two files are fetched when the bench runs and compiled beside this one, into a program of its own.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "pid_autotuner.h"
#include "pid_controller.h"

static uint32_t told_ms;

namespace esphome {
uint32_t millis() { return told_ms; }

namespace pid {
// The controller's gains are open to a class of this name alone.
class PIDClimate {
 public:
  PIDClimate() { reset(); }

  void reset() {
    controller_ = std::make_unique<PIDController>();
    controller_->kp_ = gains_.kp;
    controller_->ki_ = gains_.ki;
    controller_->kd_ = gains_.kd;
    controller_->min_integral_ = -1.0f;  // as its configuration has them where nothing is said
    controller_->max_integral_ = 1.0f;
  }

  float control(float setpoint_c, float temperature_c) { return controller_->update(setpoint_c, temperature_c); }

  bool tune(float setpoint_c, float temperature_c, float *duty) {
    if (!tuner_) {
      tuner_ = std::make_unique<PIDAutotuner>();
      tuner_->set_noiseband(0.25f);  // the default of its action
      tuner_->config(0.0f, 1.0f);    // as the climate does where there is no cooler
    }
    auto result = tuner_->update(setpoint_c, temperature_c);
    if (result.result_params.has_value()) {
      gains_ = *result.result_params;
      reset();
      return true;
    }
    *duty = result.output;
    return false;
  }

 private:
  PIDAutotuner::PIDResult gains_{0.0f, 0.0f, 0.0f};
  std::unique_ptr<PIDController> controller_;
  std::unique_ptr<PIDAutotuner> tuner_;
};
}  // namespace pid
}  // namespace esphome

static void say(float duty) {
  printf("%.6f\n", static_cast<double>(std::isnan(duty) ? 0.0f : std::min(1.0f, std::max(0.0f, duty))));
}

int main() {
  esphome::pid::PIDClimate climate;
  char line[128];
  while (fgets(line, sizeof line, stdin) != nullptr) {
    char word[16];
    float setpoint_c = 0.0f, temperature_c = 0.0f, duty = 0.0f;
    unsigned long now_ms = 0;
    int read = sscanf(line, "%15s %f %f %lu", word, &setpoint_c, &temperature_c, &now_ms);
    told_ms = static_cast<uint32_t>(now_ms);
    if (read == 4 && strcmp(word, "control") == 0) {
      say(climate.control(setpoint_c, temperature_c));
    } else if (read == 4 && strcmp(word, "tune") == 0) {
      if (climate.tune(setpoint_c, temperature_c, &duty)) {
        puts("done");
      } else {
        say(duty);
      }
    } else {
      climate.reset();
      puts("ready");
    }
    fflush(stdout);
  }
  return 0;
}
