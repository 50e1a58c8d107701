// What a tokenizer makes of a text: ids, and for each the bytes of the original text it stands for.
//
// Owner: the caller, who keeps one per thread and hands it to every call; its vectors keep their capacity, so that a
// warm one is filled without allocation. Plain data; no thread safety of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace signalbox::tokenizers {

// Bytes [begin, end) of the text that was given (broken UTF-8 included, as it was). A special token of the template has
// {0, 0}.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

struct Encoding {
  std::vector<std::uint32_t> ids;
  std::vector<Span> offsets;
  std::vector<std::uint32_t> type_ids;
  std::vector<std::uint8_t> special_mask;  // 1: added by the post-processor
  bool truncated = false;                  // tokens were dropped to keep to EncodeOptions::max_length

  std::size_t size() const { return ids.size(); }
  void clear() {
    ids.clear();
    offsets.clear();
    type_ids.clear();
    special_mask.clear();
    truncated = false;
  }
};

}  // namespace signalbox::tokenizers
