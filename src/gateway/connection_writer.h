// Internal to the gateway: the ResponseWriter of one request on one Connection.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/connection.h"

namespace signalbox::gateway {

class ConnectionWriter final : public ResponseWriter {
 public:
  // All three outlive the writer; of the request it uses method, version and id.
  ConnectionWriter(Connection& connection, const HttpRequest& request, CancelToken& left)
      : connection_(connection),
        left_(left),
        request_id_(request.request_id),
        http10_(request.version < 11),
        head_only_(request.method == "HEAD") {}

  Task<bool> send(HttpResponse response) override;
  Task<bool> begin(ResponseHead head, std::string_view first_bytes) override;
  Task<bool> write(std::string_view bytes) override;
  Task<bool> finish(std::string_view last_bytes) override;
  void abort() override;
  Task<bool> send_raw(std::string_view bytes) override;
  bool started() const override { return state_ != State::fresh; }
  CancelToken& client_left() override { return left_; }

  void abort_if_open();
  bool complete() const { return state_ == State::complete; }
  bool failed() const { return failed_; }          // the client could not be written to
  bool broken_off() const { return broken_off_; }  // by us, with the client still there: what we relayed broke
  int status() const { return status_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  enum class State : std::uint8_t { fresh, open, complete, broken };
  std::string head_text(int status, const Headers& headers, Framing framing, std::uint64_t length);
  Framing choose_framing(const ResponseHead& head) const;
  std::optional<Connection::Pieces> packet(std::string_view head, std::string_view bytes, bool last);
  bool fits(std::size_t more) const { return framing_ != Framing::length || more <= announced_ - bytes_; }
  bool broken();

  Connection& connection_;
  CancelToken& left_;
  std::string_view request_id_;
  bool http10_;
  bool head_only_;
  State state_ = State::fresh;
  bool failed_ = false;
  bool broken_off_ = false;
  Framing framing_ = Framing::none;
  std::uint64_t announced_ = 0;  // Framing::length
  std::uint64_t bytes_ = 0;      // of the body
  int status_ = 0;
  std::string size_line_;  // of the chunk that is being written
};

}  // namespace signalbox::gateway
