#include "gateway/name_cache.h"

#include <algorithm>
#include <utility>

namespace signalbox::gateway {

using Result = NameLookup::Result;
using namespace std::chrono_literals;

namespace {
constexpr std::chrono::seconds kShortest = 1s, kLongest = 5min, kStale = 1h;

std::int64_t nanoseconds(std::chrono::steady_clock::time_point t) {
  return std::chrono::nanoseconds(t.time_since_epoch()).count();
}

std::chrono::seconds pause_after(int failures) {
  return std::min(std::chrono::seconds(1 << std::min(failures - 1, 3)), std::chrono::seconds(5));
}
}  // namespace

bool ResolvedName::holds(const boost::asio::ip::address& address) const {
  const std::lock_guard lock(mutex_);
  return std::find(last_.addresses.begin(), last_.addresses.end(), address) != last_.addresses.end();
}

std::shared_ptr<ResolvedName> NameCache::name(const std::string& host) {
  const std::lock_guard lock(mutex_);
  std::erase_if(names_, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<ResolvedName>& known = names_[host];
  std::shared_ptr<ResolvedName> name = known.lock();
  if (!name) known = name = std::shared_ptr<ResolvedName>(new ResolvedName(host));
  return name;
}

std::optional<Result> NameCache::get(const std::shared_ptr<ResolvedName>& name, ResolvedName::Waiter later) {
  const auto now = clock_->steady_now();
  const bool fresh = nanoseconds(now) < name->fresh_until_.load(std::memory_order_acquire);
  std::optional<Result> known;
  bool begin = false;
  {
    const std::lock_guard lock(name->mutex_);
    const bool usable = fresh || (!name->last_.addresses.empty() && now < name->usable_until_);
    if (usable) known = name->last_;
    if (!usable) name->waiters_.push_back(std::move(later));
    if (!fresh) begin = !std::exchange(name->asking_, true);
  }
  if (begin) ask(name);
  return known;
}

void NameCache::keep_fresh(const std::shared_ptr<ResolvedName>& name) {
  if (nanoseconds(clock_->steady_now()) < name->fresh_until_.load(std::memory_order_acquire)) return;
  {
    const std::lock_guard lock(name->mutex_);
    if (std::exchange(name->asking_, true)) return;
  }
  ask(name);
}

void NameCache::ask(const std::shared_ptr<ResolvedName>& name) {
  lookup_->start(name->host_, [weak = weak_from_this(), name](Result result) {
    if (const std::shared_ptr<NameCache> self = weak.lock()) self->arrived(name, std::move(result));
  });
}

void NameCache::take(ResolvedName& name, Result result, std::chrono::steady_clock::time_point now) {
  std::chrono::seconds fresh_for{};
  if (!result.addresses.empty()) {
    fresh_for = std::clamp(result.ttl, kShortest, kLongest);
    name.failures_ = 0;
    name.usable_until_ = now + fresh_for + kStale;
    Addresses before = std::move(name.last_.addresses), after = result.addresses;
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    name.last_ = std::move(result);
    if (before != after) name.generation_.fetch_add(1, std::memory_order_release);
  } else {
    fresh_for = pause_after(++name.failures_);
    if (name.last_.addresses.empty() || now >= name.usable_until_) name.last_ = std::move(result);
  }
  name.fresh_until_.store(nanoseconds(now + fresh_for), std::memory_order_release);
}

void NameCache::arrived(const std::shared_ptr<ResolvedName>& name, Result result) {
  std::vector<ResolvedName::Waiter> waiters;
  Result known;
  {
    const std::lock_guard lock(name->mutex_);
    take(*name, std::move(result), clock_->steady_now());
    name->asking_ = false;
    waiters = std::exchange(name->waiters_, {});
    if (!waiters.empty()) known = name->last_;
  }
  for (ResolvedName::Waiter& waiter : waiters) waiter(known);
}

}  // namespace signalbox::gateway
