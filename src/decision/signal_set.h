// A set of signals of one recipe, by number.
//
// Plain value; sized once for the recipe's signal table and reused between rounds. Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "decision/signal_table.h"

namespace signalbox::decision {

class SignalSet {
 public:
  explicit SignalSet(std::size_t signals) : member_(signals, 0) {}

  bool contains(SignalId id) const { return member_[id] != 0; }
  bool empty() const { return count_ == 0; }
  std::size_t capacity() const { return member_.size(); }
  void insert(SignalId id) {
    count_ += member_[id] == 0;
    member_[id] = 1;
  }
  void erase(SignalId id) {
    count_ -= member_[id] != 0;
    member_[id] = 0;
  }
  void clear() {
    std::fill(member_.begin(), member_.end(), std::uint8_t{0});
    count_ = 0;
  }
  // Calls `visit(id)` for every member in ascending order; `visit` may erase the member it is given.
  template <class Visit>
  void each(Visit visit) const {
    if (count_ == 0) return;
    for (SignalId id = 0; id < member_.size(); ++id) {
      if (member_[id] != 0) visit(id);
    }
  }

 private:
  std::vector<std::uint8_t> member_;
  std::size_t count_ = 0;
};

}  // namespace signalbox::decision
