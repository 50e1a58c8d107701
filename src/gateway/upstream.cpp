#include "gateway/upstream.h"

#include <array>
#include <utility>

#include "gateway/backend.h"
#include "gateway/cares_lookup.h"
#include "gateway/response_text.h"
#include "gateway/upstream_connection.h"

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;
using Unexpected = std::unexpected<UpstreamError>;
UpstreamExchange::UpstreamExchange(std::shared_ptr<UpstreamPools> pools, UpstreamRequest request,
                                   CancelToken& client_left)
    : pools_(std::move(pools)), request_(std::move(request)), client_left_(client_left) {}

// Dropped in the middle of an answer: the client could not be written to, or another backend is asked instead.
UpstreamExchange::~UpstreamExchange() {
  if (!connection_ || failed_) return;
  if (client_left_.cancelled()) {
    failed({Kind::cancelled, {}});
  } else {
    connection_->close();
  }
}

Task<std::expected<ResponseHead, UpstreamError>> UpstreamExchange::start() {
  const Executor executor = co_await asio::this_coro::executor;
  slot_ = pools_->enter(executor, *request_.backend);
  if (!slot_) {  // within the backend's bound, or when its turn comes
    auto waited = co_await pools_->wait(executor, request_.backend, client_left_);
    if (!waited) co_return Unexpected(failed({waited.error(), {}}));
    slot_ = std::move(*waited);
  }
  for (bool fresh : {false, true}) {
    if (client_left_.cancelled()) co_return Unexpected(failed({Kind::cancelled, {}}));
    if (fresh || !take_pooled(executor)) {
      auto connected = co_await connect(executor);
      if (!connected) co_return Unexpected(failed(std::move(connected.error())));
    }
    auto head = co_await send_and_read_head();
    if (head) {
      release_if_done();
      co_return head;
    }
    bool stale = head.error().kind == Kind::reset_before_head && connection_->was_used() && !connection_->got_bytes();
    if (!stale || fresh) co_return Unexpected(failed(std::move(head.error())));
    connection_->close();
  }
  co_return Unexpected(failed({Kind::connect_failed, {}}));
}

void UpstreamExchange::hold(std::shared_ptr<UpstreamConnection> connection) {
  connection_ = std::move(connection);
  registration_ = client_left_.on_cancel([weak = std::weak_ptr(connection_)] {
    if (auto held = weak.lock()) held->abort(Kind::cancelled);
  });
}

bool UpstreamExchange::take_pooled(const Executor& executor) {
  std::shared_ptr<UpstreamConnection> pooled = pools_->take(executor, *request_.backend);
  if (!pooled) return false;
  hold(std::move(pooled));
  request_.backend->metrics.connections_reused.increment();
  return true;
}

Task<std::expected<void, UpstreamError>> UpstreamExchange::connect(Executor executor) {
  hold(UpstreamConnection::make(executor, request_.backend));
  auto connected = co_await connection_->connect();
  if (connected) request_.backend->metrics.connections_opened.increment();
  co_return connected;
}

Task<std::expected<ResponseHead, UpstreamError>> UpstreamExchange::send_and_read_head() {
  auto start = std::chrono::steady_clock::now();
  std::string_view body = request_.body ? std::string_view(*request_.body) : std::string_view();
  const Backend& backend = *request_.backend;
  const bool by_proxy = !backend.target_prefix.empty();
  std::string head = request_head(request_.method, by_proxy ? backend.target_prefix + request_.target : request_.target,
                                  backend.host_header, request_.headers, body.size(),
                                  by_proxy ? backend.config.proxy->authorization : std::string_view());
  std::string_view unsent = head;
  if (!connection_->send_at_once(unsent, body)) {
    auto sent = co_await connection_->send(unsent, body);
    // A backend may refuse early (413, 401) and close without reading all: then its answer is there although our write
    // failed, and it says more than the broken pipe.
    if (!sent && sent.error().kind != Kind::reset_before_head) co_return Unexpected(sent.error());
  }
  auto answer = co_await connection_->read_head(request_.method == "HEAD");
  if (answer) {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    request_.backend->metrics.first_byte_seconds.observe(seconds);
  }
  co_return answer;
}

std::string_view UpstreamExchange::take_buffered() {
  if (!connection_ || std::exchange(first_waits_, false)) return chunk_;
  connection_->take_buffered(chunk_);
  release_if_done();
  return chunk_;
}

Task<std::expected<std::string_view, UpstreamError>> UpstreamExchange::read() {
  chunk_.clear();
  if (!connection_) co_return std::string_view();
  auto result = co_await connection_->read_body(chunk_);
  if (!result) co_return Unexpected(failed(std::move(result.error())));
  release_if_done();
  co_return chunk_;
}

bool UpstreamExchange::has_body_bytes() {
  return !connection_ || connection_->has_body_bytes();
}

Task<std::expected<void, UpstreamError>> UpstreamExchange::wait_for_body() {
  auto begun = co_await connection_->read_body(chunk_);
  if (!begun) co_return Unexpected(failed(std::move(begun.error())));
  first_waits_ = true;
  release_if_done();
  co_return begun;
}

bool UpstreamExchange::at_end() const {
  return !connection_;
}

// The connection goes back to the pool the moment its answer is over, before the client has taken the last bytes.
void UpstreamExchange::release_if_done() {
  if (!connection_ || !connection_->body_done()) return;
  registration_.reset();
  if (connection_->reusable()) {
    connection_->mark_used();
    auto executor = connection_->executor();
    pools_->give(executor, std::move(connection_));
  } else {
    connection_->close();
  }
  connection_.reset();
  slot_ = {};
}

UpstreamError UpstreamExchange::failed(UpstreamError error) {
  failed_ = true;
  request_.backend->metrics.errors[static_cast<std::size_t>(error.kind)]->increment();
  registration_.reset();
  if (connection_) connection_->close();
  slot_ = {};
  return error;
}

UpstreamClient::UpstreamClient(IoThreads& io, telemetry::Registry& metrics, UpstreamOptions options)
    : io_(io),
      metrics_(metrics),
      options_(std::move(options)),
      lookup_(std::make_shared<CaresLookup>(options_.name_servers)),
      names_(std::make_shared<NameCache>(lookup_, std::make_shared<const telemetry::RealClock>())),
      pools_(std::make_shared<UpstreamPools>(io.impl())) {}

UpstreamClient::~UpstreamClient() {
  lookup_->stop();
  pools_->close();
}

Executor UpstreamClient::executor() {
  return io_.impl().next_executor();
}

std::shared_ptr<const Backend> UpstreamClient::make_backend(BackendConfig config) const {
  if (!config.public_addresses_only) {
    config.proxy = options_.proxies.server_for(config.tls, config.host, config.port);
  }
  return std::make_shared<const Backend>(std::move(config), metrics_, names_);
}

}  // namespace signalbox::gateway
