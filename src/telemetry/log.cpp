#include "telemetry/log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>

#include <array>
#include <atomic>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>

#include "telemetry/log_sink.h"

namespace signalbox::telemetry {
namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  constexpr std::array kLevels = {spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err,
                                  spdlog::level::off};
  return kLevels[static_cast<std::size_t>(level)];
}

// 2026-01-31T12:00:00.123Z
std::string timestamp(std::chrono::system_clock::time_point now) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  auto fraction = ((ms % 1000) + 1000) % 1000;
  auto seconds = static_cast<std::time_t>((ms - fraction) / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), fraction);
}

// Hands finished lines to a function; spdlog serialises the calls.
class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    sink_({message.payload.data(), message.payload.size()});
  }
  void flush_() override {}

 private:
  std::function<void(std::string_view)> sink_;
};

// Lines to a descriptor; spdlog serialises the calls.
class FileSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(int descriptor) : out_(descriptor) {}
  void give_up_after(std::chrono::milliseconds patience) { out_.give_up_after(patience); }
  std::uint64_t lost() const { return lost_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!out_.write_line({message.payload.data(), message.payload.size()})) ++lost_;
  }
  void flush_() override {}

 private:
  DescriptorSink out_;
  std::atomic<std::uint64_t> lost_{0};
};

constexpr std::chrono::milliseconds kLastPatience{1000};

class JsonLogger final : public Logger {
 public:
  JsonLogger(const Clock& clock, JsonLogOptions options)
      : Logger(options.level),
        clock_(clock),
        pool_(std::make_shared<spdlog::details::thread_pool>(options.queue, 1)),
        file_(options.sink ? nullptr : std::make_shared<FileSink>(options.descriptor)),
        logger_(std::make_shared<spdlog::async_logger>("signalbox", make_sink(std::move(options.sink)), pool_,
                                                       spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_level(spdlog::level::trace);  // the level was judged before
    logger_->flush_on(spdlog::level::warn);
  }
  // The pool finishes its queue and joins its thread before the logger and the sink, which that thread uses, go.
  ~JsonLogger() override {
    if (file_) file_->give_up_after(kLastPatience);
    logger_->flush();
    pool_.reset();
  }

  std::uint64_t lost() const override { return pool_->overrun_counter() + (file_ ? file_->lost() : 0); }

 private:
  std::shared_ptr<spdlog::sinks::sink> make_sink(std::function<void(std::string_view)> sink) const {
    if (sink) return std::make_shared<FunctionSink>(std::move(sink));
    return file_;
  }

  void write(Level level, std::string_view event, std::span<const Field> fields) override {
    nlohmann::ordered_json line;
    line["ts"] = timestamp(clock_.system_now());
    line["level"] = to_string(level);
    line["event"] = event;
    for (const Field& field : fields) {
      std::visit([&](const auto& v) { line[std::string(field.key)] = v; }, field.value);
    }
    std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    logger_->log(to_spdlog(level), spdlog::string_view_t(text.data(), text.size()));
  }

  const Clock& clock_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<FileSink> file_;  // null when a function takes the lines
  std::shared_ptr<spdlog::async_logger> logger_;
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
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
  std::string out = fmt::format("len={} sha256=", content.size());
  for (std::size_t i = 0; i < 8; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

}  // namespace signalbox::telemetry
