// Internal to the gateway: what is taken from an answer as it passes: its end, where the usage stands, is kept; and the
// chunk of a stream that reports usage is left out where we asked for it and the client did not.
//
// Frames pass whole and unchanged; a frame that has come in part waits for its rest. Belongs to one request.
#pragma once

#include <string>
#include <string_view>

#include "gateway/forward.h"
#include "protocol/sse.h"

namespace signalbox::gateway {

struct Exchange;

// The budgets need the usage of this stream, and its client has not asked for it.
bool hides_usage_chunk(const Exchange& exchange);

class AnswerTap final : public BodyObserver {
 public:
  AnswerTap(std::size_t tail_bytes, bool hide_usage_chunk) : capture_(tail_bytes), hides_(hide_usage_chunk) {}

  void on_head(ResponseHead& head) override;
  void on_bytes(std::string_view bytes) override { capture_.on_bytes(bytes); }
  std::string_view pass(std::string_view bytes) override;
  std::string_view held_back() override { return hides_ ? frames_.rest() : std::string_view(); }
  const TailCapture& capture() const { return capture_; }

 private:
  TailCapture capture_;
  bool hides_;
  protocol::SseReader frames_;
  std::string passed_;
};

}  // namespace signalbox::gateway
