#include "models/label_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/json_file.h"
#include "tensor/load_error.h"

namespace signalbox::models {
namespace {

using nlohmann::json;
using tensor::LoadError;
namespace fs = std::filesystem;

constexpr std::size_t kMaxLabels = 10'000;
constexpr std::size_t kMaxName = 256;

constexpr std::array<const char*, 4> kFiles{"label_mapping.json", "category_mapping.json", "pii_type_mapping.json",
                                            "jailbreak_type_mapping.json"};
constexpr std::array<const char*, 5> kNumberOfName{"label2id", "label_to_idx", "label_to_id", "category_to_idx",
                                                   "category_to_id"};
constexpr std::array<const char*, 5> kNameOfNumber{"id2label", "idx_to_label", "id_to_label", "idx_to_category",
                                                   "id_to_category"};

// What one key of one file says.
struct Table {
  std::string place;  // file and key
  std::vector<std::string> names;

  // As transformers names outputs that nobody named.
  bool is_made_up() const {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != fmt::format("LABEL_{}", i)) return false;
    }
    return true;
  }
};

class TableReader {
 public:
  TableReader(const LabelFile& file, const char* key, const json& object)
      : place_(fmt::format("{}: \"{}\"", file.name, key)) {
    if (!object.is_object() || object.empty() || object.size() > kMaxLabels) {
      refuse(fmt::format("is not an object of 1 to {} labels", kMaxLabels));
    }
  }

  Table by_name(const json& object) {
    for (const auto& [name, number] : object.items()) {
      if (!number.is_number_integer() || number.get<std::int64_t>() < 0) refuse("gives a label no whole number");
      add(number.get<std::int64_t>(), name);
    }
    return take();
  }

  Table by_number(const json& object) {
    for (const auto& [key, name] : object.items()) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), number);
      if (error != std::errc() || end != key.data() + key.size()) refuse("has a key that is not a whole number");
      if (!name.is_string()) refuse("gives a number no name");
      add(number, name.get<std::string>());
    }
    return take();
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { throw LoadError(place_ + " " + why); }

  void add(std::int64_t number, const std::string& name) {
    if (name.empty() || name.size() > kMaxName)
      refuse(fmt::format("has a name of {} bytes; allowed are 1 to {}", name.size(), kMaxName));
    if (!names_.emplace(number, name).second) refuse(fmt::format("gives number {} to two labels", number));
    if (!numbers_.emplace(name, number).second) refuse(fmt::format("has the label \"{}\" twice", name));
  }

  Table take() {
    Table table{place_, {}};
    for (const auto& [number, name] : names_) {
      if (number != static_cast<std::int64_t>(table.names.size())) {
        refuse(fmt::format("has no label {}; its numbers must be 0 to {}", table.names.size(), names_.size() - 1));
      }
      table.names.push_back(name);
    }
    return table;
  }

  std::string place_;
  std::map<std::int64_t, std::string> names_;
  std::map<std::string, std::int64_t> numbers_;
};

void read_tables(const LabelFile& file, std::vector<Table>& tables) {
  if (!file.json.is_object()) throw LoadError(file.name + ": is not a JSON object");
  const auto each = [&](const auto& keys, auto read) {
    for (const char* const key : keys) {
      const auto found = file.json.find(key);
      if (found != file.json.end() && !found->is_null()) {
        TableReader reader(file, key, *found);
        tables.push_back((reader.*read)(*found));
      }
    }
  };
  each(kNameOfNumber, &TableReader::by_number);
  each(kNumberOfName, &TableReader::by_name);
}

void check_agreement(const Table& first, const Table& other) {
  if (first.names.size() != other.names.size()) {
    throw LoadError(fmt::format("{} has {} labels and {} has {}", other.place, other.names.size(), first.place,
                                first.names.size()));
  }
  for (std::size_t i = 0; i < first.names.size(); ++i) {
    if (first.names[i] == other.names[i]) continue;
    throw LoadError(fmt::format("{} calls label {} \"{}\" and {} calls it \"{}\"", other.place, i, other.names[i],
                                first.place, first.names[i]));
  }
}

std::vector<std::string> made_up(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(fmt::format("LABEL_{}", i));
  return names;
}

}  // namespace

std::vector<std::string> agreed_labels(const LabelFile& config, const std::vector<LabelFile>& mappings) {
  std::vector<Table> tables;
  read_tables(config, tables);
  for (const LabelFile& mapping : mappings) {
    const std::size_t before = tables.size();
    read_tables(mapping, tables);
    if (tables.size() == before) {
      throw LoadError(mapping.name +
                      ": holds none of label_to_idx, idx_to_label and their kin; remove it, or save the "
                      "labels in config.json (id2label)");
    }
  }
  const JsonObject keys(config.json, config.name);
  const std::optional<std::int64_t> count =
      keys.has("num_labels") ? std::optional(keys.integer("num_labels", 1, kMaxLabels)) : std::nullopt;
  // transformers writes no names for two outputs that nobody named.
  if (tables.empty()) tables.push_back({config.name + ": \"num_labels\"", made_up(count.value_or(2))});
  const auto named = std::ranges::find_if(tables, [](const Table& table) { return !table.is_made_up(); });
  const Table& first = named == tables.end() ? tables.front() : *named;
  for (const Table& table : tables) {
    if (&table != &first && !(table.is_made_up() && table.names.size() == first.names.size())) {
      check_agreement(first, table);
    }
  }
  if (count && *count != static_cast<std::int64_t>(first.names.size())) {
    keys.refuse("num_labels", fmt::format("is {} and {} has {}", *count, first.place, first.names.size()));
  }
  if (first.names.size() < 2) throw LoadError(first.place + " has one label: a classifier has at least two");
  return first.names;
}

std::vector<std::string> read_labels(const fs::path& folder, const LabelFile& config, std::vector<fs::path>& files) {
  std::vector<json> parsed;
  std::vector<fs::path> paths;
  for (const char* const name : kFiles) {
    if (!fs::exists(folder / name)) continue;
    paths.push_back(folder / name);
    parsed.push_back(read_json_file(paths.back()));
  }
  std::vector<LabelFile> mappings;
  for (std::size_t i = 0; i < paths.size(); ++i) mappings.push_back({paths[i].string(), parsed[i]});
  files.insert(files.end(), paths.begin(), paths.end());
  return agreed_labels(config, mappings);
}

}  // namespace signalbox::models
