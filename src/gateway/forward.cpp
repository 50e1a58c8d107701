#include "gateway/forward.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox::gateway {

void TailCapture::on_bytes(std::string_view bytes) {
  total_ += bytes.size();
  if (bytes.size() >= capacity_) {
    kept_.assign(bytes.substr(bytes.size() - capacity_));
    return;
  }
  kept_.append(bytes);
  // Trimmed only when it has grown to twice the capacity: each byte is moved once on average.
  if (kept_.size() > 2 * capacity_) kept_.erase(0, kept_.size() - capacity_);
}

std::string_view TailCapture::tail() const {
  std::string_view all = kept_;
  return all.size() > capacity_ ? all.substr(all.size() - capacity_) : all;
}

namespace {

// The rest of a body whose head (and first bytes) the client has.
Task<void> relay(UpstreamExchange& exchange, ResponseWriter& writer, BodyObserver* observer, ForwardResult& result) {
  while (!exchange.at_end()) {
    auto bytes = co_await exchange.read();
    if (!bytes) {
      result.error = std::move(bytes.error());
      writer.abort();  // an answer that broke off must not look whole
      co_return;
    }
    const std::string_view passed = observer != nullptr ? observer->pass(*bytes) : *bytes;
    result.bytes += bytes->size();
    const bool last = exchange.at_end() && (observer == nullptr || observer->held_back().empty());
    bool good = last ? co_await writer.finish(passed) : co_await writer.write(passed);
    result.complete = good && last;
    if (good) continue;
    result.error = UpstreamError{UpstreamError::Kind::cancelled, {}};
    co_return;
  }
  if (result.complete) co_return;
  result.complete = co_await writer.finish(observer != nullptr ? observer->held_back() : std::string_view());
}

// Which pages may read an answer is the listener's decision (its `cors`), and which server stands behind it is nobody's
// business.
void remove_what_is_ours_to_say(Headers& headers) {
  static constexpr std::array<std::string_view, 5> kOurs = {"server", "x-powered-by", "access-control-allow-origin",
                                                            "access-control-allow-credentials",
                                                            "access-control-expose-headers"};
  headers.remove_names([](std::string_view name) {
    return std::any_of(kOurs.begin(), kOurs.end(), [&](auto ours) { return equal_ignoring_case(name, ours); });
  });
}

}  // namespace

Task<void> deliver(UpstreamExchange& exchange, ResponseHead head, ResponseWriter& writer, ForwardOptions options,
                   ForwardResult& result) {
  result.status = head.status;
  remove_what_is_ours_to_say(head.headers);
  head.headers.set_all(std::move(options.add));
  if (options.observer != nullptr) options.observer->on_head(head);
  std::string_view first = exchange.take_buffered();
  result.bytes = first.size();
  if (options.observer != nullptr && !first.empty()) first = options.observer->pass(first);
  result.answerable = false;
  if (!co_await writer.begin(std::move(head), first)) {
    result.error = UpstreamError{UpstreamError::Kind::cancelled, {}};
    co_return;
  }
  co_await relay(exchange, writer, options.observer, result);
}

Task<ForwardResult> forward(UpstreamClient& client, UpstreamRequest request, ResponseWriter& writer,
                            ForwardOptions options) {
  ForwardResult result;
  auto exchange = client.exchange(std::move(request), writer.client_left());
  auto head = co_await exchange.start();
  if (!head) {
    result.error = std::move(head.error());
    result.answerable = result.error->kind != UpstreamError::Kind::cancelled;
    co_return result;
  }
  co_await deliver(exchange, std::move(*head), writer, std::move(options), result);
  co_return result;
}

}  // namespace signalbox::gateway
