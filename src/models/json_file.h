// A JSON file beside a model (its descriptions, its calibrations), whose mistakes are load errors that name file and
// key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::models {

// At most 4 MiB are read. Throws tensor::LoadError.
nlohmann::json read_json_file(const std::filesystem::path& path);
// An object or a list; `file` is what messages call it.
nlohmann::json parse_json(std::string_view text, const std::string& file);

class JsonObject {
 public:
  // `json` must outlive it and be an object.
  JsonObject(const nlohmann::json& json, std::string file);

  bool has(std::string_view key) const;
  bool has_text(std::string_view key) const;
  // Within [low, high], else LoadError.
  std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high) const;
  std::int64_t integer_or(std::string_view key, std::int64_t otherwise, std::int64_t low, std::int64_t high) const;
  // A list of such; empty where there is none.
  std::vector<std::int64_t> integers_or_none(std::string_view key, std::int64_t low, std::int64_t high) const;
  double number_or(std::string_view key, double otherwise, double low, double high) const;
  std::string text(std::string_view key) const;
  std::string text_or(std::string_view key, std::string otherwise) const;
  // A list of texts; empty where there is none.
  std::vector<std::string> texts(std::string_view key) const;
  // An object inside this one; valid as long as what this one was made of.
  JsonObject object(std::string_view key) const;
  bool flag_or(std::string_view key, bool otherwise) const;
  // What messages call the value of this key.
  std::string where(std::string_view key) const;
  [[noreturn]] void refuse(std::string_view key, const std::string& why) const;

 private:
  const nlohmann::json& json_;
  std::string file_;
};

}  // namespace signalbox::models
