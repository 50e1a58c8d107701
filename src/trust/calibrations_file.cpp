// Calibrations as a file: load and save.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/json_file.h"
#include "tensor/load_error.h"
#include "trust/calibrations.h"

namespace signalbox::trust {
namespace {

using Json = nlohmann::ordered_json;
using nlohmann::json;
using tensor::LoadError;
namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr double kAny = 1e300;  // a finite number
constexpr std::int64_t kMost = 1'000'000'000;

Json interval_json(const Interval& interval) {
  return Json::array({interval.low, interval.high});
}

Json map_json(const ProbabilityMap& map) {
  Json out{{"kind", to_string(map.kind)}};
  if (map.kind == ProbabilityMap::Kind::platt) {
    out["slope"] = map.slope;
    out["offset"] = map.offset;
  } else {
    out["scores"] = map.scores;
    out["probabilities"] = map.probabilities;
  }
  return out;
}

Json calibration_json(const Calibration& one) {
  return {{"signal", one.signal},
          {"fingerprint", one.fingerprint},
          {"model", one.model},
          {"objective", to_string(one.objective)},
          {"threshold", one.point.threshold},
          {"threshold_interval", interval_json(one.threshold_interval)},
          {"true_positives", one.point.true_positives},
          {"false_positives", one.point.false_positives},
          {"positives", one.point.positives},
          {"negatives", one.point.negatives},
          {"auc", one.auc.value},
          {"auc_interval", interval_json(one.auc.interval)},
          {"map", map_json(one.map)}};
}

// One entry of the file, with its place in messages.
class Entry {
 public:
  Entry(const json& entry, std::string where) : entry_(entry), object_(entry, std::move(where)) {}

  Calibration read() const {
    Calibration one;
    one.signal = object_.text("signal");
    one.fingerprint = object_.text("fingerprint");
    one.model = object_.text_or("model", "");
    const auto objective = parse_objective(object_.text("objective"));
    if (!objective) object_.refuse("objective", "is wrong: " + objective.error());
    one.objective = *objective;
    one.point = {number(object_, "threshold", -kAny, kAny), count("true_positives"), count("false_positives"),
                 count("positives"), count("negatives")};
    one.threshold_interval = interval("threshold_interval");
    one.auc = {number(object_, "auc", 0.5, 1), interval("auc_interval")};
    one.map = map();
    return one;
  }

 private:
  static double number(const models::JsonObject& object, std::string_view key, double low, double high) {
    if (!object.has(key)) object.refuse(key, "is missing");
    return object.number_or(key, 0, low, high);
  }
  std::size_t count(std::string_view key) const { return static_cast<std::size_t>(object_.integer(key, 0, kMost)); }

  static std::vector<double> numbers(const json& parent, const models::JsonObject& object, const std::string& key) {
    if (!object.has(key)) object.refuse(key, "is missing");
    const json& list = parent.at(key);
    const bool good = list.is_array() && std::ranges::all_of(list, [](const json& value) {
                        return value.is_number() && std::isfinite(value.get<double>());
                      });
    if (!good) object.refuse(key, "is not a list of numbers");
    return list.get<std::vector<double>>();
  }

  Interval interval(const std::string& key) const {
    const std::vector<double> ends = numbers(entry_, object_, key);
    if (ends.size() != 2 || ends[0] > ends[1]) object_.refuse(key, "is not a list of two ascending numbers");
    return {ends[0], ends[1]};
  }

  ProbabilityMap map() const {
    if (!object_.has("map")) object_.refuse("map", "is missing");
    const json& fields = entry_.at("map");
    const models::JsonObject object(fields, object_.where("map"));
    const std::string kind = object.text("kind");
    ProbabilityMap map;
    if (kind == "platt") {
      map.slope = number(object, "slope", 0, kAny);
      map.offset = number(object, "offset", -kAny, kAny);
      return map;
    }
    if (kind != "isotonic") object.refuse("kind", "is neither \"platt\" nor \"isotonic\"");
    map.kind = ProbabilityMap::Kind::isotonic;
    map.scores = numbers(fields, object, "scores");
    map.probabilities = numbers(fields, object, "probabilities");
    const bool fits = !map.scores.empty() && map.scores.size() == map.probabilities.size();
    if (!fits) object.refuse("probabilities", "is not as long as \"scores\", or both are empty");
    if (std::ranges::adjacent_find(map.scores, std::greater_equal()) != map.scores.end()) {
      object.refuse("scores", "does not ascend");
    }
    const bool shares = map.probabilities.front() >= 0 && map.probabilities.back() <= 1;
    if (!shares || !std::ranges::is_sorted(map.probabilities)) {
      object.refuse("probabilities", "does not ascend from 0 to 1");
    }
    return map;
  }

  const json& entry_;
  models::JsonObject object_;
};

}  // namespace

std::expected<Calibrations, std::string> Calibrations::load(const fs::path& file) {
  try {
    const json content = models::read_json_file(file);
    const models::JsonObject object(content, file.string());
    if (object.integer("format", 1, kMost) != kFormat) {
      object.refuse("format", fmt::format("is not {}: a newer Signalbox wrote the file", kFormat));
    }
    if (!object.has("calibrations") || !content.at("calibrations").is_array()) {
      object.refuse("calibrations", "is not a list");
    }
    Calibrations result;
    for (const json& entry : content.at("calibrations")) {
      Calibration one = Entry(entry, fmt::format("{}: calibrations[{}]", file.string(), result.all().size())).read();
      const auto known = result.find(one.signal, one.fingerprint);
      if (known && *known != nullptr) object.refuse("calibrations", fmt::format("has {} twice", one.signal));
      result.put(std::move(one));
    }
    return result;
  } catch (const LoadError& error) {
    return std::unexpected(error.what());
  }
}

std::expected<void, std::string> Calibrations::save(const fs::path& file) const {
  Json content{{"format", kFormat}, {"calibrations", Json::array()}};
  for (const Calibration& one : calibrations_) content["calibrations"].push_back(calibration_json(one));
  const fs::path draft = file.string() + ".new";
  std::ofstream out(draft, std::ios::trunc);
  out << content.dump(2) << "\n";
  out.close();
  std::error_code error;
  if (out) fs::rename(draft, file, error);
  if (!out || error) {
    fs::remove(draft, error);
    return std::unexpected(fmt::format("{}: cannot be written", file.string()));
  }
  return {};
}

}  // namespace signalbox::trust
