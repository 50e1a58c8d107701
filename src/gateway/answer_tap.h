// Internal to the gateway: what is taken from an answer as it passes: its end, where the usage stands, is kept; the
// chunk of a stream that reports usage is left out where we asked for it and the client did not; and what was redacted
// in the request is put back where the policy says so.
//
// Otherwise frames pass whole and unchanged; a frame that has come in part waits for its rest. Belongs to one request.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/forward.h"
#include "plugins/answer_restorer.h"
#include "protocol/sse.h"

namespace signalbox::gateway {

struct Exchange;

// The budgets need the usage of this stream, and its client has not asked for it.
bool hides_usage_chunk(const Exchange& exchange);

class AnswerTap final : public BodyObserver {
 public:
  // `restores` may be null.
  AnswerTap(std::size_t tail_bytes, bool hide_usage_chunk, std::shared_ptr<const plugins::Substitutes> restores = {})
      : capture_(tail_bytes), hides_(hide_usage_chunk), restores_(std::move(restores)) {}

  void on_head(ResponseHead& head) override;
  void on_bytes(std::string_view bytes) override { capture_.on_bytes(bytes); }
  std::string_view pass(std::string_view bytes) override;
  std::string_view held_back() override;
  const TailCapture& capture() const { return capture_; }

 private:
  // The client's, but for what is put back.
  std::string_view without_usage(std::string_view bytes);
  std::string_view gather(std::string_view bytes);

  TailCapture capture_;
  bool hides_;
  protocol::SseReader frames_;
  std::string passed_;
  std::shared_ptr<const plugins::Substitutes> restores_;
  std::optional<plugins::StreamRestorer> stream_;  // of an answer in events
  std::string shown_;
  bool gathers_ = false;  // a JSON answer is put back whole
  std::string body_;
  bool ended_ = false;
  std::string end_;
};

}  // namespace signalbox::gateway
