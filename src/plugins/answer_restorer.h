// Puts what a request's substitutes stand for back into its answer: a whole body, or a stream as it passes.
//
// An answer that is not what OpenAI's interface says passes as it came: restoring protects nothing, so nothing is lost.
// A StreamRestorer belongs to one stream and one thread; the Substitutes outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/substitutes.h"
#include "protocol/byte_edits.h"
#include "protocol/json_tree.h"
#include "protocol/sse.h"

namespace signalbox::plugins {

// Every string of a JSON body. Nothing: the body holds no substitute, or is no JSON.
std::optional<std::string> restore_body(std::string_view body, const Substitutes& substitutes);

// Frames of chat.completion.chunk. A substitute that comes in pieces is held until it is whole or turns out to be none;
// what is held never exceeds one substitute a field. Frames that need no change keep their bytes.
class StreamRestorer {
 public:
  explicit StreamRestorer(const Substitutes& substitutes) : substitutes_(substitutes) {}

  // What the client gets of these bytes; valid until the next call.
  std::string_view pass(std::string_view bytes);
  // What was held back, at the end of the stream. Once.
  std::string_view finish();

 private:
  // A text that grows by deltas.
  struct Field {
    std::int64_t choice = 0;
    std::string name{};
    std::int64_t call = -1;  // of tool_calls
    std::string held{};
  };
  using Edits = std::vector<protocol::ByteEdit>;

  void take(const protocol::SseFrame& frame);
  bool take_chunk(const protocol::SseFrame& frame);
  void take_choice(protocol::JsonTree::Value choice, Edits& edits);
  void take_calls(protocol::JsonTree::Value calls, std::int64_t choice, bool last, Edits& edits);
  void take_text(protocol::JsonTree::Value text, Field key, bool last, Edits& edits);
  void write(const protocol::SseFrame& frame, const Edits& edits);
  void flush(std::optional<std::int64_t> choice);
  void flush(const Field& field);
  void keep_head(protocol::JsonTree::Value chunk);

  const Substitutes& substitutes_;
  protocol::SseReader frames_;
  std::vector<Field> held_;  // fields that hold something
  std::string head_;         // members of the last chunk that a chunk of our own repeats
  std::string out_;
  bool transparent_ = false;  // a frame without end came: nothing is looked at any more
};

}  // namespace signalbox::plugins
