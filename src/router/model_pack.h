// The built-in pack: models that stand in, by role, for those that a configuration names and this machine has not.
//
// Nothing stands in unless the configuration says `global.model_catalog.substitute: pack` (or SIGNALBOX_SUBSTITUTE
// does, which the flag --substitute sets), and each stand-in is reported: thresholds that were set for the other model
// may mean nothing with this one. A pack is a folder (SIGNALBOX_MODELS, else models/) with pack.json:
//   {"format": 1, "roles": {"domain": {"folder": "pack/domain", "threshold": 0.4}, …}}
// Used by the thread that loads.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/load.h"
#include "router/model_catalog_spec.h"
#include "router/snapshot.h"

namespace signalbox::router {

struct PackModel {
  std::filesystem::path folder;     // absolute
  std::string written;              // as pack.json has it
  std::optional<double> threshold;  // where the configuration sets none: what was chosen with this model
};

class ModelPack {
 public:
  // Every folder that it names is there. The error is one sentence with file and key.
  static std::expected<ModelPack, std::string> load(const std::filesystem::path& folder);
  const PackModel* find(std::string_view role) const;  // null: the pack has no model for it

 private:
  std::map<std::string, PackModel, std::less<>> models_;
};

class StandIns {
 public:
  // Reads the pack where one is asked for; reports one that cannot be read.
  StandIns(const ModelCatalogSpec& catalog, const config::Environment& environment, config::Diagnostics& diagnostics);
  // For a role whose model, `configured` under the key `path`, is not there. Reported and remembered. Null: none.
  const PackModel* find(std::string_view role, const std::string& path, const std::string& configured);
  std::vector<StandIn> made() const { return made_; }

 private:
  config::Diagnostics& diagnostics_;
  std::optional<ModelPack> pack_;
  std::vector<StandIn> made_;
};

}  // namespace signalbox::router
