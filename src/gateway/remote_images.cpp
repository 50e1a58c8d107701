#include "gateway/remote_images.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "gateway/backend.h"
#include "gateway/io.h"
#include "protocol/splice.h"
#include "router/snapshot.h"

namespace signalbox::gateway {

using evidence::Unjudged;

namespace {

constexpr std::size_t kMaxTarget = 8 * 1024;
constexpr std::size_t kMaxConnections = 64, kMaxPending = 256;  // to one server, per I/O thread

// Whether the policy that this request meets looks at pictures at all.
bool will_be_looked_at(const Exchange& exchange) {
  const router::Snapshot& snapshot = *exchange.snapshot;
  if (const router::Recipe* const recipe = snapshot.recipe_of(exchange.request->model)) return recipe->uses_pictures;
  const bool guarded = snapshot.spec->global.router.passthrough == router::Passthrough::guarded;
  return guarded && snapshot.recipes.front().uses_pictures &&
         snapshot.model_names.contains(std::string(exchange.request->model));
}

// Adds a picture by URL, if its server may be asked and its URL is among the first ones.
void add_image(const router::RemoteImages& config, const evidence::Image& image, protocol::Range place,
               RemoteImageSet& set) {
  std::expected<auth::WebUrl, std::string> url = auth::parse_web_url(image.url);
  if (!url || url->target.size() > kMaxTarget) return;
  const std::optional<std::size_t> origin = config.origin_of(*url);
  if (!origin) return;
  auto known = std::find_if(set.urls.begin(), set.urls.end(), [&](const RemoteImage& other) {
    return other.origin == *origin && other.target == url->target;
  });
  if (known == set.urls.end()) {
    if (set.urls.size() == config.max_images) return;
    set.urls.push_back({*origin, std::move(url->target), {}, {}, {}});
    known = std::prev(set.urls.end());
  }
  known->places.push_back(place);
  known->images.push_back(image.index);
}

BackendConfig config_of(const auth::WebUrl& origin, const router::RemoteImages& images) {
  BackendConfig config;
  config.name = "remote_images";
  config.tls = origin.tls;
  config.host = origin.host;
  config.port = origin.port;
  config.ca_file = images.ca_file;
  config.max_connections = kMaxConnections;
  config.max_pending = kMaxPending;
  config.timeouts = {images.timeout, images.timeout, images.timeout};
  config.public_addresses_only = !images.allow_private_addresses;
  return config;
}

// The servers of a snapshot, by the index of their origin; they keep their connections as long as it lives.
struct ImageServers {
  std::vector<std::shared_ptr<const Backend>> backends;
};

// The authorities' file was there when the configuration was checked; without it every connection is refused.
std::shared_ptr<const Backend> make_server(const ChatServices& services, BackendConfig config) {
  try {
    return services.upstream.make_backend(config);
  } catch (const std::exception& error) {
    services.log.log(telemetry::Level::error, "backend_unusable", {{"backend", config.name}, {"reason", error.what()}});
    config.ca_file.clear();
    config.trusts_nobody = true;
    return services.upstream.make_backend(std::move(config));
  }
}

const ImageServers& servers_of(const ChatServices& services, const router::Snapshot& snapshot) {
  return snapshot.image_servers.get<ImageServers>([&] {
    auto servers = std::make_shared<ImageServers>();
    for (const auth::WebUrl& origin : snapshot.remote_images->origins) {
      servers->backends.push_back(make_server(services, config_of(origin, *snapshot.remote_images)));
    }
    return servers;
  });
}

void mark_failures(const RemoteImageSet& set, evidence::Evidence& evidence) {
  for (const RemoteImage& url : set.urls) {
    if (url.result.outcome == FetchOutcome::fetched) continue;
    for (const std::uint32_t image : url.images) evidence.images[image].unjudged = Unjudged::fetch_failed;
  }
}

// The body with what was fetched; nothing when nothing was.
std::optional<std::string> body_with_images(const Exchange& exchange, RemoteImageSet& set) {
  protocol::Splice splice(*exchange.request);
  for (RemoteImage& url : set.urls) {
    if (url.result.outcome != FetchOutcome::fetched) continue;
    const std::string literal = data_uri_literal(url.result);
    url.result.bytes = {};
    for (const protocol::Range& place : url.places) splice.replace(place, literal);
  }
  if (splice.empty()) return std::nullopt;
  return splice.apply();
}

}  // namespace

std::shared_ptr<RemoteImageSet> plan_fetches(const Exchange& exchange) {
  const std::optional<router::RemoteImages>& config = exchange.snapshot->remote_images;
  if (!config || exchange.evidence.images.empty() || !will_be_looked_at(exchange)) return nullptr;
  auto set = std::make_shared<RemoteImageSet>();
  for (const evidence::Image& image : exchange.evidence.images) {
    if (image.unjudged != Unjudged::remote_url) continue;
    add_image(*config, image, exchange.request->messages[image.message].parts[image.part].url_range, *set);
  }
  if (set->urls.empty()) return nullptr;
  const auto most = static_cast<std::size_t>(exchange.snapshot->spec->global.router.max_body_bytes);
  set->room = most - std::min(most, exchange.request->body().size());
  return set;
}

std::optional<Reply> read_fetched(Exchange& exchange, std::optional<Reply> (*read)(Exchange&)) {
  RemoteImageSet& set = *exchange.remote_images;
  if (std::optional<std::string> body = body_with_images(exchange, set)) {
    exchange.http.body = std::move(*body);
    if (std::optional<Reply> reply = read(exchange)) return reply;
  }
  mark_failures(set, exchange.evidence);
  return std::nullopt;
}

// The fetches of one request. They share it, so that none of them refers to the request's own coroutine.
struct ImageFetcher::Batch {
  Batch(Executor executor, std::shared_ptr<RemoteImageSet> images)
      : set(std::move(images)), running(set->urls.size()), done(executor) {}
  CancelToken given_up;
  bool late = false;  // that is why
  std::shared_ptr<RemoteImageSet> set;
  std::size_t running;
  Event done;
};

ImageFetcher::ImageFetcher(const ChatServices& services)
    : s_(services),
      fetches_(services.metrics.counter("signalbox_remote_image_fetches_total",
                                        "Pictures by URL that were asked for, by what came of it.", {"outcome"})),
      seconds_(services.metrics
                   .histogram("signalbox_remote_image_fetch_seconds",
                              "Time that a request waited for all its pictures by URL.", telemetry::latency_buckets(),
                              {})
                   .with({})) {}

Task<void> ImageFetcher::fetch_one(std::shared_ptr<Batch> batch, std::size_t url, UpstreamClient& client,
                                   UpstreamRequest request, std::size_t max_bytes) {
  RemoteImage& image = batch->set->urls[url];
  UpstreamExchange exchange = client.exchange(std::move(request), batch->given_up);
  image.result = co_await fetch_image(exchange, {max_bytes, image.places.size(), batch->set->room});
  if (image.result.outcome == FetchOutcome::cancelled && batch->late) image.result.outcome = FetchOutcome::timeout;
}

Task<void> ImageFetcher::fetch(std::shared_ptr<Exchange> exchange, CancelToken& left) {
  if (left.cancelled()) co_return;
  const Executor executor = co_await asio::this_coro::executor;
  const router::RemoteImages& config = *exchange->snapshot->remote_images;
  const ImageServers& servers = servers_of(s_, *exchange->snapshot);
  auto batch = std::make_shared<Batch>(executor, exchange->remote_images);
  const std::weak_ptr<Batch> weak = batch;
  const CancelToken::Registration registration = left.on_cancel([weak] {
    if (const std::shared_ptr<Batch> held = weak.lock()) held->given_up.cancel();
  });
  auto watchdog = std::make_shared<Watchdog>(executor, [weak] {
    const std::shared_ptr<Batch> held = weak.lock();
    if (!held) return;
    held->late = true;
    held->given_up.cancel();
  });
  const TimePoint begin = std::chrono::steady_clock::now();
  watchdog->set(std::min(begin + config.timeout, exchange->received + exchange->snapshot->deadline));
  for (std::size_t i = 0; i < batch->set->urls.size(); ++i) {
    const RemoteImage& url = batch->set->urls[i];
    asio::co_spawn(
        executor,
        fetch_one(batch, i, s_.upstream, image_request(servers.backends[url.origin], url.target), config.max_bytes),
        [batch](const std::exception_ptr&) {
          if (--batch->running == 0) batch->done.notify();
        });
  }
  while (batch->running > 0) co_await batch->done.wait();
  watchdog->disarm();
  seconds_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  report(*exchange);
}

// Of a URL only its server is said, which the configuration names.
void ImageFetcher::report(const Exchange& exchange) const {
  for (const RemoteImage& url : exchange.remote_images->urls) {
    const FetchOutcome outcome = url.result.outcome;
    fetches_.with({to_string(outcome)}).increment();
    if (outcome == FetchOutcome::fetched || outcome == FetchOutcome::cancelled) continue;
    s_.log.log(telemetry::Level::info, "remote_image_failed",
               {{"request_id", exchange.http.request_id},
                {"origin", exchange.snapshot->remote_images->origins[url.origin].origin()},
                {"outcome", to_string(outcome)}});
  }
}

}  // namespace signalbox::gateway
