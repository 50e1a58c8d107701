// For tests: a server that relays to one backend, as the pipeline will.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/forward.h"
#include "gateway/test_sockets.h"

namespace signalbox::gateway::testing {

// A proxy of one backend, as the pipeline will be: forwards, and answers the typed error when nothing was sent.
class ProxyHandler final : public Handler {
 public:
  ProxyHandler(UpstreamClient& client, std::shared_ptr<const Backend> backend)
      : client_(client), backend_(std::move(backend)) {}

  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    UpstreamRequest upstream{backend_, request.method, request.target, std::move(request.headers),
                             std::make_shared<const std::string>(std::move(request.body))};
    remove_hop_by_hop(upstream.headers);
    TailCapture tail(64);
    auto result = co_await forward(client_, std::move(upstream), writer, {{{"x-vsr-selected-model", "m1"}}, &tail});
    if (result.error && result.answerable) co_await writer.send(to_response(*result.error));
    std::lock_guard lock(mutex_);
    results_.push_back(result);
    tails_.emplace_back(tail.tail());
    changed_.notify_all();
  }

  ForwardResult result(std::size_t i = 0) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return results_.size() > i; }));
    return results_.size() > i ? results_[i] : ForwardResult{};
  }
  std::string tail(std::size_t i = 0) {
    std::lock_guard lock(mutex_);
    return tails_.at(i);
  }

 private:
  UpstreamClient& client_;
  std::shared_ptr<const Backend> backend_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ForwardResult> results_;
  std::vector<std::string> tails_;
};

class ProxyFixture : public ServerFixture {
 protected:
  void TearDown() override {
    ServerFixture::TearDown();
    client_.reset();
  }
  // A client connection to a proxy in front of `config`.
  Wire proxy(BackendConfig config) {
    config.name = "b1";
    handler_ = std::make_shared<ProxyHandler>(*client_, client_->make_backend(std::move(config)));
    port_ = serve(handler_);
    return Wire::connect(port_);
  }
  BackendConfig at(std::uint16_t port) {
    BackendConfig config;
    config.host = "127.0.0.1";
    config.port = port;
    return config;
  }
  double errors(std::string_view kind) const {
    return metric(R"(signalbox_upstream_errors_total{backend="b1",kind=")" + std::string(kind) + R"("})");
  }

  std::unique_ptr<UpstreamClient> client_ = std::make_unique<UpstreamClient>(io_, metrics_);
  std::shared_ptr<ProxyHandler> handler_;
  std::uint16_t port_ = 0;
};

}  // namespace signalbox::gateway::testing
