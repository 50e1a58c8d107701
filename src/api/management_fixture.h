// For tests of the management port: a handler over a small configuration, and requests as values.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/auth.h"
#include "api/management.h"

namespace signalbox::api {

inline constexpr std::string_view kTestConfig = R"(
version: v0.3
listeners: [{name: test, address: 127.0.0.1, port: 8899}]
providers:
  defaults: {default_model: small}
  models:
    - name: small
      backend_refs: [{name: a, endpoint: "127.0.0.1:9", protocol: http, api_key: sk-inline-secret-0001}]
    - name: expert
      backend_refs: [{name: a, endpoint: "127.0.0.1:9", protocol: http}]
routing:
  modelCards: [{name: small}, {name: expert}]
  signals:
    keywords:
      - {name: code_words, operator: OR, keywords: [refactor]}
      - {name: passport, operator: OR, scope: image_text, keywords: [passport]}
    domains:
      - {name: law, description: Law, mmlu_categories: [law]}
  decisions:
    - {name: identity, priority: 30, rules: {type: keyword, name: passport}, modelRefs: [{model: small, use_reasoning: false}]}
    - {name: code, priority: 20, rules: {type: keyword, name: code_words}, modelRefs: [{model: expert, use_reasoning: false}]}
    - {name: legal, priority: 10, rules: {type: domain, name: law}, modelRefs: [{model: expert, use_reasoning: false}]}
)";

// "Reads" the same words in every picture.
class WordsReader final : public evidence::ImageReader {
 public:
  std::vector<evidence::ImageText> read(const std::vector<const evidence::Image*>& images,
                                        std::chrono::steady_clock::time_point) override {
    return std::vector<evidence::ImageText>(images.size(), {.text = text, .confidence = 0.9, .width = 4, .height = 3});
  }
  std::vector<evidence::ImagePixels> read_pixels(const std::vector<const evidence::Image*>& images,
                                                 const evidence::WantedPixels&,
                                                 std::chrono::steady_clock::time_point) override {
    return std::vector<evidence::ImagePixels>(images.size(), {.unjudged = evidence::Unjudged::decode_failed});
  }
  std::string text = "PASSPORT Utopia";
};

class ManagementTest : public testing::Test {
 protected:
  ManagementTest() { load(kTestConfig); }

  void load(std::string_view yaml) {
    const router::Loaded loaded = load_yaml(yaml);
    for (const config::Diagnostic& item : loaded.diagnostics->items()) {
      if (item.severity == config::Severity::error) ADD_FAILURE() << config::to_text(item);
    }
    snapshots_.set(loaded.snapshot);
    document_ = {redacted_json(loaded), loaded.snapshot->fingerprint};
  }

  static router::Loaded load_yaml(std::string_view yaml) {
    return router::load_text(yaml, "test.yaml", [](const std::string&) { return std::optional<std::string>(); });
  }

  ManagementServices services() {
    return {.snapshots = snapshots_,
            .validate = &load_yaml,
            .config = [this] { return document_; },
            .images = &reader_,
            .metrics = metrics_,
            .log = log_,
            .clock = clock_,
            .build = {"1.2.3", "test-isa", clock_.system_now()},
            .draining = [this] { return draining_; },
            .auth = [this] { return auth_; }};
  }

  static gateway::HttpRequest request(std::string method, std::string path, std::string body = {}) {
    gateway::HttpRequest request;
    request.method = std::move(method);
    request.body = std::move(body);
    request.request_id = "req-7";
    request.path = path.substr(0, path.find('?'));
    if (path.contains('?')) request.query = path.substr(path.find('?') + 1);
    request.target = std::move(path);
    request.headers.add("Host", "127.0.0.1:8080");
    return request;
  }

  gateway::HttpResponse send(const gateway::HttpRequest& request) { return make_management(services())(request); }
  gateway::HttpResponse get(std::string path) { return send(request("GET", std::move(path))); }
  gateway::HttpResponse post(std::string path, std::string body) {
    return send(request("POST", std::move(path), std::move(body)));
  }
  static nlohmann::json json(const gateway::HttpResponse& response) { return nlohmann::json::parse(response.body); }

  gateway::SnapshotSource snapshots_{nullptr};
  ConfigDocument document_;
  WordsReader reader_;
  telemetry::Registry metrics_;
  telemetry::NullLogger log_;
  telemetry::ManualClock clock_;
  bool draining_ = false;
  std::shared_ptr<const ManagementAuth> auth_;
};

}  // namespace signalbox::api
