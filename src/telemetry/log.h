// Structured logs: one JSON object a line, {"ts","level","event",…fields}.
//
// Promises: no user content. Callers log names, sizes, codes; where content must be referred to they pass
// content_fingerprint(), never the text. Writing does not block on a slow sink: lines go through a bounded queue whose
// oldest entry gives way (JsonLogger); lost() tells how many lines went missing. Field values are escaped; invalid
// UTF-8 is replaced. Thread-safe. Owned by whoever starts the process.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "telemetry/clock.h"

namespace signalbox::telemetry {

enum class Level : std::uint8_t { debug, info, warn, error, off };
std::string_view to_string(Level level);

// Views need to live only for the call.
struct Field {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  Field(std::string_view k, Integer v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

class Logger {
 public:
  explicit Logger(Level level = Level::info) : level_(level) {}
  virtual ~Logger() = default;
  bool enabled(Level level) const { return level >= level_; }
  // Lines that were dropped or could not be written, since the start.
  virtual std::uint64_t lost() const { return 0; }
  void log(Level level, std::string_view event, std::initializer_list<Field> fields = {}) {
    if (enabled(level)) write(level, event, std::span(fields.begin(), fields.size()));
  }

 protected:
  virtual void write(Level level, std::string_view event, std::span<const Field> fields) = 0;

 private:
  Level level_;
};

// Says nothing; for tests and tools.
class NullLogger final : public Logger {
 public:
  NullLogger() : Logger(Level::off) {}

 private:
  void write(Level, std::string_view, std::span<const Field>) override {}
};

struct JsonLogOptions {
  Level level = Level::info;
  std::size_t queue = 8192;                    // lines; the oldest are dropped when the sink does not keep up
  int descriptor = 2;                          // where lines go: standard error
  std::function<void(std::string_view)> sink;  // instead of it: one line without its newline
};
// The destructor writes out what is queued, but waits no longer than a second for a descriptor that takes nothing.
// `clock` must outlive the logger.
std::unique_ptr<Logger> make_json_logger(const Clock& clock, JsonLogOptions options = {});

// `len=N sha256=<first 16 hex digits>`: tells equal content from different content and nothing else.
std::string content_fingerprint(std::string_view content);

}  // namespace signalbox::telemetry
