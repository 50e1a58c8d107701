#include "gateway/upstream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "gateway/response_text.h"
#include "gateway/upstream_connection.h"

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;
using Unexpected = std::unexpected<UpstreamError>;
using ConnectionPtr = std::shared_ptr<UpstreamConnection>;

// Idle connections, by I/O thread and backend. Each thread touches only its own part.
class UpstreamPools : public std::enable_shared_from_this<UpstreamPools> {
 public:
  explicit UpstreamPools(IoThreads::Impl& io) : io_(io), parts_(io.loops.size()) {}

  ConnectionPtr take(const Executor& executor, const Backend& backend);
  void give(const Executor& executor, ConnectionPtr connection);
  void close();  // from outside the I/O threads

 private:
  struct Part {
    std::unordered_map<const Backend*, std::vector<ConnectionPtr>> idle;
    bool sweeping = false;
    bool closed = false;
  };
  static Task<void> sweep(std::weak_ptr<UpstreamPools> weak, std::size_t part);
  static void drop_expired(Part& part);

  IoThreads::Impl& io_;
  std::vector<Part> parts_;
};

ConnectionPtr UpstreamPools::take(const Executor& executor, const Backend& backend) {
  Part& part = parts_[io_.index_of(executor)];
  auto it = part.idle.find(&backend);
  if (it == part.idle.end()) return nullptr;
  auto oldest_allowed = std::chrono::steady_clock::now() - backend.config.idle_timeout;
  while (!it->second.empty()) {  // the most recently used first: it is the least likely to have been closed
    ConnectionPtr connection = std::move(it->second.back());
    it->second.pop_back();
    if (connection->idle_since > oldest_allowed && connection->still_quiet()) return connection;
    connection->close();
  }
  return nullptr;
}

void UpstreamPools::give(const Executor& executor, ConnectionPtr connection) {
  std::size_t index = io_.index_of(executor);
  Part& part = parts_[index];
  auto& idle = part.idle[connection->backend().get()];
  if (part.closed || idle.size() >= connection->backend()->config.max_idle) return connection->close();
  connection->idle_since = std::chrono::steady_clock::now();
  idle.push_back(std::move(connection));
  if (std::exchange(part.sweeping, true)) return;
  asio::co_spawn(executor, sweep(weak_from_this(), index), asio::detached);
}

void UpstreamPools::drop_expired(Part& part) {
  auto now = std::chrono::steady_clock::now();
  for (auto& [backend, connections] : part.idle) {
    std::erase_if(connections, [&](const ConnectionPtr& connection) {
      return now - connection->idle_since >= backend->config.idle_timeout;
    });
  }
  std::erase_if(part.idle, [](const auto& entry) { return entry.second.empty(); });
}

// Closes what nobody asked for again. Runs only while something is pooled.
Task<void> UpstreamPools::sweep(std::weak_ptr<UpstreamPools> weak, std::size_t part) {
  Timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(kAwait);
    auto self = weak.lock();
    if (!self) co_return;
    drop_expired(self->parts_[part]);
    if (!self->parts_[part].idle.empty()) continue;
    self->parts_[part].sweeping = false;
    co_return;
  }
}

void UpstreamPools::close() {
  auto clear = [this](std::size_t i) {
    parts_[i].closed = true;
    parts_[i].idle.clear();
  };
  if (io_.stopped) {
    for (std::size_t i = 0; i < parts_.size(); ++i) clear(i);
    return;
  }
  std::latch cleared(static_cast<std::ptrdiff_t>(parts_.size()));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    asio::post(io_.executor(i), [&, i] {
      clear(i);
      cleared.count_down();
    });
  }
  cleared.wait();
}

std::string_view to_string(Kind kind) {
  constexpr std::array<std::string_view, kErrorKinds> kNames = {
      "connect_failed",    "tls_failed",     "timeout_connect", "timeout_first_byte", "timeout_idle",
      "reset_before_head", "reset_mid_body", "bad_response",    "cancelled"};
  return kNames[static_cast<std::size_t>(kind)];
}

HttpResponse to_response(const UpstreamError& error) {
  bool late =
      error.kind == Kind::timeout_connect || error.kind == Kind::timeout_first_byte || error.kind == Kind::timeout_idle;
  return error_response(late ? 504 : 502, "server_error", to_string(error.kind),
                        late ? "The model's backend did not answer in time."
                             : "The model's backend could not be reached or broke off its answer.");
}

