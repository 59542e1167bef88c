// ESPHome's PID includes this for the standard library alone.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
