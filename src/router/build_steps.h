// Internal to router/: the steps of build_snapshot, in the order in which they run. Each fills its part of the snapshot
// from the decoded configuration; called by the thread that loads.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "config/load.h"
#include "models/served_models.h"
#include "router/model_pack.h"
#include "router/snapshot.h"

namespace signalbox::router {

void build_models(const RootSpec& root, const config::Environment& environment, Snapshot& snapshot);
// One more model under its own name; returns the index that the name stands for.
std::size_t add_model(Model model, Snapshot& snapshot);

// Keys, tokens and budgets. Needs the models, and gives them their prices.
void build_access(const RootSpec& root, const config::Environment& environment, Snapshot& snapshot,
                  config::Diagnostics& diagnostics);

// Never null; without `served` nothing is opened. A folder that is there and cannot be used is an error.
std::shared_ptr<const signals::EmbeddingModel> build_embedding(const RootSpec& root, models::ServedModels* served,
                                                               StandIns& stand_ins, config::Diagnostics& diagnostics);

// How learned signals score, their knowledge bases and classifiers. Reports what is wrong with these; one whose folder
// is not there is `missing`. Needs the embedding model. What `open` of the result opens is used while `root` lives.
std::shared_ptr<signals::LearnedModels> build_learned(const RootSpec& root, const config::Environment& environment,
                                                      models::ServedModels* served,
                                                      std::shared_ptr<const signals::EmbeddingModel> embedding,
                                                      StandIns& stand_ins, config::Diagnostics& diagnostics);
void open_classifiers(const RootSpec& root, models::ServedModels* served,
                      std::shared_ptr<const signals::EmbeddingModel> embedding, StandIns& stand_ins,
                      signals::LearnedModels& learned, config::Diagnostics& diagnostics);
models::RuntimeOptions runtime_of(const ModelRuntimeSpec& spec);
signals::PrototypeSettings settings_of(const PrototypeScoringSpec& written);

// The calibrations that belong to the configuration; none where there is no file.
trust::Calibrations build_calibrations(const ModelCatalogSpec& catalog, config::Diagnostics& diagnostics);

// Models that answer although nothing proves them, by name. Needs the recipes.
std::vector<std::string> unproven_models(const ModelCatalogSpec& catalog, const Snapshot& snapshot);

// The embedding model as one that clients may name. Needs the models and the embedding model.
void build_local_embeddings(const RootSpec& root, Snapshot& snapshot, config::Diagnostics& diagnostics);

// Compiles a routing profile and appends it to the snapshot's recipes. Needs the models, those that
// judge included.
void build_recipe(const RootSpec& root, const std::string& name, const std::string& description,
                  const RoutingSpec& routing, Snapshot& snapshot, config::Diagnostics& diagnostics);

// Needs the recipes.
void build_virtual_names(const RootSpec& root, Snapshot& snapshot);
// Names that stand for the default recipe.
std::vector<std::string> auto_names(const RouterSpec& router);

}  // namespace signalbox::router
