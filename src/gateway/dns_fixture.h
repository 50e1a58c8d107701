// For tests: a name server on loopback that answers what a test tells it to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace signalbox::gateway::testing {

// A records by name; a name without any does not exist. AAAA questions get an empty answer.
class NameServer {
 public:
  NameServer() : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    servers_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~NameServer() {
    stop_ = true;
    thread_.join();
    ::close(fd_);
  }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  const std::string& servers() const { return servers_; }
  void set(const std::string& name, std::vector<std::string> addresses, std::uint32_t ttl) {
    std::lock_guard lock(mutex_);
    records_[name] = {std::move(addresses), ttl};
  }

 private:
  struct Record {
    std::vector<std::string> addresses;
    std::uint32_t ttl = 0;
  };

  void serve() {
    while (!stop_) {
      pollfd ready{fd_, POLLIN, 0};
      if (::poll(&ready, 1, 20) != 1) continue;
      std::array<char, 512> packet{};
      sockaddr_in from{};
      socklen_t size = sizeof from;
      auto n = ::recvfrom(fd_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (n < 17) continue;
      const std::string reply = answer(std::string(packet.data(), static_cast<std::size_t>(n)));
      ::sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }

  static void put16(std::string& out, unsigned value) {
    out += static_cast<char>(value >> 8);
    out += static_cast<char>(value & 0xff);
  }

  std::string answer(const std::string& query) {
    std::string name;
    std::size_t at = 12;
    while (at < query.size() && query[at] != 0) {
      const auto length = static_cast<unsigned char>(query[at]);
      if (!name.empty()) name += '.';
      name += query.substr(at + 1, length);
      at += length + 1u;
    }
    const std::string question = query.substr(12, at + 5 - 12);
    const bool wants_v4 = query.size() > at + 2 && query[at + 2] == 1;
    std::lock_guard lock(mutex_);
    const auto found = records_.find(name);
    const bool exists = found != records_.end();
    const std::size_t count = exists && wants_v4 ? found->second.addresses.size() : 0;
    std::string out = query.substr(0, 2);
    put16(out, exists ? 0x8180u : 0x8183u);
    put16(out, 1);
    put16(out, static_cast<unsigned>(count));
    out += std::string(4, '\0') + question;
    for (std::size_t i = 0; i < count; ++i) {
      put16(out, 0xc00c);
      put16(out, 1);
      put16(out, 1);
      put16(out, found->second.ttl >> 16);
      put16(out, found->second.ttl & 0xffff);
      put16(out, 4);
      in_addr address{};
      ::inet_pton(AF_INET, found->second.addresses[i].c_str(), &address);
      out.append(reinterpret_cast<const char*>(&address), 4);
    }
    return out;
  }

  int fd_;
  std::string servers_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::map<std::string, Record> records_;
  std::thread thread_;
};

}  // namespace signalbox::gateway::testing
