// Internal to the gateway: connecting to a name with several addresses (RFC 8305, "happy eyeballs").
//
// Families take turns, beginning with that of the first address; the next address is tried 250 ms after the previous
// one, or at once when that one failed; the first connection wins and the others are closed. So a dead address, or a
// dead family, costs a quarter of a second and not a timeout.
//
// Belongs to one I/O thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/io.h"

namespace signalbox::gateway {

// The same addresses, families in turns.
std::vector<asio::ip::address> in_turns(const std::vector<asio::ip::address>& addresses);

class ConnectRace : public std::enable_shared_from_this<ConnectRace> {
 public:
  static constexpr std::chrono::milliseconds kHeadStart{250};
  ConnectRace(Executor executor, std::vector<asio::ip::tcp::endpoint> endpoints);

  // Once. The winner is in `winner`; else the last error.
  Task<ErrorCode> run(Socket& winner);
  void cancel();

 private:
  void start_next();
  void finished(std::size_t i, const ErrorCode& error);
  void end();

  Executor executor_;
  std::vector<asio::ip::tcp::endpoint> endpoints_;
  std::vector<std::shared_ptr<Socket>> sockets_;
  std::optional<std::size_t> won_;
  std::size_t running_ = 0;
  bool over_ = false;
  ErrorCode last_;
  Timer next_;
  Event done_;
};

}  // namespace signalbox::gateway
