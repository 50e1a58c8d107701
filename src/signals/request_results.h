// What models said about the texts of one request: each distinct text is given to each model once, whichever signal
// asks.
//
// Belongs to one request (EvalContext) and ends with it. Thread-safe: who asks for a text that another thread is asking
// for waits for it. A failure is remembered like an answer: a request does not ask twice. get() blocks; not for I/O
// threads.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace signalbox::signals {

template <class Model, class Result>
class RequestResults {
 public:
  // `ask` makes the result of a text that was not asked for before.
  template <class Ask>
  Result get(const Model& model, std::string_view text, const Ask& ask) {
    Slot& slot = slot_of(model, text);
    const std::lock_guard lock(slot.asking);
    if (!slot.result) slot.result = ask();
    return *slot.result;
  }

 private:
  struct Slot {
    std::mutex asking;
    std::optional<Result> result;
  };

  Slot& slot_of(const Model& model, std::string_view text) {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Slot>& slot = slots_[{&model, std::string(text)}];
    if (!slot) slot = std::make_unique<Slot>();
    return *slot;
  }

  std::mutex mutex_;
  std::map<std::pair<const Model*, std::string>, std::unique_ptr<Slot>> slots_;
};

}  // namespace signalbox::signals
