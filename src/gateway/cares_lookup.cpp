#include "gateway/cares_lookup.h"

#include <ares.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace signalbox::gateway {

using Result = NameLookup::Result;

namespace {

struct Query {
  std::string host;
  std::function<void(Result)> done;
};

Result failure(int status) {
  Result result;
  result.error = ares_strerror(status);
  return result;
}

boost::asio::ip::address to_address(const sockaddr* from) {
  if (from->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, from, sizeof v4);
    return boost::asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6;
  std::memcpy(&v6, from, sizeof v6);
  boost::asio::ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return boost::asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

// The list lives as long as the shortest-lived part of it.
Result to_result(const ares_addrinfo& info) {
  Result result;
  int ttl = 24 * 3600;
  for (const ares_addrinfo_node* node = info.nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family != AF_INET && node->ai_family != AF_INET6) continue;
    result.addresses.push_back(to_address(node->ai_addr));
    ttl = std::min(ttl, node->ai_ttl);
  }
  for (const ares_addrinfo_cname* alias = info.cnames; alias != nullptr; alias = alias->next) {
    ttl = std::min(ttl, alias->ttl);
  }
  result.ttl = std::chrono::seconds(std::max(ttl, 0));
  if (result.addresses.empty()) result.error = "the name has no address";
  return result;
}

void on_answer(void* argument, int status, int, ares_addrinfo* info) {
  const std::unique_ptr<Query> query(static_cast<Query*>(argument));
  Result result = status == ARES_SUCCESS && info != nullptr ? to_result(*info) : failure(status);
  if (info != nullptr) ares_freeaddrinfo(info);
  query->done(std::move(result));
}

}  // namespace

// The thread holds it, too, so that the look-up may be destroyed by a callback on that very thread.
struct CaresLookup::State {
  explicit State(std::string s) : servers(std::move(s)), wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~State() { ::close(wake); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void notify() const {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake, &one, sizeof one));
  }
  void run();
  void begin_queries(ares_channel channel);
  void wait_and_process(ares_channel channel) const;

  const std::string servers;
  const int wake;
  std::mutex mutex;
  std::deque<Query> queue;
  bool stopping = false;
  std::thread thread;
};

void CaresLookup::State::begin_queries(ares_channel channel) {
  std::deque<Query> queries;
  {
    const std::lock_guard lock(mutex);
    queries.swap(queue);
  }
  for (Query& query : queries) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    auto owned = std::make_unique<Query>(std::move(query));
    const char* const host = owned->host.c_str();
    ares_getaddrinfo(channel, host, nullptr, &hints, on_answer, owned.release());
  }
}

void CaresLookup::State::wait_and_process(ares_channel channel) const {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const auto bits = static_cast<unsigned>(ares_getsock(channel, sockets.data(), ARES_GETSOCK_MAXNUM));
  std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> fds{};
  fds[0] = {wake, POLLIN, 0};
  nfds_t count = 1;
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(bits, i)) events |= POLLIN;
    if (ARES_GETSOCK_WRITABLE(bits, i)) events |= POLLOUT;
    if (events != 0) fds[count++] = {sockets[i], events, 0};
  }
  timeval limit{};
  const timeval* const next = ares_timeout(channel, nullptr, &limit);
  const int patience = next == nullptr ? -1 : static_cast<int>(next->tv_sec * 1000 + next->tv_usec / 1000 + 1);
  ::poll(fds.data(), count, patience);
  std::uint64_t drained = 0;
  static_cast<void>(::read(wake, &drained, sizeof drained));
  for (nfds_t i = 1; i < count; ++i) {
    const short what = fds[i].revents;
    if (what == 0) continue;
    ares_process_fd(channel, (what & ~POLLOUT) != 0 ? fds[i].fd : ARES_SOCKET_BAD,
                    (what & POLLOUT) != 0 ? fds[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what has timed out
}

void CaresLookup::State::run() {
  ares_options options{};
  options.timeout = 1000;  // per server and try; the connect timeout bounds the whole
  options.tries = 3;
  ares_channel channel = nullptr;
  int status = ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (status == ARES_SUCCESS && !servers.empty()) status = ares_set_servers_ports_csv(channel, servers.c_str());
  for (bool end = false; !end;) {
    if (status == ARES_SUCCESS) {
      begin_queries(channel);
      wait_and_process(channel);
    }
    const std::lock_guard lock(mutex);
    end = stopping || status != ARES_SUCCESS;
    stopping = end;
  }
  if (channel != nullptr) ares_destroy(channel);  // answers what is open
  for (Query& query : std::exchange(queue, {})) query.done(failure(ARES_ECANCELLED));
}

CaresLookup::CaresLookup(std::string servers) : state_(std::make_shared<State>(std::move(servers))) {
  ares_library_init(ARES_LIB_INIT_ALL);
}

CaresLookup::~CaresLookup() {
  stop();
}

void CaresLookup::stop() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->notify();
  std::thread& thread = state_->thread;
  if (!thread.joinable()) return;
  thread.get_id() == std::this_thread::get_id() ? thread.detach() : thread.join();
}

void CaresLookup::start(const std::string& host, std::function<void(Result)> done) {
  bool refused = false;
  {
    const std::lock_guard lock(state_->mutex);
    refused = state_->stopping;
    if (!refused) {
      state_->queue.push_back({host, std::move(done)});
      if (!state_->thread.joinable()) state_->thread = std::thread([state = state_] { state->run(); });
    }
  }
  if (refused) return done(failure(ARES_ECANCELLED));
  state_->notify();
}

}  // namespace signalbox::gateway
