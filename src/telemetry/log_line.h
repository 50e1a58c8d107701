// Internal to telemetry: one log line as JSON text.
//
// Written by hand because it is on the path of every request: a JSON object built in memory and dumped cost 14 us a
// line, this costs 0.3 us. Plain values are appended as they are; anything that needs an escape or may not be UTF-8
// goes through nlohmann::json. Any thread.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "telemetry/log.h"

namespace signalbox::telemetry {

// {"ts":"…","level":"…","event":"…",…fields}, without a newline.
std::string log_line(std::chrono::system_clock::time_point now, Level level, std::string_view event,
                     std::span<const Field> fields);

}  // namespace signalbox::telemetry
