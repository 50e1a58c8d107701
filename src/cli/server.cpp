#include "cli/server.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

#include "api/management.h"
#include "cli/address.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/file_limit.h"
#include "cli/images.h"
#include "cli/listener_options.h"
#include "cli/management.h"
#include "cli/management_access.h"
#include "gateway/allocator.h"
#include "gateway/chat_service.h"
#include "gateway/handler.h"
#include "gateway/http_server.h"
#include "gateway/idle_trim.h"
#include "gateway/judging_threads.h"
#include "gateway/jwks_refresher.h"
#include "gateway/mock_upstream.h"
#include "gateway/upstream.h"
#include "lifecycle/editor.h"
#include "lifecycle/heartbeat.h"
#include "lifecycle/service_manager.h"

namespace signalbox::cli {

namespace {

using gateway::ListenAddress;

constexpr std::size_t kManagementQueue = 64;

std::optional<std::uint16_t> port_from(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  return parse_address(std::string("x:") + text).port;
}

std::vector<GatewayListener> listeners_of(const router::RootSpec& root) {
  std::vector<GatewayListener> listeners = gateway_listeners(root);
  if (const std::optional<std::uint16_t> port = port_from("SIGNALBOX_PORT")) listeners.front().address.port = *port;
  return listeners;
}

ListenAddress management_address(const router::RootSpec& root) {
  const router::ManagementApiSpec& spec = root.global.services.management_api;
  ListenAddress address{"management", spec.bind_address, static_cast<std::uint16_t>(spec.port)};
  if (const std::optional<std::uint16_t> port = port_from("SIGNALBOX_MANAGEMENT_PORT")) address.port = *port;
  return address;
}

std::size_t queue_capacity(const router::Snapshot& snapshot) {
  return static_cast<std::size_t>(snapshot.spec->global.router.overload.max_queued_judgements);
}

std::string reachable(const std::string& address) {
  return address == "0.0.0.0" ? "127.0.0.1" : address == "::" ? "::1" : address;
}

void print_ready(const GatewayListener& first, std::uint16_t port, const ListenAddress& management,
                 std::uint16_t management_port) {
  const std::string url = to_url(reachable(first.address.address), port, first.tls.has_value());
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
  Process(router::Loaded loaded, telemetry::Registry& metrics, const ServerOptions& options)
      : metrics_(metrics),
        log_(telemetry::make_json_logger(clock_)),
        snapshots_(loaded.snapshot),
        service_manager_(config::process_environment(), clock_),
        images_(make_image_reader(loaded.snapshot->spec->global.router)),
        documents_(make_document_reader(loaded.snapshot->spec->global.router)),
        compute_(gateway::judging_threads(*loaded.snapshot), queue_capacity(*loaded.snapshot), &metrics_),
        management_compute_(2, kManagementQueue),
        io_(gateway::usable_processors()),
        access_(config::process_environment(), *log_),
        reloader_(make_applier(loaded, options), *log_,
                  {[this] { service_manager_.reloading(); }, [this] { say_ready(); }}),
        editor_(reloader_, options.files, clock_),
        upstream_(io_, metrics_, {gateway::ProxySettings(config::process_environment()), {}}),
        server_(io_, *log_, metrics_),
        management_server_(io_, *log_, metrics_),
        options_(options) {
    access_.prepare (*loaded.snapshot)();
  }

  int run() {
    gateway::SnapshotSource::Pointer started_with = snapshots_.get();
    const router::RootSpec& root = *started_with->spec;
    metrics_.gauge_callback("signalbox_log_lines_lost", "Log lines that could not be written, since the start.",
                            [this] { return static_cast<double>(log_->lost()); });
    start_demo_backend();
    const gateway::ChatServices services{snapshots_, upstream_, compute_, images_.get(),   *log_,
                                         metrics_,   clock_,    clients_, documents_.get()};
    if (const std::string why = documents_->why_no_pdf(); !why.empty()) {
      log_->log(telemetry::Level::warn, "documents_unread", {{"type", "application/pdf"}, {"reason", why}});
    }
    gateway::ServerLimits limits;
    limits.max_body_bytes = static_cast<std::size_t>(root.global.router.max_body_bytes);
    const std::shared_ptr<gateway::Handler> chat = gateway::make_chat_service(services);
    const std::vector<GatewayListener> listeners = listeners_of(root);
    const ListenAddress management = management_address(root);
    const std::uint16_t management_port =
        management_server_.listen(management, make_management_handler(management_parts(management.address)), limits);
    std::optional<std::uint16_t> first_port;
    for (const GatewayListener& listener : listeners) {
      const std::uint16_t port =
          server_.listen(listener.address, with_cors(chat, listener.cors), listener.limits, listener.tls);
      if (!first_port) first_port = port;
    }
    started_with.reset();  // or it would live as long as the process
    reloader_.start();
    heartbeat_.emplace(service_manager_, [this](std::chrono::milliseconds within) { return io_.answer(within); });
    gateway::start_jwks_refresher(io_, {upstream_, snapshots_, clients_, *log_, metrics_, clock_});
    print_ready(listeners.front(), *first_port, management, management_port);
    say_ready();
    while (await_order() == Order::reload) reloader_.request(lifecycle::Source::signal);
    return stop();
  }

 private:
  void start_demo_backend() {
    if (options_.demo_backend.empty()) return;
    const Address address = parse_address(options_.demo_backend);
    demo_.emplace(io_, *log_, metrics_);
    demo_->listen({"demo-backend", address.host, address.port}, gateway::make_mock_upstream({}, clock_));
  }

  ManagementParts management_parts(const std::string& bind_address) {
    return {snapshots_,
            editor_,
            access_,
            bind_address,
            images_.get(),
            documents_.get(),
            management_compute_,
            *log_,
            metrics_,
            clock_,
            draining_,
            std::filesystem::path(options_.files.front()).parent_path().string()};
  }

  std::unique_ptr<lifecycle::Applier> make_applier(const router::Loaded& loaded, const ServerOptions& options) {
    return std::make_unique<lifecycle::Applier>(lifecycle::ApplierParts{.snapshots = snapshots_,
                                                                        .files = options.files,
                                                                        .environment = config::process_environment(),
                                                                        .degraded = options.degraded,
                                                                        .shown = api::redacted_json,
                                                                        .reloadables = reloadables(),
                                                                        .log = *log_,
                                                                        .metrics = metrics_,
                                                                        .clock = clock_,
                                                                        .models = options.models},
                                                loaded);
  }

  // What a reload renews beside the snapshot: certificates, keys, tokens belong here. Called after everything is up.
  std::vector<lifecycle::Reloadable> reloadables() {
    // A pair of files that does not load changes nothing: the server says so itself and keeps the former one.
    const auto certificates = [this](const router::Snapshot&) -> std::expected<std::function<void()>, std::string> {
      return [this] { server_.reload_certificates(); };
    };
    // Started before the swap: a machine that has no more threads refuses the reload. They stay when the model goes.
    const auto threads = [this](const router::Snapshot& next) -> std::expected<std::function<void()>, std::string> {
      try {
        compute_.grow_to(gateway::judging_threads(next));
      } catch (const std::system_error& error) {
        return std::unexpected(std::string("no more threads can be started: ") + error.what());
      }
      return [] {};
    };
    return {{"management tokens", [this](const router::Snapshot& next) { return access_.prepare(next); }},
            {"certificates", certificates},
            {"judging threads", threads}};
  }

  void say_ready() { service_manager_.ready("requests are routed; configuration " + snapshots_.get()->fingerprint); }

  // Load balancers are told first and given time to notice; then nothing new is taken in, and what runs may end.
  int stop() {
    const router::ShutdownSpec shutdown = snapshots_.get()->spec->global.services.shutdown;
    draining_ = true;
    end_at_once_on_next_stop_signal();
    service_manager_.stopping("the last requests are being finished");
    log_->log(telemetry::Level::info, "stopping", {});
    reloader_.stop();
    server_.announce_stop();
    std::this_thread::sleep_for(shutdown.drain_delay.value);
    const std::size_t broken = server_.stop(std::chrono::ceil<std::chrono::milliseconds>(shutdown.grace.value));
    management_server_.stop(std::chrono::seconds(2));
    if (demo_) demo_->stop(std::chrono::seconds(2));
    compute_.stop();
    management_compute_.stop();
    heartbeat_.reset();
    io_.stop();
    if (broken > 0) log_->log(telemetry::Level::warn, "stopped_with_unfinished_requests", {{"count", broken}});
    return kGood;
  }

  telemetry::RealClock clock_;
  telemetry::Registry& metrics_;
  auth::AccessState clients_;
  std::unique_ptr<telemetry::Logger> log_;
  gateway::SnapshotSource snapshots_;  // holds the backends, which write metrics
  lifecycle::ServiceManager service_manager_;
  std::unique_ptr<evidence::ImageReader> images_;
  std::unique_ptr<documents::FileReader> documents_;
  gateway::ComputePool compute_;
  gateway::ComputePool management_compute_;  // of its own: /health must answer while pictures are read
  gateway::IoThreads io_;
  ManagementAccess access_;
  lifecycle::Reloader reloader_;
  lifecycle::Editor editor_;
  gateway::UpstreamClient upstream_;
  gateway::HttpServer server_;
  gateway::HttpServer management_server_;
  std::optional<gateway::HttpServer> demo_;
  std::optional<lifecycle::Heartbeat> heartbeat_;
  std::atomic<bool> draining_{false};
  gateway::IdleTrim trim_;
  const ServerOptions& options_;
};

}  // namespace

int serve(router::Loaded loaded, telemetry::Registry& metrics, const ServerOptions& options) {
  block_process_signals();
  gateway::prepare_allocator();
  raise_file_limit();
  Process process(std::move(loaded), metrics, options);  // a temporary would keep `loaded` until run() returns
  return process.run();
}

}  // namespace signalbox::cli
