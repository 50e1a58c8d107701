// Internal to the gateway: what answers a request on an I/O thread, and the way it answers.
//
// A handler is shared by all connections of its listeners and called on any I/O thread, concurrently. It must not
// block: long work goes through run() in compute_await.h.
#pragma once

#include <memory>
#include <string_view>

#include "gateway/http.h"
#include "gateway/io.h"

namespace signalbox::gateway {

// One answer. Either send(), or begin() then write()s then finish(). Every operation returns false once the client has
// left (or does not read: see ServerLimits::write_timeout); the answer is then over. A handler that returns without
// answering gets a 500 written for it; one that returns from an unfinished stream has it aborted. Belongs to one
// request and its I/O thread.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;
  virtual Task<bool> send(HttpResponse response) = 0;
  // The head and the first bytes, if there are any, leave in one packet.
  virtual Task<bool> begin(ResponseHead head, std::string_view first_bytes) = 0;
  // Returns when the bytes are with the kernel: the back-pressure of a slow client. `bytes` must live until then.
  virtual Task<bool> write(std::string_view bytes) = 0;
  // The end, with the last bytes in the same packet, if there are any.
  virtual Task<bool> finish(std::string_view last_bytes) = 0;
  // Breaks the connection so that the client sees an incomplete answer, never one that looks whole.
  virtual void abort() = 0;
  // Fault injection only: these bytes instead of an HTTP answer, then the connection is closed.
  virtual Task<bool> send_raw(std::string_view bytes) = 0;
  virtual bool started() const = 0;  // a status line has been sent (or handed to the kernel)
  virtual CancelToken& client_left() = 0;
};

class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<void> handle(HttpRequest request, ResponseWriter& writer) = 0;
};

}  // namespace signalbox::gateway
