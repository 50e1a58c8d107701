#include "gateway/answer_tap.h"

#include <optional>
#include <utility>

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

constexpr std::size_t kMaxGathered = 8u << 20;

bool is_json(const Headers& headers) {
  return headers.get("content-type").value_or("").find("json") != std::string_view::npos;
}

}  // namespace

bool hides_usage_chunk(const Exchange& exchange) {
  return exchange.metered && exchange.request->stream && !exchange.request->include_usage;
}

void AnswerTap::on_head(ResponseHead& head) {
  const bool events = is_event_stream(head.headers);
  hides_ = hides_ && events;
  const bool readable =
      restores_ && equal_ignoring_case(head.headers.get("content-encoding").value_or("identity"), "identity");
  if (readable && events) stream_.emplace(*restores_);
  gathers_ = readable && !events && is_json(head.headers);
  if (hides_ || stream_ || gathers_) head.content_length.reset();  // it may change
}

std::string_view AnswerTap::pass(std::string_view bytes) {
  capture_.on_bytes(bytes);
  const std::string_view passed = hides_ ? without_usage(bytes) : bytes;
  if (stream_) return shown_ = stream_->pass(passed);  // held_back() asks the stream again while this is written
  return gathers_ ? gather(passed) : passed;
}

std::string_view AnswerTap::held_back() {
  if (ended_) return end_;
  ended_ = true;
  if (hides_) end_ = frames_.rest();
  if (stream_) {
    end_ = std::string(stream_->pass(end_));
    end_ += stream_->finish();
  } else if (gathers_) {
    end_ = plugins::restore_body(body_, *restores_).value_or(std::move(body_));
  }
  return end_;
}

// An answer too long to be kept passes as it came.
std::string_view AnswerTap::gather(std::string_view bytes) {
  body_ += bytes;
  if (body_.size() <= kMaxGathered) return {};
  gathers_ = false;
  passed_ = std::exchange(body_, {});
  return passed_;
}

std::string_view AnswerTap::without_usage(std::string_view bytes) {
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
