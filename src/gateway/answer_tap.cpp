#include "gateway/answer_tap.h"

#include <optional>

#include "gateway/exchange.h"
#include "protocol/usage.h"

namespace signalbox::gateway {
namespace {

// As OpenAI sends it behind the last choice: "choices" empty, "usage" an object.
bool is_usage_chunk(std::string_view data) {
  if (!protocol::may_hold_usage(data)) return false;
  const std::optional<protocol::UsageReport> report = protocol::read_usage(data);
  return report && report->usage && report->no_choices;
}

}  // namespace

bool hides_usage_chunk(const Exchange& exchange) {
  return exchange.metered && exchange.request->stream && !exchange.request->include_usage;
}

void AnswerTap::on_head(ResponseHead& head) {
  hides_ = hides_ && is_event_stream(head.headers);
  if (hides_) head.content_length.reset();  // it may become less
}

std::string_view AnswerTap::pass(std::string_view bytes) {
  capture_.on_bytes(bytes);
  if (!hides_) return bytes;
  passed_.clear();
  frames_.feed(bytes);
  for (;;) {
    const auto frame = frames_.next();
    if (!frame) {  // a frame without end: what it is cannot be known, and it passes as it comes
      passed_ += frames_.rest();
      hides_ = false;
      return passed_;
    }
    if (!*frame) return passed_;
    if (!is_usage_chunk((*frame)->data)) passed_ += (*frame)->bytes;
  }
}

}  // namespace signalbox::gateway
