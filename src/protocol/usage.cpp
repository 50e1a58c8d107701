#include "protocol/usage.h"

#include <simdjson.h>

#include <cstring>
#include <utility>

#include "protocol/utf8.h"

namespace signalbox::protocol {
namespace {

using simdjson::ondemand::object;
using simdjson::ondemand::value;

constexpr std::size_t kLongestModelName = 256;
constexpr std::size_t kEverydayBytes = 256u << 10;

// Calls `visit(key, value)` for each member. False on malformed JSON: the parser must not be touched again after that,
// simdjson 3.0 then follows a null pointer. A value of an unexpected type is no such error; it is skipped.
template <typename Visit>
bool each_member(object& from, Visit visit) {
  for (simdjson::simdjson_result<simdjson::ondemand::field> member : from) {
    simdjson::ondemand::field field;
    if (std::move(member).get(field) != simdjson::SUCCESS) return false;
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
    if (!visit(key, field.value())) return false;
  }
  return true;
}

void read_count(value from, std::int64_t& out) {
  std::int64_t count = 0;
  if (from.get_int64().get(count) == simdjson::SUCCESS && count >= 0) out = count;
}

bool is_object(value& from) {
  simdjson::ondemand::json_type type;
  return from.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::object;
}

bool read_details(value from, TokenUsage& out) {
  object details;
  if (!is_object(from)) return true;
  if (from.get_object().get(details) != simdjson::SUCCESS) return false;
  return each_member(details, [&out](std::string_view key, value count) {
    if (key == "cached_tokens") read_count(count, out.cached_tokens);
    return true;
  });
}

bool read_counts(value from, std::optional<TokenUsage>& out) {
  object usage;
  if (!is_object(from)) return true;
  if (from.get_object().get(usage) != simdjson::SUCCESS) return false;
  TokenUsage& counts = out.emplace();
  return each_member(usage, [&counts](std::string_view key, value count) {
    if (key == "prompt_tokens") read_count(count, counts.prompt_tokens);
    if (key == "completion_tokens") read_count(count, counts.completion_tokens);
    return key != "prompt_tokens_details" || read_details(count, counts);
  });
}

bool read_emptiness(value from, bool& out) {
  simdjson::ondemand::json_type type;
  if (from.type().get(type) != simdjson::SUCCESS) return false;
  if (type != simdjson::ondemand::json_type::array) return true;
  simdjson::ondemand::array items;
  return from.get_array().get(items) == simdjson::SUCCESS && items.is_empty().get(out) == simdjson::SUCCESS;
}

void read_model(value from, std::string& out) {
  std::string_view model;
  if (from.get_string().get(model) == simdjson::SUCCESS) out = utf8_prefix(model, kLongestModelName);
}

}  // namespace

bool may_hold_usage(std::string_view json) {
  constexpr std::string_view kKey = "\"usage\"";
  // Most streams have none: that is found out at the speed of memmem, and not byte by byte from the end.
  if (json.empty() || ::memmem(json.data(), json.size(), kKey.data(), kKey.size()) == nullptr) return false;
  const std::size_t at = json.rfind(kKey);
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
  const bool good = each_member(root, [&report](std::string_view key, value member) {
    if (key == "model") read_model(member, report.model);
    if (key == "choices" && !read_emptiness(member, report.no_choices)) return false;
    return key != "usage" || read_counts(member, report.usage);
  });
  if (!good) return std::nullopt;
  return report;
}

}  // namespace signalbox::protocol
