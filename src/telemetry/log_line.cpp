#include "telemetry/log_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

namespace signalbox::telemetry {
namespace {

constexpr std::size_t kUsualLine = 384;

// 2026-01-31T12:00:00.123Z. The part up to the second is kept: most lines of a thread share it.
void append_timestamp(std::string& out, std::chrono::system_clock::time_point now) {
  struct Second {
    std::time_t value = 0;
    std::string text;
  };
  thread_local Second last;
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
  const auto fraction = ((ms % 1000) + 1000) % 1000;
  const auto second = static_cast<std::time_t>((ms - fraction) / 1000);
  if (last.text.empty() || last.value != second) {
    last = {second, fmt::format("{:%Y-%m-%dT%H:%M:%S}.", fmt::gmtime(second))};
  }
  out += last.text;
  out += static_cast<char>('0' + fraction / 100);
  out += static_cast<char>('0' + fraction / 10 % 10);
  out += static_cast<char>('0' + fraction % 10);
  out += 'Z';
}

constexpr bool needs_escape(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\';  // beyond ASCII it has to be proved UTF-8
}

constexpr std::array<bool, 256> kEscaped = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = needs_escape(static_cast<char>(c));
  return table;
}();

// Sixteen bytes at a time: a loop without exits, which compilers turn into vector instructions.
bool is_plain(std::string_view text) {
  constexpr std::size_t kStep = 16;
  while (text.size() >= kStep) {
    bool found = false;
    for (std::size_t i = 0; i < kStep; ++i) found |= needs_escape(text[i]);
    if (found) return false;
    text.remove_prefix(kStep);
  }
  return std::none_of(text.begin(), text.end(), [](char c) { return kEscaped[static_cast<unsigned char>(c)]; });
}

void append_value(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out += '"';
    out += text;
    out += '"';
  } else {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 32> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_value(std::string& out, std::int64_t number) {
  append_number(out, number);
}

void append_value(std::string& out, double number) {
  if (std::isfinite(number)) {
    append_number(out, number);
  } else {
    out += "null";
  }
}

void append_value(std::string& out, bool value) {
  out += value ? "true" : "false";
}

}  // namespace

std::string log_line(std::chrono::system_clock::time_point now, Level level, std::string_view event,
                     std::span<const Field> fields) {
  std::string out;
  out.reserve(kUsualLine);
  out += R"({"ts":")";
  append_timestamp(out, now);
  out += R"(","level":")";
  out += to_string(level);
  out += R"(","event":)";
  append_value(out, event);
  for (const Field& field : fields) {
    out += ",\"";
    out += field.key;  // a word of ours
    out += "\":";
    std::visit([&](const auto& value) { append_value(out, value); }, field.value);
  }
  out += '}';
  return out;
}

}  // namespace signalbox::telemetry
