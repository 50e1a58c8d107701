#include "cli/server.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "cli/address.h"
#include "cli/commands.h"
#include "cli/images.h"
#include "cli/management.h"
#include "gateway/chat_service.h"
#include "gateway/handler.h"
#include "gateway/http_server.h"
#include "gateway/mock_upstream.h"
#include "gateway/upstream.h"

namespace signalbox::cli {

namespace {

using gateway::ListenAddress;

constexpr std::size_t kComputeQueue = 512;
constexpr std::chrono::seconds kDrain{30};

std::optional<std::uint16_t> port_from(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return parse_address(std::string("x:") + text).port;
}

std::vector<ListenAddress> gateway_addresses(const router::RootSpec& root) {
  std::vector<ListenAddress> addresses;
  for (const router::ListenerSpec& listener : root.listeners) {
    addresses.push_back({listener.name.empty() ? "gateway" : listener.name, listener.address,
                         static_cast<std::uint16_t>(listener.port)});
  }
  if (addresses.empty()) addresses.push_back({"gateway", "127.0.0.1", 8899});
  if (const std::optional<std::uint16_t> port = port_from("SIGNALBOX_PORT")) addresses.front().port = *port;
  return addresses;
}

ListenAddress management_address(const router::RootSpec& root) {
  const router::ManagementApiSpec& spec = root.global.services.management_api;
  ListenAddress address{"management", spec.bind_address, static_cast<std::uint16_t>(spec.port)};
  if (const std::optional<std::uint16_t> port = port_from("SIGNALBOX_MANAGEMENT_PORT")) address.port = *port;
  return address;
}

std::string reachable(const std::string& address) {
  return address == "0.0.0.0" ? "127.0.0.1" : address == "::" ? "::1" : address;
}

void print_ready(const ListenAddress& first, std::uint16_t port, const ListenAddress& management,
                 std::uint16_t management_port) {
  const std::string url = to_url(reachable(first.address), port);
  const std::string management_url = to_url(reachable(management.address), management_port);
  std::cout
      << "ready " << url << "\n"
      << "management " << management_url << "   explain page: " << management_url << "/\n"
      << "try:\n"
      << "  curl -si " << url << "/v1/chat/completions -H 'content-type: application/json' \\\n"
      << "    -d '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"There is an urgent bug in my "
         "Python function\"}]}'\n"
      << std::flush;
}

// Everything that lives as long as the process, in the order in which it must die.
class Process {
 public:
  Process(router::Loaded loaded, const ServerOptions& options)
      : log_(telemetry::make_json_logger(clock_)),
        snapshots_(loaded.snapshot),
        images_(make_image_reader(loaded.snapshot->spec->global.router.image_isolation)),
        compute_(std::max(2u, std::thread::hardware_concurrency()), kComputeQueue),
        io_(std::max(1u, std::thread::hardware_concurrency())),
        upstream_(io_, metrics_, {gateway::ProxySettings(config::process_environment()), {}}),
        server_(io_, *log_, metrics_),
        management_server_(io_, *log_, metrics_),
        loaded_(std::move(loaded)),
        options_(options) {}

  int run() {
    const router::RootSpec& root = *snapshots_.get()->spec;
    metrics_.gauge_callback("signalbox_log_lines_lost", "Log lines that could not be written, since the start.",
                            [this] { return static_cast<double>(log_->lost()); });
    start_demo_backend();
    const gateway::ChatServices services{snapshots_, upstream_, compute_, images_.get(), *log_, metrics_, clock_};
    gateway::ServerLimits limits;
    limits.max_body_bytes = static_cast<std::size_t>(root.global.router.max_body_bytes);
    const std::shared_ptr<gateway::Handler> chat = gateway::make_chat_service(services);
    const std::vector<ListenAddress> addresses = gateway_addresses(root);
    const ListenAddress management = management_address(root);
    const std::uint16_t management_port =
        management_server_.listen(management, make_management_handler(management_parts()), limits);
    std::optional<std::uint16_t> first_port;
    for (const ListenAddress& address : addresses) {
      const std::uint16_t port = server_.listen(address, chat, limits);
      if (!first_port) first_port = port;
    }
    print_ready(addresses.front(), *first_port, management, management_port);
    await_stop_signal();
    return stop();
  }

 private:
  void start_demo_backend() {
    if (options_.demo_backend.empty()) return;
    const Address address = parse_address(options_.demo_backend);
    demo_.emplace(io_, *log_, metrics_);
    demo_->listen({"demo-backend", address.host, address.port}, gateway::make_mock_upstream({}, clock_));
  }

  ManagementParts management_parts() {
    return {snapshots_, loaded_, images_.get(), compute_, *log_, metrics_, clock_, draining_};
  }

  int stop() {
    draining_ = true;
    log_->log(telemetry::Level::info, "stopping", {});
    const std::size_t broken = server_.stop(kDrain);
    management_server_.stop(std::chrono::seconds(2));
    if (demo_) demo_->stop(std::chrono::seconds(2));
    compute_.stop();
    io_.stop();
    if (broken > 0) log_->log(telemetry::Level::warn, "stopped_with_unfinished_requests", {{"count", broken}});
    return kGood;
  }

  telemetry::RealClock clock_;
  telemetry::Registry metrics_;
  std::unique_ptr<telemetry::Logger> log_;
  gateway::SnapshotSource snapshots_;  // holds the backends, which write metrics
  std::unique_ptr<evidence::ImageReader> images_;
  gateway::ComputePool compute_;
  gateway::IoThreads io_;
  gateway::UpstreamClient upstream_;
  gateway::HttpServer server_;
  gateway::HttpServer management_server_;
  std::optional<gateway::HttpServer> demo_;
  router::Loaded loaded_;
  std::atomic<bool> draining_{false};
  const ServerOptions& options_;
};

}  // namespace

int serve(router::Loaded loaded, const ServerOptions& options) {
  block_stop_signals();
  return Process(std::move(loaded), options).run();
}

}  // namespace signalbox::cli
