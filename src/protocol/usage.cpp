#include "protocol/usage.h"

#include <simdjson.h>

namespace signalbox::protocol {
namespace {

using simdjson::ondemand::object;

constexpr std::size_t kLongestModelName = 256;
constexpr std::size_t kEverydayBytes = 256u << 10;

std::int64_t count(object& from, std::string_view key) {
  std::int64_t value = 0;
  if (from.find_field_unordered(key).get_int64().get(value) != simdjson::SUCCESS || value < 0) return 0;
  return value;
}

std::optional<TokenUsage> read_counts(object& root) {
  object usage;
  if (root.find_field_unordered("usage").get_object().get(usage) != simdjson::SUCCESS) return std::nullopt;
  TokenUsage out;
  out.prompt_tokens = count(usage, "prompt_tokens");
  out.completion_tokens = count(usage, "completion_tokens");
  object details;
  if (usage.find_field_unordered("prompt_tokens_details").get_object().get(details) == simdjson::SUCCESS) {
    out.cached_tokens = count(details, "cached_tokens");
  }
  return out;
}

}  // namespace

bool may_hold_usage(std::string_view json) {
  const std::size_t at = json.rfind("\"usage\"");
  return at != std::string_view::npos && json.find('{', at) != std::string_view::npos;
}

std::optional<UsageReport> read_usage(std::string_view json, std::size_t max_bytes) {
  if (json.size() > max_bytes) return std::nullopt;
  const simdjson::padded_string padded(json);
  thread_local simdjson::ondemand::parser everyday;
  simdjson::ondemand::parser large;
  simdjson::ondemand::parser& parser = json.size() <= kEverydayBytes ? everyday : large;
  simdjson::ondemand::document document;
  object root;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return std::nullopt;
  if (document.get_object().get(root) != simdjson::SUCCESS) return std::nullopt;
  UsageReport report;
  std::string_view model;
  if (root.find_field_unordered("model").get_string().get(model) == simdjson::SUCCESS) {
    report.model = model.substr(0, kLongestModelName);
  }
  report.usage = read_counts(root);
  return report;
}

}  // namespace signalbox::protocol
