// Reading tokenizer.json: typed access that knows where it is, and refuses what nobody asked for.
//
// Promises: every fault is a LoadFault with the path in the file ("model.merges[3]"). A JsonObject that was finished
// had no member that was not read. Used while loading only, by one thread; the document must outlive the values.
#pragma once

#include <simdjson.h>
#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace signalbox::tokenizers {

class LoadFault : public std::runtime_error {
 public:
  LoadFault(std::string path, const std::string& message) : std::runtime_error(message), path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class JsonObject;

class JsonValue {
 public:
  JsonValue(simdjson::dom::element element, std::string path) : element_(element), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  [[noreturn]] void fail(const std::string& message) const { throw LoadFault(path_, message); }
  bool is_null() const { return element_.is_null(); }
  bool is_string() const { return element_.is_string(); }
  bool is_array() const { return element_.is_array(); }
  bool is_object() const { return element_.is_object(); }
  std::string_view string() const;
  bool boolean() const;
  std::uint32_t number() const;
  double real() const;
  // One code point.
  char32_t character() const;
  JsonObject object() const;
  simdjson::dom::element element() const { return element_; }

  std::size_t array_size() const;
  // Calls visit(JsonValue) for each item.
  template <typename Visit>
  void each(Visit visit) const {
    std::size_t index = 0;
    for (simdjson::dom::element item : array()) visit(JsonValue(item, item_path(index++)));
  }
  std::string item_path(std::size_t index) const;
  simdjson::dom::array array() const;

 private:
  simdjson::dom::element element_;
  std::string path_;
};

class JsonObject {
 public:
  explicit JsonObject(const JsonValue& value);

  const std::string& path() const { return path_; }
  JsonValue at(std::string_view key);
  // Absent or null: nothing.
  std::optional<JsonValue> find(std::string_view key);
  // Reads and forgets a member that cannot matter here.
  void ignore(std::string_view key) { read_.insert(std::string(key)); }
  std::string type() { return std::string(at("type").string()); }
  bool boolean_or(std::string_view key, bool otherwise);
  // A member that is there and was not read is a fault.
  void finish() const;

 private:
  std::string path_of(std::string_view key) const;

  simdjson::dom::object object_;
  std::string path_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace signalbox::tokenizers
