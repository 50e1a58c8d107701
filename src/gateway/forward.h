// Internal to the gateway: relaying one request to a backend and its answer to the client.
//
// Bytes pass unchanged and at once: what one read of the backend brings leaves in one write to the client, so an SSE
// frame waits for nothing; chunk boundaries may differ. The backend is read no faster than the client takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/handler.h"
#include "gateway/upstream.h"

namespace signalbox::gateway {

// Sees the answer as it passes, on the I/O thread; must be quick and must bound what it keeps. Lives as long as
// forward().
class BodyObserver {
 public:
  virtual ~BodyObserver() = default;
  virtual void on_head(ResponseHead&) {}  // before it goes to the client
  virtual void on_bytes(std::string_view bytes) = 0;
  // What the client gets of these bytes (by default all of them), and what was held back at the end. The views live
  // until the next call.
  virtual std::string_view pass(std::string_view bytes) {
    on_bytes(bytes);
    return bytes;
  }
  virtual std::string_view held_back() { return {}; }
};

// Keeps the last bytes of a body: where the usage of a chat completion stands.
class TailCapture final : public BodyObserver {
 public:
  explicit TailCapture(std::size_t capacity) : capacity_(capacity) {}
  void on_bytes(std::string_view bytes) override;
  std::string_view tail() const;  // at most `capacity` bytes
  std::uint64_t total() const { return total_; }
  bool whole() const { return total_ <= capacity_; }  // tail() is the entire body

 private:
  std::size_t capacity_;
  std::uint64_t total_ = 0;
  std::string kept_;
};

struct ForwardOptions {
  Headers add;  // to the answer, each name once; they replace the backend's of the same name
  BodyObserver* observer = nullptr;
};

struct ForwardResult {
  int status = 0;                      // of the backend's answer; 0: there was none
  std::uint64_t bytes = 0;             // of its body, relayed
  std::optional<UpstreamError> error;  // the backend failed, or the client left (cancelled)
  // The client is there and nothing has been sent to it: with an error, the caller may try another backend or answer
  // to_response(). After a client that left, a handler just returns.
  bool answerable = true;
  bool complete = false;  // the client has the whole answer
};

// The part behind a head that has come: it and the body go to the client. Fills `result`, which lives in the caller's
// frame as the others do.
Task<void> deliver(UpstreamExchange& exchange, ResponseHead head, ResponseWriter& writer, ForwardOptions options,
                   ForwardResult& result);

Task<ForwardResult> forward(UpstreamClient& client, UpstreamRequest request, ResponseWriter& writer,
                            ForwardOptions options);

}  // namespace signalbox::gateway
