// A place in a snapshot for what a layer above makes of it once and keeps exactly as long: the gateway's backends with
// their connections and health.
//
// The router does not know what it is. Thread-safe: the first caller makes it, everybody gets the same object; it is
// destroyed with the snapshot, on whichever thread lets go last.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace signalbox::router {

class Attachment {
 public:
  Attachment() = default;
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

  // Every caller must ask for the same T. `make` returns a shared_ptr<T>; if it throws, the next caller tries again.
  template <class T, class Make>
  T& get(Make&& make) const {
    std::call_once(made_, [&] { value_ = std::shared_ptr<T>(std::forward<Make>(make)()); });
    return *static_cast<T*>(value_.get());
  }

 private:
  mutable std::once_flag made_;
  mutable std::shared_ptr<void> value_;
};

}  // namespace signalbox::router
