#include "telemetry/log.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "digest/sha256.h"
#include "telemetry/log_line.h"
#include "telemetry/log_sink.h"
#include "telemetry/log_writer.h"

namespace signalbox::telemetry {
namespace {

constexpr std::chrono::milliseconds kLastPatience{1000};

LogWriter::Write writing_to(std::function<void(std::string_view)> sink) {
  return [sink = std::move(sink)](const LogWriter::Lines& lines) {
    for (const std::string& line : lines) sink(line);
    return std::size_t{0};
  };
}

LogWriter::Write writing_to(DescriptorSink& descriptor) {
  return [&descriptor](const LogWriter::Lines& lines) { return descriptor.write_lines(lines); };
}

class JsonLogger final : public Logger {
 public:
  JsonLogger(const Clock& clock, JsonLogOptions options)
      : Logger(options.level),
        clock_(clock),
        descriptor_(options.descriptor),
        writer_(options.queue, options.sink ? writing_to(std::move(options.sink)) : writing_to(descriptor_),
                [this](std::uint64_t lines) {
                  const Field count("count", lines);
                  return log_line(clock_.system_now(), Level::warn, "log_lines_lost", {&count, 1});
                }) {}
  ~JsonLogger() override { descriptor_.give_up_after(kLastPatience); }  // the writer then finishes its queue

  std::uint64_t lost() const override { return writer_.lost(); }

 private:
  void write(Level level, std::string_view event, std::span<const Field> fields) override {
    writer_.add(log_line(clock_.system_now(), level, event, fields), level >= Level::warn);
  }

  const Clock& clock_;
  DescriptorSink descriptor_;
  LogWriter writer_;  // last: its thread uses the others
};

}  // namespace

std::string_view to_string(Level level) {
  constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warn", "error", "off"};
  return kNames[static_cast<std::size_t>(level)];
}

std::unique_ptr<Logger> make_json_logger(const Clock& clock, JsonLogOptions options) {
  return std::make_unique<JsonLogger>(clock, std::move(options));
}

std::string content_fingerprint(std::string_view content) {
  return fmt::format("len={} sha256={}", content.size(), digest::hex(digest::sha256(content)).substr(0, 16));
}

}  // namespace signalbox::telemetry
