#include "decision/signal_table.h"

#include <utility>

namespace signalbox::decision {

namespace {
std::string key_of(std::string_view type, std::string_view name) {
  std::string key;
  key.reserve(type.size() + name.size() + 1);
  key.append(type).append(":").append(name);
  return key;
}
}  // namespace

void SignalTable::add(const signals::Type& type, std::unique_ptr<signals::Family> family) {
  const std::uint32_t index = static_cast<std::uint32_t>(families_.size());
  const SignalId first = static_cast<SignalId>(entries_.size());
  const std::vector<signals::Leaf>& leaves = family->leaves();
  for (std::uint32_t i = 0; i < leaves.size(); ++i) {
    SignalEntry entry;
    entry.key = key_of(type.leaf, leaves[i].name);
    entry.name = leaves[i].name;
    entry.type = &type;
    entry.family = index;
    entry.leaf = i;
    entry.security = leaves[i].security;
    entry.metric = leaves[i].metric;
    entry.identity = type.leaf == "authz";
    // Unknown never means safe. Identity is never assumed: the engine answers 403.
    entry.on_unknown = entry.security && !entry.identity ? OnUnknown::match : OnUnknown::keep;
    by_key_.emplace(entry.key, static_cast<SignalId>(entries_.size()));
    entries_.push_back(std::move(entry));
  }
  families_.push_back({std::move(family), first});
}

void SignalTable::calibrate(SignalId id, std::shared_ptr<const trust::ProbabilityMap> probability) {
  entries_[id].probability = std::move(probability);
}

void SignalTable::set_on_unknown(std::string_view type, OnUnknown on_unknown) {
  for (SignalEntry& entry : entries_) {
    if (entry.type->leaf == type) entry.on_unknown = on_unknown;
  }
}

void SignalTable::add_unusable(std::string_view type, std::string_view name) {
  unusable_.insert(key_of(type, name));
}

bool SignalTable::is_unusable(std::string_view type, std::string_view name) const {
  return unusable_.contains(key_of(type, name));
}

std::optional<SignalId> SignalTable::find(std::string_view type, std::string_view name) const {
  const auto it = by_key_.find(key_of(type, name));
  if (it == by_key_.end()) return std::nullopt;
  return it->second;
}

std::vector<std::string> SignalTable::names(std::string_view type) const {
  std::vector<std::string> result;
  for (const SignalEntry& entry : entries_) {
    if (entry.type->leaf == type) result.push_back(entry.name);
  }
  return result;
}

}  // namespace signalbox::decision
