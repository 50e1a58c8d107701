#include "gateway/connect_race.h"

#include <utility>

namespace signalbox::gateway {

std::vector<asio::ip::address> in_turns(const std::vector<asio::ip::address>& addresses) {
  std::vector<asio::ip::address> first, second, result;
  for (const asio::ip::address& address : addresses) {
    (address.is_v6() == addresses.front().is_v6() ? first : second).push_back(address);
  }
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) result.push_back(first[i]);
    if (i < second.size()) result.push_back(second[i]);
  }
  return result;
}

ConnectRace::ConnectRace(Executor executor, std::vector<asio::ip::tcp::endpoint> endpoints)
    : executor_(executor),
      endpoints_(std::move(endpoints)),
      last_(asio::error::host_not_found),
      next_(executor),
      done_(executor) {}

Task<ErrorCode> ConnectRace::run(Socket& winner) {
  start_next();
  if (sockets_.empty()) co_return last_;
  while (!over_) co_await done_.wait();
  if (!won_) co_return last_;
  winner = std::move(*sockets_[*won_]);
  co_return ErrorCode();
}

void ConnectRace::start_next() {
  if (over_ || sockets_.size() == endpoints_.size()) return;
  const std::size_t i = sockets_.size();
  sockets_.push_back(std::make_shared<Socket>(executor_));
  ++running_;
  sockets_[i]->async_connect(endpoints_[i],
                             [self = shared_from_this(), i](const ErrorCode& error) { self->finished(i, error); });
  next_.expires_after(kHeadStart);
  next_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error) self->start_next();
  });
}

void ConnectRace::finished(std::size_t i, const ErrorCode& error) {
  --running_;
  if (over_) return;
  if (!error) {
    won_ = i;
    return end();
  }
  last_ = error;
  start_next();
  if (running_ == 0) end();
}

void ConnectRace::end() {
  over_ = true;
  next_.cancel();
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    ErrorCode ignored;
    if (won_ != i) sockets_[i]->close(ignored);
  }
  done_.notify();
}

void ConnectRace::cancel() {
  if (over_) return;
  last_ = asio::error::operation_aborted;
  end();
}

}  // namespace signalbox::gateway
