// Every signal that a recipe declares, numbered. Rules and projections refer to signals by these numbers.
//
// Owns the compiled families. Immutable after compile; shared by all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "decision/belief.h"
#include "signals/registry.h"
#include "signals/signal.h"
#include "trust/probability_map.h"

namespace signalbox::decision {

using SignalId = std::uint32_t;

struct SignalEntry {
  std::string key;   // "keyword:urgent"
  std::string name;  // "urgent"
  const signals::Type* type = nullptr;
  std::uint32_t family = 0;
  std::uint32_t leaf = 0;  // index into the family's leaves
  bool security = false;
  bool identity = false;  // a role of the sender (authz): never assumed
  bool metric = false;    // a number for projections, no rule of the configuration
  // Of its raw value, where the signal is calibrated for the model that it rests on.
  std::shared_ptr<const trust::ProbabilityMap> probability = nullptr;
  // What an unknown value counts as in projections, and at leaves that say nothing themselves.
  OnUnknown on_unknown = OnUnknown::keep;
};

class SignalTable {
 public:
  // Leaves of `family` become signals; a name that exists already in its type is ignored (the family reported it).
  void add(const signals::Type& type, std::unique_ptr<signals::Family> family);

  // Another default for all signals of a type that have been added (VSR: prompt_guard.on_error).
  void set_on_unknown(std::string_view type, OnUnknown on_unknown);

  void calibrate(SignalId id, std::shared_ptr<const trust::ProbabilityMap> probability);

  // A name that was declared but could not be compiled; its mistake has been reported, references to it are none.
  void add_unusable(std::string_view type, std::string_view name);
  bool is_unusable(std::string_view type, std::string_view name) const;

  std::size_t size() const { return entries_.size(); }
  const SignalEntry& operator[](SignalId id) const { return entries_[id]; }
  const std::vector<SignalEntry>& entries() const { return entries_; }
  std::optional<SignalId> find(std::string_view type, std::string_view name) const;
  // Names declared for a leaf type, for suggestions.
  std::vector<std::string> names(std::string_view type) const;

  std::size_t families() const { return families_.size(); }
  const signals::Family& family(std::uint32_t i) const { return *families_[i].family; }
  // Signals of a family in the order of its leaves (SignalId of leaf l is first + l).
  SignalId first_of(std::uint32_t family) const { return families_[family].first; }

 private:
  struct Owned {
    std::unique_ptr<signals::Family> family;
    SignalId first = 0;
  };
  std::vector<SignalEntry> entries_;
  std::vector<Owned> families_;
  std::unordered_map<std::string, SignalId> by_key_;
  std::unordered_set<std::string> unusable_;
};

}  // namespace signalbox::decision
