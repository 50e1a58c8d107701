// A configuration ready to serve: everything resolved, compiled and immutable.
//
// Requests hold a shared_ptr to the snapshot they started with; a reload swaps the pointer. Shared by all threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "auth/prices.h"
#include "decision/engine.h"
#include "plugins/plugin.h"
#include "router/attachment.h"
#include "router/eligibility.h"
#include "router/ip_block.h"
#include "router/remote_images.h"
#include "router/root_spec.h"
#include "router/unjudged_guard.h"
#include "signals/embedding_model.h"
#include "signals/learned_models.h"
#include "trust/calibrations.h"
#include "upstream/policy.h"

namespace signalbox::auth {
class Budgets;
class ClientAuth;
}  // namespace signalbox::auth

namespace signalbox::router {

// One server that a model's requests go to.
struct BackendTarget {
  std::string name;  // in logs and metrics; no two servers of a configuration have the same
  bool tls = false;
  std::string host;
  std::uint16_t port = 80;
  std::string path;                                          // "/v1/chat/completions", with query
  std::string base_path;                                     // "/v1"
  std::string query;                                         // "?api-version=…", or empty
  std::vector<std::pair<std::string, std::string>> headers;  // credentials and extra headers
  std::string missing_key_env;                               // the variable that should hold the key but is not set
  std::string upstream_name;                                 // sent as `model`
  bool effort_at_top_level = false;  // reasoning_effort family on a provider that takes OpenAI's own member
  std::uint32_t weight = 1;
  std::string ca_file;
  bool tls_verify = true;
  std::optional<std::chrono::milliseconds> connect_timeout, first_byte_timeout, idle_timeout;
  std::size_t max_connections = 1024, max_pending = 1024;  // per I/O thread

  // Of another endpoint of the same server: "/embeddings".
  std::string path_of(std::string_view endpoint) const { return base_path + std::string(endpoint) + query; }
};

struct Model {
  std::string name;
  std::string description;
  std::vector<BackendTarget> backends;  // none: nothing serves this model
  bool local_embeddings = false;        // it is the embedding model of this process
  upstream::ReliabilityPolicy reliability;
  Abilities abilities;
  std::string api_format = "openai";
  std::optional<auth::Prices> prices;
  std::optional<ReasoningFamilySpec> reasoning;
};

// A candidate of a decision.
struct Candidate {
  std::size_t model = 0;  // index into Snapshot::models
  std::string name;       // model or LoRA name, as reported
  bool lora = false;      // a LoRA is sent upstream under its own name, a model under its backend's upstream_name
  bool use_reasoning = false;
  std::string effort;
};

struct RecipeDecision {
  std::string name;
  std::vector<Candidate> candidates;
  std::string algorithm;                                  // "" when none is configured
  std::vector<std::unique_ptr<plugins::Plugin>> plugins;  // in the order in which they act
  std::vector<std::string> plugin_types;                  // as configured, canonical names
  std::string unsupported_protection;  // a protective plugin that does not run here and is not allowed to be missing
};

struct Recipe {
  std::string name, description;
  std::unique_ptr<const decision::Engine> engine;
  std::vector<RecipeDecision> decisions;        // by the engine's decision index
  std::optional<UnjudgedGuard> unjudged_guard;  // v1: judges pictures, and no decision says what to do with unread ones
  bool uses_pictures = false;                   // some decision reads pictures, or asks whether they could be read
};

struct MissingModel {
  std::string recipe, signal;  // "jailbreak:prompt_injection"
};

// A model of the pack (model_pack.h) that is used for one that is not there.
struct StandIn {
  std::string role, configured, used;
};

struct Snapshot {
  std::unique_ptr<const RootSpec> spec;
  std::vector<Model> models;
  std::vector<Recipe> recipes;                       // [0] is `default`
  std::map<std::string, std::size_t> virtual_names;  // model name -> recipe
  std::map<std::string, std::size_t> model_names;    // backend model (or LoRA) name -> model
  std::optional<std::size_t> default_model;
  std::string default_effort;
  std::vector<IpBlock> trusted_proxies;
  std::optional<RemoteImages> remote_images;                 // nothing: none is fetched
  std::shared_ptr<const signals::EmbeddingModel> embedding;  // never null; its embedder may be
  std::shared_ptr<const signals::LearnedModels> learned;     // never null
  trust::Calibrations calibrations;                          // of raw values, by signal and model
  std::vector<StandIn> stand_ins;
  std::vector<std::string> unproven_models;             // that answer all the same, by name; every response says so
  std::shared_ptr<const auth::ClientAuth> client_auth;  // never null
  std::shared_ptr<const auth::Budgets> budgets;         // never null
  std::vector<MissingModel> missing_security_models;    // security leaves that rely on a default, without a model
  std::chrono::milliseconds deadline{10'000};
  std::chrono::milliseconds answer_timeout{300'000};  // longest wait for the first byte of a backend's answer
  std::string fingerprint;                            // of the merged document: which configuration answered
  Attachment upstreams, image_servers;                // the gateway's parts of it

  const Recipe* recipe_of(std::string_view model) const;
};

}  // namespace signalbox::router
