// Internal to the gateway: the pictures that a request gives by URL, fetched before it is judged
// (global.router.remote_images).
//
// What was fetched takes the place of its URL in the body: what is judged is what goes upstream, since a server may
// answer the next one who asks otherwise. What could not be fetched stays a URL and is unjudged (fetch_failed), and
// what may not be fetched is remote_url as ever. Each URL is asked for once, all at the same time, from the servers of
// the configuration alone; the client that leaves, and the timeout, end it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/chat_service.h"
#include "gateway/exchange.h"
#include "gateway/image_fetch.h"

namespace signalbox::gateway {

// One URL, wherever it stands in the request, and what came of it.
struct RemoteImage {
  std::size_t origin = 0;  // index into router::RemoteImages::origins
  std::string target;
  std::vector<protocol::Range> places;  // of the URL in the body, with quotes
  std::vector<std::uint32_t> images;    // indices into the evidence's images
  FetchedImage result;
};

struct RemoteImageSet {
  std::vector<RemoteImage> urls;
  std::size_t room = 0;  // what the body may grow by
};

// What is to be fetched for a request that has been read; null: nothing, which costs next to nothing to find out.
std::shared_ptr<RemoteImageSet> plan_fetches(const Exchange& exchange);

// Behind the fetch: the request read anew with the pictures in it, and its evidence with those that failed.
std::optional<Reply> read_fetched(Exchange& exchange, std::optional<Reply> (*read)(Exchange&));

class ImageFetcher {
 public:
  explicit ImageFetcher(const ChatServices& services);
  // Fills in exchange->remote_images. On the request's I/O thread.
  Task<void> fetch(std::shared_ptr<Exchange> exchange, CancelToken& left);

 private:
  struct Batch;
  static Task<void> fetch_one(std::shared_ptr<Batch> batch, std::size_t url, UpstreamClient& client,
                              UpstreamRequest request, std::size_t max_bytes);
  void report(const Exchange& exchange) const;

  ChatServices s_;
  telemetry::Family<telemetry::Counter>& fetches_;
  telemetry::Histogram& seconds_;
};

}  // namespace signalbox::gateway
