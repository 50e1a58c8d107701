#include "probes/measure_signal.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/eval.h"
#include "models/text_embedder.h"

namespace signalbox::probes {
namespace {

using Json = nlohmann::ordered_json;

const decision::SignalEntry* entry_of(const decision::SignalTable& table, std::string_view key) {
  for (const decision::SignalEntry& entry : table.entries()) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

MeasuredScore score_of(const Json& signal, const std::string& value) {
  MeasuredScore score;
  const Json values = signal.value("values", Json::object());
  if (values.contains("threshold")) score.threshold = values.at("threshold").get<double>();
  if (signal.at("state") == "unknown") {
    score.why = fmt::format("unknown ({})", signal.value("reason", ""));
  } else if (value.empty() ? signal.contains("value") : values.contains(value)) {
    score.value = (value.empty() ? signal.at("value") : values.at(value)).get<double>();
  } else {
    score.why = "no score";
  }
  return score;
}

}  // namespace

std::expected<ScoredSignal, std::string> find_signal(const router::Snapshot& snapshot, std::string_view name) {
  const decision::SignalTable& table = snapshot.recipes.front().engine->program().signals;
  ScoredSignal signal{std::string(name), std::string(name), {}, {}, "no model"};
  const decision::SignalEntry* entry = entry_of(table, signal.key);
  const std::size_t colon = name.rfind(':');
  if (entry == nullptr && colon != std::string_view::npos) {
    signal.key = name.substr(0, colon);
    signal.value = name.substr(colon + 1);
    entry = entry_of(table, signal.key);
  }
  if (entry == nullptr) {
    return std::unexpected(
        fmt::format("\"{}\" is no signal that the configuration's default recipe uses", name.substr(0, 100)));
  }
  const signals::Family& family = table.family(entry->family);
  if (const std::string_view missing = family.missing_model(entry->leaf); !missing.empty()) {
    return std::unexpected(fmt::format("{} cannot be measured: {}", signal.key, missing));
  }
  if (const models::ModelInfo* model = family.measured_by(entry->leaf); model != nullptr) {
    signal.fingerprint = model->fingerprint;
    signal.model = fmt::format("{} in {}, dimension {}", model->name, model->precision, model->dimension);
  }
  return signal;
}

std::expected<std::vector<MeasuredScore>, std::string> measure(const router::Snapshot& snapshot, std::string_view body,
                                                               std::span<const ScoredSignal> signals,
                                                               evidence::ImageReader* images) {
  api::EvalSettings settings;
  settings.images = images;
  settings.signals = true;
  const auto response = api::evaluate(snapshot, body, settings);
  if (!response) return std::unexpected(response.error().message);
  std::vector<MeasuredScore> scores(signals.size(), MeasuredScore{{}, {}, "not evaluated"});
  for (const Json& measured : response->at("signals")) {
    const std::string key = measured.at("signal").get<std::string>();
    for (std::size_t i = 0; i < signals.size(); ++i) {
      if (signals[i].key == key) scores[i] = score_of(measured, signals[i].value);
    }
  }
  return scores;
}

}  // namespace signalbox::probes
