// How a connection comes about: name, address, perhaps a proxy's tunnel, TLS. One deadline holds for all of it.
#include <fmt/format.h>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/http/empty_body.hpp>

#include "gateway/connect_race.h"
#include "gateway/upstream_connection.h"
#include "router/public_address.h"

namespace signalbox::gateway {
namespace http = boost::beast::http;
using asio::ip::tcp;
using Unexpected = std::unexpected<UpstreamError>;

namespace {

constexpr std::size_t kMaxTunnelHead = 16 * 1024;

// A look-up that can be abandoned: its answer comes from another thread, to where it may be left behind.
struct PendingLookup {
  explicit PendingLookup(Executor executor) : done(executor) {}
  Event done;
  bool finished = false;
  NameLookup::Result result;
};

void deliver_later(const std::shared_ptr<PendingLookup>& lookup, Executor executor, const NameLookup::Result& result) {
  asio::post(executor, [lookup, result] {
    lookup->finished = true;
    lookup->result = result;
    lookup->done.notify();
  });
}

using Endpoints = std::expected<std::vector<tcp::endpoint>, UpstreamError>;

// What is connected to is what was looked at: the name is not looked up again behind this.
Endpoints allowed_endpoints(const BackendConfig& config, const Addresses& addresses) {
  const std::uint16_t port = config.proxy ? config.proxy->port : config.port;
  std::vector<tcp::endpoint> result;
  for (const asio::ip::address& address : in_turns(addresses)) {
    if (config.public_addresses_only && !router::is_public_address(address.to_string())) continue;
    result.emplace_back(address, port);
  }
  if (result.empty()) return Unexpected(UpstreamError{UpstreamError::Kind::address_refused, "no public address"});
  return result;
}

}  // namespace

// Of the proxy where there is one, else of the backend.
Task<std::expected<std::vector<tcp::endpoint>, UpstreamError>> UpstreamConnection::endpoints() {
  if (!backend_->name) co_return allowed_endpoints(backend_->config, {backend_->numeric_address});
  name_generation_ = backend_->name->generation();
  auto lookup = std::make_shared<PendingLookup>(executor_);
  std::optional<NameLookup::Result> known = backend_->names->get(
      backend_->name,
      [lookup, executor = executor_](const NameLookup::Result& answer) { deliver_later(lookup, executor, answer); });
  if (!known) {
    wake_ = [lookup] { lookup->done.notify(); };
    while (!lookup->finished && !aborted_) co_await lookup->done.wait();
    wake_ = nullptr;
    name_generation_ = backend_->name->generation();
    known = std::move(lookup->result);
  }
  if (aborted_) co_return Unexpected(error(Kind::connect_failed, {}));
  if (known->addresses.empty()) co_return Unexpected(UpstreamError{Kind::connect_failed, known->error});
  co_return allowed_endpoints(backend_->config, known->addresses);
}

Task<std::expected<void, UpstreamError>> UpstreamConnection::reach(std::vector<tcp::endpoint> endpoints) {
  ErrorCode code;
  if (endpoints.size() == 1) {
    std::tie(code) = co_await socket_.async_connect(endpoints.front(), kAwait);
  } else {
    auto race = std::make_shared<ConnectRace>(executor_, std::move(endpoints));
    wake_ = [race] { race->cancel(); };
    code = co_await race->run(socket_);
    wake_ = nullptr;
  }
  if (code || aborted_) co_return Unexpected(error(Kind::connect_failed, code));
  ErrorCode ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);  // for write_now()
  co_return std::expected<void, UpstreamError>();
}

Task<std::expected<void, UpstreamError>> UpstreamConnection::connect() {
  set_deadline(backend_->config.timeouts.connect, Kind::timeout_connect);
  auto where = co_await endpoints();
  if (!where) co_return Unexpected(std::move(where.error()));
  auto reached = co_await reach(std::move(*where));
  if (!reached) co_return reached;
  if (backend_->config.tls) {
    if (backend_->config.proxy) {
      auto through = co_await open_tunnel();
      if (!through) co_return through;
    }
    auto secured = co_await handshake();
    if (!secured) co_return secured;
  }
  watchdog_->clear();
  co_return std::expected<void, UpstreamError>();
}

// CONNECT: the proxy passes bytes on, and TLS is between the backend and us.
Task<std::expected<void, UpstreamError>> UpstreamConnection::open_tunnel() {
  const BackendConfig& config = backend_->config;
  const bool v6 = config.host.find(':') != std::string::npos;
  const std::string target = fmt::format("{}{}{}:{}", v6 ? "[" : "", config.host, v6 ? "]" : "", config.port);
  std::string head = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", target, target);
  if (!config.proxy->authorization.empty()) head += "Proxy-Authorization: " + config.proxy->authorization + "\r\n";
  head += "\r\n";
  for (std::string_view rest = head; !rest.empty();) {
    const auto [code, n] = co_await socket_.async_write_some(asio::buffer(rest), kAwait);
    if (code || aborted_) co_return Unexpected(error(Kind::connect_failed, code));
    rest.remove_prefix(n);
  }
  http::response_parser<http::empty_body> parser;
  parser.skip(true);  // an answer to CONNECT has no body
  parser.header_limit(kMaxTunnelHead);
  while (!parser.is_done()) {
    const auto [code, n] = co_await read_some();
    if (code || aborted_) co_return Unexpected(error(Kind::connect_failed, code));
    in_.commit(n);
    ErrorCode problem;
    in_.consume(parser.put(asio::buffer(in_.view().data(), in_.view().size()), problem));
    if (problem && problem != http::error::need_more) co_return Unexpected(error(Kind::connect_failed, problem));
  }
  const unsigned status = parser.get().result_int();
  if (status >= 200 && status < 300 && in_.size() == 0) co_return std::expected<void, UpstreamError>();
  co_return Unexpected(UpstreamError{Kind::connect_failed, fmt::format("the proxy answered {}", status)});
}

Task<std::expected<void, UpstreamError>> UpstreamConnection::handshake() {
  const BackendConfig& config = backend_->config;
  if (config.trusts_nobody) co_return Unexpected(UpstreamError{Kind::tls_failed, "no authorities to verify with"});
  tls_ = std::make_unique<Stream>(socket_, *backend_->tls);
  ErrorCode not_numeric;
  asio::ip::make_address(config.host, not_numeric);
  if (not_numeric) SSL_set_tlsext_host_name(tls_->native_handle(), config.host.c_str());
  if (config.verify) {
    tls_->set_verify_mode(asio::ssl::verify_peer);
    tls_->set_verify_callback(asio::ssl::host_name_verification(config.host));
  }
  auto [code] = co_await tls_->async_handshake(Stream::client, kAwait);
  if (code || aborted_) co_return Unexpected(error(Kind::tls_failed, code));
  co_return std::expected<void, UpstreamError>();
}

}  // namespace signalbox::gateway
