// The tokens of a model and their ids, both ways.
//
// Promises: immutable once loaded; any thread. Owns its bytes in one block; views handed out live as long as it does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::tokenizers {

class Vocabulary {
 public:
  void reserve(std::size_t tokens, std::size_t bytes);
  // A token that is there already gets the new id, as in the reference's maps.
  void add(std::string_view token, std::uint32_t id);

  std::size_t size() const { return used_; }
  std::optional<std::uint32_t> id(std::string_view token) const;
  std::optional<std::string_view> token(std::uint32_t id) const;
  std::uint32_t id_end() const { return static_cast<std::uint32_t>(by_id_.size()); }

  // Calls visit(token, id) for each.
  template <typename Visit>
  void each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.length != kEmpty) visit(view(slot), slot.id);
    }
  }

 private:
  static constexpr std::uint32_t kEmpty = 0xFFFFFFFF;
  struct Slot {
    std::uint32_t offset = 0;
    std::uint32_t length = kEmpty;
    std::uint32_t id = 0;
    std::uint32_t hash = 0;
  };
  struct Text {
    std::uint32_t offset = 0;
    std::uint32_t length = kEmpty;
  };

  std::string_view view(const Slot& slot) const { return {bytes_.data() + slot.offset, slot.length}; }
  std::size_t find(std::string_view token, std::uint32_t hash) const;
  void grow(std::size_t slots);

  std::string bytes_;
  std::vector<Slot> slots_;  // open addressing, a power of two
  std::vector<Text> by_id_;
  std::size_t used_ = 0;
};

}  // namespace signalbox::tokenizers
