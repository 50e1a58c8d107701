#include "router/model_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "models/json_file.h"
#include "tensor/load_error.h"

namespace signalbox::router {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFile = "pack.json";
constexpr std::array<std::string_view, 6> kRoles{"embedding",     "domain",   "fact_check",
                                                 "user_feedback", "modality", "jailbreak"};

PackModel read_model(const models::JsonObject& keys, const fs::path& folder) {
  PackModel model;
  model.written = keys.text("folder");
  model.folder = fs::absolute(folder / model.written);
  std::error_code error;
  if (!fs::is_directory(model.folder, error)) {
    keys.refuse("folder", fmt::format("is {}, which is not there; run `make models`", model.written));
  }
  if (keys.has("threshold")) model.threshold = keys.number_or("threshold", 0, 0, 1);
  return model;
}

std::optional<std::string> variable(const config::Environment& environment, const std::string& name) {
  return environment ? environment(name) : std::nullopt;
}

}  // namespace

std::expected<ModelPack, std::string> ModelPack::load(const fs::path& folder) {
  const fs::path file = folder / kFile;
  std::error_code error;
  if (!fs::exists(file, error)) {
    return std::unexpected(fmt::format("there is no {}; run `make models`, or set SIGNALBOX_MODELS", file.string()));
  }
  ModelPack pack;
  try {
    const nlohmann::json json = models::read_json_file(file);
    const models::JsonObject root(json, file.string());
    root.integer("format", 1, 1);
    const models::JsonObject roles = root.object("roles");
    for (const auto& [role, model] : json["roles"].items()) {
      if (std::ranges::find(kRoles, role) == kRoles.end()) {
        root.refuse("roles", fmt::format("names \"{}\"; known are {}", role.substr(0, 40), fmt::join(kRoles, ", ")));
      }
      pack.models_.emplace(role, read_model(roles.object(role), folder));
    }
  } catch (const tensor::LoadError& problem) {
    return std::unexpected(problem.what());
  }
  return pack;
}

const PackModel* ModelPack::find(std::string_view role) const {
  const auto model = models_.find(role);
  return model == models_.end() ? nullptr : &model->second;
}

StandIns::StandIns(const ModelCatalogSpec& catalog, const config::Environment& environment,
                   config::Diagnostics& diagnostics)
    : diagnostics_(diagnostics) {
  const bool asked = catalog.substitute || variable(environment, "SIGNALBOX_SUBSTITUTE") == "pack";
  if (!asked) return;
  std::expected<ModelPack, std::string> pack =
      ModelPack::load(variable(environment, "SIGNALBOX_MODELS").value_or("models"));
  if (pack) {
    pack_ = std::move(*pack);
  } else {
    diagnostics_.error(config::join(catalog.path, "substitute"), "pack_not_loaded", pack.error());
  }
}

const PackModel* StandIns::find(std::string_view role, const std::string& path, const std::string& configured) {
  const PackModel* const model = pack_ ? pack_->find(role) : nullptr;
  if (model == nullptr) return nullptr;
  diagnostics_.warning(
      path, "model_substituted",
      configured.empty() ? fmt::format("{}: {} of the pack is used", role, model->written)
                         : fmt::format("{}: {} is not there; {} of the pack is used", role, configured, model->written),
      "thresholds that were set for another model are uncalibrated: signalbox calibrate");
  made_.push_back({std::string(role), configured, model->written});
  return model;
}

}  // namespace signalbox::router
