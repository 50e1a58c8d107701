#include "tokenizers/vocabulary.h"

#include <bit>
#include <functional>

namespace signalbox::tokenizers {
namespace {

std::uint32_t hash_of(std::string_view token) {
  const std::size_t h = std::hash<std::string_view>{}(token);
  return static_cast<std::uint32_t>(h ^ h >> 32);
}

}  // namespace

void Vocabulary::reserve(std::size_t tokens, std::size_t bytes) {
  bytes_.reserve(bytes);
  grow(std::bit_ceil(tokens * 2 + 16));
}

void Vocabulary::grow(std::size_t slots) {
  std::vector<Slot> old(slots);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.length == kEmpty) continue;
    std::size_t at = slot.hash & (slots_.size() - 1);
    while (slots_[at].length != kEmpty) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }
}

std::size_t Vocabulary::find(std::string_view token, std::uint32_t hash) const {
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at].length != kEmpty && (slots_[at].hash != hash || view(slots_[at]) != token)) {
    at = (at + 1) & (slots_.size() - 1);
  }
  return at;
}

void Vocabulary::add(std::string_view token, std::uint32_t id) {
  if (slots_.size() < used_ * 2 + 2) grow(std::bit_ceil(used_ * 4 + 16));
  const std::uint32_t hash = hash_of(token);
  Slot& slot = slots_[find(token, hash)];
  if (slot.length == kEmpty) {
    slot = {static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(token.size()), id, hash};
    bytes_.append(token);
    ++used_;
  }
  slot.id = id;
  if (by_id_.size() <= id) by_id_.resize(id + std::size_t{1});
  by_id_[id] = {slot.offset, slot.length};
}

std::optional<std::uint32_t> Vocabulary::id(std::string_view token) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[find(token, hash_of(token))];
  if (slot.length == kEmpty) return std::nullopt;
  return slot.id;
}

std::optional<std::string_view> Vocabulary::token(std::uint32_t id) const {
  if (id >= by_id_.size() || by_id_[id].length == kEmpty) return std::nullopt;
  return std::string_view(bytes_.data() + by_id_[id].offset, by_id_[id].length);
}

}  // namespace signalbox::tokenizers
