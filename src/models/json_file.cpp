#include "models/json_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tensor/load_error.h"

namespace signalbox::models {

using nlohmann::json;
using tensor::LoadError;

namespace {
constexpr std::uintmax_t kMaxBytes = 4U << 20U;
constexpr int kMaxDepth = 64;

bool is_integer(const json& value, std::int64_t low, std::int64_t high) {
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)) return false;
  return value.is_number_integer() && value.get<std::int64_t>() >= low && value.get<std::int64_t>() <= high;
}
}  // namespace

json read_json_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw LoadError(fmt::format("{}: cannot be read: {}", path.string(), error.message()));
  if (size > kMaxBytes)
    throw LoadError(fmt::format("{}: has {} bytes, the limit is {}", path.string(), size, kMaxBytes));
  std::ifstream in(path, std::ios::binary);
  return parse_json(std::string(std::istreambuf_iterator<char>(in), {}), path.string());
}

// No stack for each nested bracket: a file of brackets must not end the process.
json parse_json(std::string_view text, const std::string& file) {
  const json::parser_callback_t shallow = [&](int depth, json::parse_event_t, json&) {
    if (depth > kMaxDepth) throw LoadError(fmt::format("{}: is nested deeper than {}", file, kMaxDepth));
    return true;
  };
  json parsed = json::parse(text, shallow, /*allow_exceptions=*/false);
  if (!parsed.is_object() && !parsed.is_array()) throw LoadError(file + ": is not a JSON file");
  return parsed;
}

JsonObject::JsonObject(const json& json, std::string file) : json_(json), file_(std::move(file)) {
  if (!json.is_object()) throw LoadError(file_ + ": is not a JSON object");
}

void JsonObject::refuse(std::string_view key, const std::string& why) const {
  throw LoadError(fmt::format("{}: \"{}\" {}", file_, key, why));
}

std::string JsonObject::where(std::string_view key) const {
  return fmt::format("{}: {}", file_, key);
}

bool JsonObject::has(std::string_view key) const {
  const auto found = json_.find(key);
  return found != json_.end() && !found->is_null();
}

bool JsonObject::has_text(std::string_view key) const {
  return has(key) && json_.find(key)->is_string();
}

std::int64_t JsonObject::integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  if (!has(key)) refuse(key, "is missing");
  const json& value = *json_.find(key);
  if (!is_integer(value, low, high)) refuse(key, fmt::format("is not a whole number from {} to {}", low, high));
  return value.get<std::int64_t>();
}

std::int64_t JsonObject::integer_or(std::string_view key, std::int64_t otherwise, std::int64_t low,
                                    std::int64_t high) const {
  return has(key) ? integer(key, low, high) : otherwise;
}

std::vector<std::int64_t> JsonObject::integers_or_none(std::string_view key, std::int64_t low,
                                                       std::int64_t high) const {
  if (!has(key)) return {};
  const json& list = *json_.find(key);
  const auto good = [&](const json& value) { return is_integer(value, low, high); };
  if (!list.is_array() || !std::ranges::all_of(list, good)) {
    refuse(key, fmt::format("is not a list of whole numbers from {} to {}", low, high));
  }
  return list.get<std::vector<std::int64_t>>();
}

double JsonObject::number_or(std::string_view key, double otherwise, double low, double high) const {
  if (!has(key)) return otherwise;
  const json& value = *json_.find(key);
  if (!value.is_number() || !(value.get<double>() >= low && value.get<double>() <= high)) {
    refuse(key, fmt::format("is not a number from {} to {}", low, high));
  }
  return value.get<double>();
}

std::string JsonObject::text(std::string_view key) const {
  if (!has(key)) refuse(key, "is missing");
  const json& value = *json_.find(key);
  if (!value.is_string()) refuse(key, "is not a text");
  return value.get<std::string>();
}

std::string JsonObject::text_or(std::string_view key, std::string otherwise) const {
  return has(key) ? text(key) : std::move(otherwise);
}

std::vector<std::string> JsonObject::texts(std::string_view key) const {
  if (!has(key)) return {};
  const json& list = *json_.find(key);
  if (!list.is_array() || !std::ranges::all_of(list, [](const json& value) { return value.is_string(); })) {
    refuse(key, "is not a list of texts");
  }
  return list.get<std::vector<std::string>>();
}

JsonObject JsonObject::object(std::string_view key) const {
  if (!has(key)) refuse(key, "is missing");
  if (!json_.find(key)->is_object()) refuse(key, "is not an object");
  return {*json_.find(key), fmt::format("{}: in \"{}\"", file_, key)};
}

bool JsonObject::flag_or(std::string_view key, bool otherwise) const {
  if (!has(key)) return otherwise;
  const json& value = *json_.find(key);
  if (!value.is_boolean()) refuse(key, "is neither true nor false");
  return value.get<bool>();
}

}  // namespace signalbox::models
