#include "gateway/cors_handler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gateway/handler.h"

namespace signalbox::gateway {
namespace {

// What is added to every answer to one request.
void add_headers(Headers& to, const Headers& from) {
  for (const auto& [name, value] : from) {
    if (equal_ignoring_case(name, "vary")) {
      to.add(name, value);
    } else {
      to.set(name, value);
    }
  }
}

class CorsWriter final : public ResponseWriter {
 public:
  CorsWriter(ResponseWriter& inner, Headers headers) : inner_(inner), headers_(std::move(headers)) {}

  Task<bool> send(HttpResponse response) override {
    add_headers(response.headers, headers_);
    return inner_.send(std::move(response));
  }
  Task<bool> begin(ResponseHead head, std::string_view first_bytes) override {
    add_headers(head.headers, headers_);
    return inner_.begin(std::move(head), first_bytes);
  }
  Task<bool> write(std::string_view bytes) override { return inner_.write(bytes); }
  Task<bool> finish(std::string_view last_bytes) override { return inner_.finish(last_bytes); }
  void abort() override { inner_.abort(); }
  Task<bool> send_raw(std::string_view bytes) override { return inner_.send_raw(bytes); }
  bool started() const override { return inner_.started(); }
  CancelToken& client_left() override { return inner_.client_left(); }

 private:
  ResponseWriter& inner_;
  Headers headers_;
};

class CorsHandler final : public Handler {
 public:
  CorsHandler(std::shared_ptr<Handler> inner, CorsOptions options)
      : inner_(std::move(inner)),
        options_(std::move(options)),
        any_(std::find(options_.allow_origins.begin(), options_.allow_origins.end(), "*") !=
             options_.allow_origins.end()),
        allow_headers_(fmt::format("{}", fmt::join(options_.allow_headers, ", "))),
        expose_headers_(fmt::format("{}", fmt::join(options_.expose_headers, ", "))) {}

  Task<void> handle(HttpRequest request, ResponseWriter& writer) override {
    Headers headers = headers_for(request);
    if (request.method == "OPTIONS" && request.headers.contains("origin") &&
        request.headers.contains("access-control-request-method")) {
      co_await writer.send(preflight(std::move(headers)));
      co_return;
    }
    CorsWriter with_headers(writer, std::move(headers));
    co_await inner_->handle(std::move(request), with_headers);
  }

 private:
  bool allows(std::string_view origin) const {
    return any_ || std::find(options_.allow_origins.begin(), options_.allow_origins.end(), origin) !=
                       options_.allow_origins.end();
  }

  // Caches must not give one origin's answer to another.
  Headers headers_for(const HttpRequest& request) const {
    Headers headers{{"Vary", "Origin"}};
    const auto origins = request.headers.all("origin");
    if (origins.size() != 1 || !allows(origins[0])) return headers;
    headers.add("Access-Control-Allow-Origin", any_ ? "*" : std::string(origins[0]));
    if (options_.allow_credentials) headers.add("Access-Control-Allow-Credentials", "true");
    if (!expose_headers_.empty()) headers.add("Access-Control-Expose-Headers", expose_headers_);
    return headers;
  }

  HttpResponse preflight(Headers headers) const {
    HttpResponse response{204, std::move(headers), {}};
    if (!response.headers.contains("Access-Control-Allow-Origin")) return response;
    response.headers.add("Access-Control-Allow-Methods", "GET, POST");
    if (!allow_headers_.empty()) response.headers.add("Access-Control-Allow-Headers", allow_headers_);
    response.headers.add("Access-Control-Max-Age", std::to_string(options_.max_age.count()));
    return response;
  }

  std::shared_ptr<Handler> inner_;
  CorsOptions options_;
  bool any_;
  std::string allow_headers_;
  std::string expose_headers_;
};

}  // namespace

std::shared_ptr<Handler> make_cors_handler(std::shared_ptr<Handler> inner, CorsOptions options) {
  return std::make_shared<CorsHandler>(std::move(inner), std::move(options));
}

}  // namespace signalbox::gateway
