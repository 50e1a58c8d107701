// Internal to the gateway: addresses of names, kept for as long as the name server says.
//
// Promises: an address list lives for its TTL, at least 1 s and at most 5 min; a failed look-up is remembered for 1 s,
// then 2, then 4, then 5; while a list is refreshed the old one is handed out, and it stays in use for up to an hour
// when the refresh fails, since a name server that is down is no reason to drop backends that are up. One look-up of a
// name is under way at a time, whoever asks.
//
// Thread-safe. The clock and the look-up are passed in.
#pragma once

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "telemetry/clock.h"

namespace signalbox::gateway {

using Addresses = std::vector<boost::asio::ip::address>;

// Asks a name server (or a hosts file). `done` is called once, from any thread.
class NameLookup {
 public:
  struct Result {
    Addresses addresses;  // in the order in which to try them; none: `error` says why
    std::chrono::seconds ttl{0};
    std::string error;
  };
  virtual ~NameLookup() = default;
  virtual void start(const std::string& host, std::function<void(Result)> done) = 0;
};

// What is known of one name; shared by the backends of that name.
class ResolvedName {
 public:
  // Changes whenever the addresses do: a connection remembers it and asks again only when it is another one.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  bool holds(const boost::asio::ip::address& address) const;

 private:
  friend class NameCache;
  using TimePoint = std::chrono::steady_clock::time_point;
  using Waiter = std::function<void(const NameLookup::Result&)>;
  explicit ResolvedName(std::string host) : host_(std::move(host)) {}

  const std::string host_;
  std::atomic<std::uint64_t> generation_{0};
  std::atomic<std::int64_t> fresh_until_{INT64_MIN};  // nanoseconds; also inside the lock below
  mutable std::mutex mutex_;
  NameLookup::Result last_;  // the last good one, or the last failure when there is none
  TimePoint usable_until_{};
  int failures_ = 0;  // in a row
  bool asking_ = false;
  std::vector<Waiter> waiters_;
};

class NameCache : public std::enable_shared_from_this<NameCache> {
 public:
  NameCache(std::shared_ptr<NameLookup> lookup, std::shared_ptr<const telemetry::Clock> clock)
      : lookup_(std::move(lookup)), clock_(std::move(clock)) {}

  std::shared_ptr<ResolvedName> name(const std::string& host);
  // What is known at once, fresh or stale (a refresh is begun then). Nullopt: `later` will be called, once, from any
  // thread.
  std::optional<NameLookup::Result> get(const std::shared_ptr<ResolvedName>& name, ResolvedName::Waiter later);
  // Begins a refresh when the list is no longer fresh. Cheap when it is: for connections that are used again and again.
  void keep_fresh(const std::shared_ptr<ResolvedName>& name);

 private:
  void ask(const std::shared_ptr<ResolvedName>& name);
  void arrived(const std::shared_ptr<ResolvedName>& name, NameLookup::Result result);
  static void take(ResolvedName& name, NameLookup::Result result, std::chrono::steady_clock::time_point now);

  std::shared_ptr<NameLookup> lookup_;
  std::shared_ptr<const telemetry::Clock> clock_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<ResolvedName>> names_;
};

}  // namespace signalbox::gateway
