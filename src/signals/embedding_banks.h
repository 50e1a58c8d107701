// The prototype banks of all rules of one type in a recipe: made when the configuration is loaded or, where that failed
// or was not wanted, by the first request that needs them.
//
// Thread-safe; get() blocks while examples are encoded (not for I/O threads). Owned by its family.
#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "models/candidate_store.h"
#include "models/text_embedder.h"
#include "signals/prototype_bank.h"

namespace signalbox::signals {

class EmbeddingBanks {
 public:
  using Banks = std::vector<PrototypeBank>;

  EmbeddingBanks(std::shared_ptr<const models::TextEmbedder> embedder, std::shared_ptr<models::CandidateStore> store)
      : embedder_(std::move(embedder)), store_(std::move(store)) {}

  // Before the first get(): the examples of one more rule; returns the number of its bank.
  std::size_t add(std::vector<std::string> examples, const ClusterOptions& clusters);
  // Encodes the examples. What keeps it from doing so is a warning at `path`: the next request tries again.
  void preload(std::string_view path, config::Diagnostics& diagnostics);
  // All banks, or why they cannot be made now; the next call tries again.
  std::expected<const Banks*, models::EmbedError> get(const models::EmbedOptions& options);

 private:
  std::expected<Banks, models::EmbedError> make(const models::EmbedOptions& options) const;

  std::shared_ptr<const models::TextEmbedder> embedder_;
  std::shared_ptr<models::CandidateStore> store_;
  struct Wanted {
    std::vector<std::string> examples;
    ClusterOptions clusters;
  };
  std::vector<Wanted> wanted_;
  std::timed_mutex making_;
  std::atomic<bool> made_{false};
  Banks banks_;  // once made_
};

}  // namespace signalbox::signals
