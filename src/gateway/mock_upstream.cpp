#include "gateway/mock_upstream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "gateway/handler.h"
#include "gateway/mock_chat.h"

namespace signalbox::gateway {
namespace {

constexpr std::array<std::string_view, 9> kFaultNames = {"latency_ms", "status",         "retry_after",
                                                         "cut_after",  "half_frame",     "disconnect",
                                                         "garbage",    "chunk_delay_ms", "drip_bytes"};

void apply_suffix(MockFaults& faults, std::string_view suffix) {
  while (!suffix.empty()) {
    auto comma = std::min(suffix.find(','), suffix.size());
    std::string_view item = suffix.substr(0, comma);
    auto equals = std::min(item.find('='), item.size());
    std::string_view value = equals == item.size() ? std::string_view("1") : item.substr(equals + 1);
    set_fault(faults, item.substr(0, equals), value);
    suffix.remove_prefix(std::min(comma + 1, suffix.size()));
  }
}

void apply_headers(MockFaults& faults, const Headers& headers) {
  for (std::string_view name : kFaultNames) {
    std::string header = "x-mock-" + std::string(name);
    std::replace(header.begin(), header.end(), '_', '-');
    if (auto value = headers.get(header)) set_fault(faults, name, *value);
  }
}

HttpResponse injected_error(const MockFaults& faults) {
  bool limited = faults.status == 429;
  auto response = error_response(faults.status, limited ? "rate_limit_error" : "server_error",
                                 limited ? "rate_limit_exceeded" : "injected_fault", "This error was asked for.");
  if (limited || faults.status == 503) response.headers.add("Retry-After", std::to_string(faults.retry_after));
  return response;
}

HttpResponse not_allowed(std::string_view allow) {
  auto response =
      error_response(405, "invalid_request_error", "method_not_allowed", "This method is not allowed here.");
  response.headers.add("Allow", std::string(allow));
  return response;
}

nlohmann::ordered_json model_object(std::string_view id) {
  return {{"id", id}, {"object", "model"}, {"created", 0}, {"owned_by", "mock-upstream"}};
}

// The pieces a body is written in: whole frames, or drips of so many bytes.
std::vector<std::string> in_drips(const std::vector<std::string>& frames, std::size_t bytes) {
  std::vector<std::string> out;
  for (const std::string& frame : frames) {
    for (std::size_t at = 0; at < frame.size(); at += bytes) out.push_back(frame.substr(at, bytes));
  }
  return out;
}

std::vector<std::string> in_tenths(const std::string& body) {
  return in_drips({body}, std::max<std::size_t>(1, (body.size() + 9) / 10));
}

class MockHandler final : public Handler {
 public:
  MockHandler(MockOptions options, const telemetry::Clock& clock) : options_(std::move(options)), clock_(clock) {}

  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    if (request.path == "/v1/chat/completions") {
      if (request.method == "POST") co_return co_await chat(request, writer);
      co_await writer.send(not_allowed("POST"));
    } else if (request.method != "GET" && request.method != "HEAD") {
      co_await writer.send(known(request.path) ? not_allowed("GET, HEAD") : not_found());
    } else {
      co_await writer.send(get(request.path));
    }
  }

 private:
  static bool known(std::string_view path) { return path == "/health" || path.starts_with("/v1/models"); }

  static HttpResponse not_found() {
    return error_response(404, "invalid_request_error", "not_found", "There is nothing at this path.");
  }

  HttpResponse get(std::string_view path) const {
    if (path == "/health") return json_response(200, R"({"status":"ok"})");
    if (path == "/v1/models") {
      nlohmann::ordered_json list = {{"object", "list"}, {"data", nlohmann::ordered_json::array()}};
      for (const std::string& id : options_.models) list["data"].push_back(model_object(id));
      return json_response(200, list.dump());
    }
    constexpr std::string_view kPrefix = "/v1/models/";
    for (const std::string& id : options_.models) {
      if (path.starts_with(kPrefix) && path.substr(kPrefix.size()) == id) {
        return json_response(200, model_object(id).dump());
      }
    }
    return not_found();
  }

