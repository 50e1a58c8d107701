// Internal to the gateway: where a request is parsed, judged and changed: on its I/O thread when that takes
// microseconds, on the compute pool when it takes longer.
//
// Long are large bodies (a 10 MB request would hold up every other connection of the thread for milliseconds) and
// judgements that wait for pictures or models. They queue in the pool's slow lane; a full lane answers 503 with
// Retry-After, and a job whose client has left, or that waited past the request's deadline ("deadline"), is not run.
// Pictures by URL that are to be fetched are waited for on the I/O thread, between reading and judging.
// Models are told when the client leaves; whatever then comes of the work, the request ends as "cancelled", as behind a
// backend. Thread-safe; call on the request's I/O thread.
#pragma once

#include <optional>

#include "gateway/admission.h"
#include "gateway/chat_service.h"
#include "gateway/exchange.h"
#include "gateway/io.h"
#include "gateway/remote_images.h"

namespace signalbox::gateway {

using ExchangePtr = std::shared_ptr<Exchange>;

class Judging {
 public:
  // Above this many bytes a body is parsed and spliced on the pool.
  static constexpr std::size_t kLargeBody = 128 * 1024;
  using Reader = std::optional<Reply> (*)(Exchange&);

  Judging(const ChatServices& services, Admission& admission);

  // `read` (read_request, or another protocol's), then judge.
  Task<std::optional<Reply>> judge(ExchangePtr exchange, CancelToken& left, Reader read);
  // Whether apply() must wait for the pool; if not, apply_policy() is all there is to it, and no coroutine is needed.
  static bool applies_on_pool(const Exchange& exchange);
  // embed_locally, on the pool. Never nothing.
  Task<std::optional<Reply>> embed(ExchangePtr exchange, CancelToken& left);
  // apply_policy, on the pool.
  Task<std::optional<Reply>> apply(ExchangePtr exchange, CancelToken& left);

 private:
  using Work = std::optional<Reply> (*)(Exchange&, Reader, const ChatServices&);
  Task<std::optional<Reply>> judge_fetched(ExchangePtr exchange, CancelToken& left, Reader read);
  Task<std::optional<Reply>> on_pool(ExchangePtr exchange, CancelToken& left, Work work, Reader read);

  ChatServices s_;
  Admission& admission_;
  ImageFetcher images_;
  telemetry::Family<telemetry::Counter>& dropped_;
};

}  // namespace signalbox::gateway
