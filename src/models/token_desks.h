// What tokenising needs, kept between calls and lent to one caller at a time.
//
// Thread-safe. A caller finds a warm desk, or makes a new one where all are lent.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "tokenizers/tokenizer.h"

namespace signalbox::models {

struct TokenDesk {
  tokenizers::Scratch scratch;
  tokenizers::Encoding encoding;  // of a text
  tokenizers::Encoding window;    // of a part of it
};

class TokenDesks {
 public:
  TokenDesks() { idle_.reserve(kKept); }

  // The desk goes back when this ends, which must be before the desks do.
  class Lent {
   public:
    explicit Lent(TokenDesks& owner) : owner_(owner), desk_(owner.take()) {}
    ~Lent() { owner_.give_back(std::move(desk_)); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    TokenDesk* operator->() const { return desk_.get(); }

   private:
    TokenDesks& owner_;
    std::unique_ptr<TokenDesk> desk_;
  };

 private:
  static constexpr std::size_t kKept = 16;

  std::unique_ptr<TokenDesk> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<TokenDesk>();
    std::unique_ptr<TokenDesk> desk = std::move(idle_.back());
    idle_.pop_back();
    return desk;
  }
  void give_back(std::unique_ptr<TokenDesk> desk) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kKept) idle_.push_back(std::move(desk));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<TokenDesk>> idle_;
};

}  // namespace signalbox::models