  Task<void> chat(const HttpRequest& request, ResponseWriter& writer) {
    MockAnswer answer = plan_mock_answer(request);
    MockFaults faults = options_.faults;
    apply_suffix(faults, answer.fault_suffix);
    apply_headers(faults, request.headers);
    if (!co_await pause(faults.latency_ms, writer.client_left())) co_return;
    if (faults.disconnect) co_return writer.abort();
    if (faults.garbage) {
      co_await writer.send_raw("\x16\x03this is not HTTP\r\n\r\n");
    } else if (faults.status >= 400) {
      co_await writer.send(injected_error(faults));
    } else if (!answer.valid) {
      co_await writer.send(
          error_response(400, "invalid_request_error", "invalid_body", "The body is not a chat completion request."));
    } else {
      co_await write_answer(answer, faults, writer);
    }
  }

  Task<void> write_answer(const MockAnswer& answer, const MockFaults& faults, ResponseWriter& writer) {
    std::string id = fmt::format("chatcmpl-mock-{}", ++answers_);
    auto created = std::chrono::duration_cast<std::chrono::seconds>(clock_.system_now().time_since_epoch()).count();
    ResponseHead head;
    std::vector<std::string> pieces;
    if (answer.stream) {
      head.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}};
      pieces = to_frames(answer, id, created);
    } else {
      std::string body = to_completion(answer, id, created);
      head.headers = {{"Content-Type", "application/json"}};
      head.content_length = body.size();
      pieces = faults.cut_after >= 0 ? in_tenths(body) : std::vector<std::string>{std::move(body)};
    }
    if (faults.drip_bytes > 0) pieces = in_drips(pieces, static_cast<std::size_t>(faults.drip_bytes));
    co_await write_pieces(std::move(head), pieces, faults, writer);
  }

  static Task<void> write_pieces(ResponseHead head, const std::vector<std::string>& pieces, const MockFaults& faults,
                                 ResponseWriter& writer) {
    if (!co_await writer.begin(std::move(head), {})) co_return;
    int written = 0;
    for (const std::string& piece : pieces) {
      bool cut = faults.cut_after >= 0 && written >= faults.cut_after;
      if (faults.half_frame && (cut || faults.cut_after < 0)) {
        co_await writer.write(std::string_view(piece).substr(0, piece.size() / 2));
        co_return writer.abort();
      }
      if (cut) co_return writer.abort();
      if (written > 0 && !co_await pause(faults.chunk_delay_ms, writer.client_left())) co_return;
      if (!co_await writer.write(piece)) co_return;
      ++written;
    }
    co_await writer.finish({});
  }

  // False when the client left meanwhile.
  static Task<bool> pause(int milliseconds, CancelToken& left) {
    if (milliseconds <= 0) co_return !left.cancelled();
    auto timer = std::make_shared<Timer>(co_await asio::this_coro::executor);
    timer->expires_after(std::chrono::milliseconds(milliseconds));
    auto registration = left.on_cancel([timer] { timer->cancel(); });
    if (!left.cancelled()) co_await timer->async_wait(kAwait);
    co_return !left.cancelled();
  }

  MockOptions options_;
  const telemetry::Clock& clock_;
  std::atomic<std::uint64_t> answers_{0};
};

}  // namespace

bool set_fault(MockFaults& faults, std::string_view name, std::string_view value) {
  if (value == "true") value = "1";
  if (value == "false") value = "0";
  int number = 0;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return false;
  bool good = true;
  if (name == "latency_ms")
    faults.latency_ms = number;
  else if (name == "status")
    faults.status = number;
  else if (name == "retry_after")
    faults.retry_after = number;
  else if (name == "cut_after")
    faults.cut_after = number;
  else if (name == "half_frame")
    faults.half_frame = number != 0;
  else if (name == "disconnect")
    faults.disconnect = number != 0;
  else if (name == "garbage")
    faults.garbage = number != 0;
  else if (name == "chunk_delay_ms")
    faults.chunk_delay_ms = number;
  else if (name == "drip_bytes")
    faults.drip_bytes = number;
  else
    good = false;
  return good;
}

std::shared_ptr<Handler> make_mock_upstream(MockOptions options, const telemetry::Clock& clock) {
  return std::make_shared<MockHandler>(std::move(options), clock);
}

}  // namespace signalbox::gateway
