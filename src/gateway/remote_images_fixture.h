// For tests: requests with pictures by URL, judged by the real passes, and servers of pictures that a test plays.
#pragma once

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "auth/access_state.h"
#include "config/load.h"
#include "gateway/admission.h"
#include "gateway/backend.h"
#include "gateway/judging.h"
#include "gateway/test_sockets.h"
#include "gateway/upstream.h"
#include "router/load.h"

namespace signalbox::gateway::testing {

// The first bytes of a PNG are one as far as fetching goes; whether it can be decoded is asked elsewhere.
inline const std::string kPng("\x89PNG\r\n\x1a\n", 8);
inline constexpr std::string_view kPngBase64 = "iVBORw0KGgo=";

inline std::string answer(std::string_view body, std::string_view headers = "Content-Type: image/png\r\n") {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" +
         std::string(body);
}

// Notes what it is given to read, and reads nothing in it.
class NotingReader final : public evidence::ImageReader {
 public:
  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point) override {
    const std::lock_guard lock(mutex_);
    for (const evidence::Image* image : images) {
      seen_.push_back(std::string(image->media_type) + " " + std::string(image->base64));
    }
    return std::vector<evidence::ImageText>(images.size());
  }
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels&,
                                                 std::chrono::steady_clock::time_point) override {
    return std::vector<evidence::ImagePixels>(images.size(), {.unjudged = evidence::Unjudged::decode_failed});
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> seen_;
};

class RemoteImagesTest : public ::testing::Test {
 protected:
  ~RemoteImagesTest() override {
    pool_.stop();
    io_.stop();
    if (server_.joinable()) server_.join();
  }

  // `remote_images` beside allow_private_addresses and a timeout that no test meets; `router` are further keys.
  static std::string config(const std::string& remote_images, const std::string& router = "deadline_ms: 60000") {
    return "global: {router: {" + router + ", remote_images: {" + remote_images + "}}}\n" + std::string(kPolicy);
  }
  std::string from_peer(const std::string& more = "timeout: 50s") const {
    return "origins: [\"http://127.0.0.1:" + std::to_string(peer_.port()) + "\"], allow_private_addresses: true, " +
           more;
  }
  std::string url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(peer_.port()) + target;
  }

  void start(const std::string& config_text, UpstreamOptions options = {}) {
    const auto loaded = router::load_text(config_text, "test", config::process_environment());
    ASSERT_TRUE(loaded.snapshot) << config_text;
    snapshots_ = std::make_unique<SnapshotSource>(loaded.snapshot);
    upstream_ = std::make_unique<UpstreamClient>(io_, metrics_, std::move(options));
    judging_ = std::make_unique<Judging>(
        ChatServices{*snapshots_, *upstream_, pool_, &reader_, log_, metrics_, clock_, clients_}, admission_);
  }

  // Answers one connection, once, with these bytes, and keeps it open.
  void serve(std::string bytes) {
    server_ = std::thread([this, bytes = std::move(bytes)] {
      Wire wire = peer_.accept();
      heard_ = wire.read_until("\r\n\r\n");
      wire.send(bytes);
      over_.wait();
    });
  }

  static std::string body_of(const std::vector<std::string>& urls, std::string_view text = "see",
                             std::string_view model = "auto") {
    std::string parts = R"({"type":"text","text":")" + std::string(text) + "\"}";
    for (const std::string& url : urls) parts += R"(,{"type":"image_url","image_url":{"url":")" + url + R"("}})";
    return R"({"model":")" + std::string(model) + R"(","messages":[{"role":"user","content":[)" + parts + "]}]}";
  }

  struct Run {
    CancelToken left;
    ExchangePtr exchange;
    std::optional<Reply> reply;
    Signal done;
  };
  static Task<void> play(Judging& judging, std::shared_ptr<Run> run) {
    run->reply = co_await judging.judge(run->exchange, run->left, &read_request);
    run->done.fire();
  }
  std::shared_ptr<Run> begin(std::string body) {
    auto run = std::make_shared<Run>();
    run->exchange = std::make_shared<Exchange>();
    run->exchange->snapshot = snapshots_->get();
    run->exchange->received = std::chrono::steady_clock::now();
    run->exchange->http.body = std::move(body);
    run->exchange->http.headers.add("authorization", "Bearer secret");
    run->exchange->http.headers.add("cookie", "secret=1");
    asio::co_spawn(io_.impl().executor(0), play(*judging_, run), asio::detached);
    return run;
  }
  std::shared_ptr<Run> judge(std::string body) {
    std::shared_ptr<Run> run = begin(std::move(body));
    finish(*run);
    return run;
  }
  void finish(Run& run) {
    EXPECT_TRUE(run.done.wait());
    over_.fire();
  }

  std::string decision(const Run& run) const {
    const router::Judgement& judgement = run.exchange->judgement;
    return judgement.decision == nullptr ? "-" : judgement.decision->name;
  }
  std::string_view reason(const Run& run, std::size_t image = 0) const {
    return evidence::to_string(run.exchange->evidence.images.at(image).unjudged);
  }
  double metric(const std::string& line_start) const {
    const std::string text = "\n" + metrics_.text();
    const auto at = text.find("\n" + line_start + " ");
    return at == std::string::npos ? 0 : std::atof(text.c_str() + at + line_start.size() + 2);
  }
  double fetches(const std::string& outcome) const {
    return metric("signalbox_remote_image_fetches_total{outcome=\"" + outcome + "\"}");
  }
  double connections() const {
    return metric("signalbox_upstream_connections_opened_total{backend=\"remote_images\"}");
  }

  static constexpr std::string_view kPolicy = R"(
providers: {defaults: {default_model: m}, models: [{name: m, backend_refs: [{endpoint: "127.0.0.1:9"}]}]}
routing:
  modelCards: [{name: m}]
  signals:
    unjudged: [{name: failed, reasons: [fetch_failed]}, {name: remote, reasons: [remote_url]}]
    keywords: [{name: word, operator: OR, scope: image_text, keywords: [passport]}]
  decisions:
    - {name: fetch_failed, priority: 3, rules: {type: unjudged, name: failed}, modelRefs: [{model: m}]}
    - {name: not_fetched, priority: 2, rules: {type: unjudged, name: remote}, modelRefs: [{model: m}]}
    - {name: passport, priority: 1, rules: {type: keyword, name: word}, modelRefs: [{model: m}]}
)";

  telemetry::NullLogger log_;
  telemetry::Registry metrics_;
  telemetry::RealClock clock_;
  NotingReader reader_;
  ScriptedPeer peer_;
  std::string heard_;
  Signal over_;
  std::thread server_;
  IoThreads io_{1};
  ComputePool pool_{1, 4};
  auth::AccessState clients_;
  Admission admission_{metrics_};
  std::unique_ptr<SnapshotSource> snapshots_;
  std::unique_ptr<UpstreamClient> upstream_;
  std::unique_ptr<Judging> judging_;
};

}  // namespace signalbox::gateway::testing