Backend::Backend(BackendConfig c, telemetry::Registry& metrics)
    : config(std::move(c)),
      connections_opened(
          metrics.counter("signalbox_upstream_connections_opened_total", "Connections opened to backends.", {"backend"})
              .with({config.name})),
      connections_reused(metrics
                             .counter("signalbox_upstream_connections_reused_total",
                                      "Requests sent on a pooled connection.", {"backend"})
                             .with({config.name})),
      first_byte_seconds(metrics
                             .histogram("signalbox_upstream_first_byte_seconds",
                                        "From sending a request to the head of its answer.",
                                        telemetry::latency_buckets(), {"backend"})
                             .with({config.name})) {
  auto& family =
      metrics.counter("signalbox_upstream_errors_total", "Failed requests to backends.", {"backend", "kind"});
  for (std::size_t i = 0; i < errors.size(); ++i) {
    errors[i] = &family.with({config.name, to_string(static_cast<Kind>(i))});
  }
  bool v6 = config.host.find(':') != std::string::npos;
  host_header = v6 ? fmt::format("[{}]", config.host) : config.host;
  if (config.port != (config.tls ? 443 : 80)) host_header += fmt::format(":{}", config.port);
  if (!config.tls) return;
  tls.emplace(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  ErrorCode error;
  if (config.ca_file.empty()) {
    tls->set_default_verify_paths(error);
  } else {
    tls->load_verify_file(config.ca_file, error);
  }
  if (error)
    throw std::runtime_error(fmt::format("cannot read CA certificates {}: {}", config.ca_file, error.message()));
}

UpstreamExchange::UpstreamExchange(std::shared_ptr<UpstreamPools> pools, UpstreamRequest request,
                                   CancelToken& client_left)
    : pools_(std::move(pools)), request_(std::move(request)), client_left_(client_left) {}

// Dropped in the middle of an answer: the client could not be written to.
UpstreamExchange::~UpstreamExchange() {
  if (connection_ && !failed_) failed({Kind::cancelled, {}});
}

Task<std::expected<ResponseHead, UpstreamError>> UpstreamExchange::start() {
  for (bool fresh : {false, true}) {
    if (client_left_.cancelled()) co_return Unexpected(failed({Kind::cancelled, {}}));
    auto connected = co_await connect(fresh);
    if (!connected) co_return Unexpected(failed(std::move(connected.error())));
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

Task<std::expected<void, UpstreamError>> UpstreamExchange::connect(bool fresh) {
  Executor executor = co_await asio::this_coro::executor;
  connection_ = fresh ? nullptr : pools_->take(executor, *request_.backend);
  bool pooled = connection_ != nullptr;
  if (!pooled) connection_ = UpstreamConnection::make(executor, request_.backend);
  registration_ = client_left_.on_cancel([weak = std::weak_ptr(connection_)] {
    if (auto connection = weak.lock()) connection->abort(Kind::cancelled);
  });
  if (pooled) {
    request_.backend->connections_reused.increment();
    co_return std::expected<void, UpstreamError>();
  }
  auto connected = co_await connection_->connect();
  if (connected) request_.backend->connections_opened.increment();
  co_return connected;
}

Task<std::expected<ResponseHead, UpstreamError>> UpstreamExchange::send_and_read_head() {
  auto start = std::chrono::steady_clock::now();
  std::string_view body = request_.body ? std::string_view(*request_.body) : std::string_view();
  std::string head =
      request_head(request_.method, request_.target, request_.backend->host_header, request_.headers, body.size());
  auto sent = co_await connection_->send(head, body);
  // A backend may refuse early (413, 401) and close without reading all: then its answer is there although our write
  // failed, and it says more than the broken pipe.
  if (!sent && sent.error().kind != Kind::reset_before_head) co_return Unexpected(sent.error());
  auto answer = co_await connection_->read_head(request_.method == "HEAD");
  if (answer) {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    request_.backend->first_byte_seconds.observe(seconds);
  }
  co_return answer;
}

std::string_view UpstreamExchange::take_buffered() {
  if (!connection_) return chunk_;
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
}

UpstreamError UpstreamExchange::failed(UpstreamError error) {
  failed_ = true;
  request_.backend->errors[static_cast<std::size_t>(error.kind)]->increment();
  registration_.reset();
  if (connection_) connection_->close();
  return error;
}

UpstreamClient::UpstreamClient(IoThreads& io, telemetry::Registry& metrics)
    : metrics_(metrics), pools_(std::make_shared<UpstreamPools>(io.impl())) {}

UpstreamClient::~UpstreamClient() {
  pools_->close();
}

std::shared_ptr<const Backend> UpstreamClient::make_backend(BackendConfig config) const {
  return std::make_shared<const Backend>(std::move(config), metrics_);
}

}  // namespace signalbox::gateway
