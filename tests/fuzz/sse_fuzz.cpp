// However a stream is cut, its frames are the same: the whole input at once against byte by byte, with the exact bytes
// of every frame adding up to the stream. What the writer writes, the reader reads.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/sse.h"
#include "protocol/usage.h"

namespace {

using signalbox::protocol::SseError;
using signalbox::protocol::SseFrame;
using signalbox::protocol::SseReader;

constexpr std::size_t kMaxFrame = 64;  // small, so that the bound is met often

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "difference: %s\n", what);
  std::abort();
}

struct Stream {
  std::vector<std::string> fields;  // bytes, data, event and id of one frame after the other
  std::string bytes;
  bool failed = false;
};

Stream read(std::string_view input, std::size_t slice) {
  SseReader reader(kMaxFrame);
  Stream out;
  for (std::size_t at = 0; at < input.size() && !out.failed; at += slice) {
    reader.feed(input.substr(at, slice));
    for (;;) {
      const std::expected<std::optional<SseFrame>, SseError> frame = reader.next();
      out.failed = !frame;
      if (!frame || !*frame) break;
      for (std::string_view field : {(*frame)->bytes, (*frame)->data, (*frame)->event, (*frame)->id})
        out.fields.emplace_back(field);
      out.bytes += (*frame)->bytes;
    }
  }
  if (!out.failed) require(out.bytes + std::string(reader.rest()) == input, "the bytes do not add up");
  return out;
}

void check_writer(std::string_view data) {
  std::string written;
  signalbox::protocol::append_sse(written, data);
  SseReader reader(written.size());
  reader.feed(written);
  const std::expected<std::optional<SseFrame>, SseError> frame = reader.next();
  require(frame && *frame && (*frame)->has_data && reader.rest().empty(), "what was written is not one frame");
  if (data.find_first_of("\r\n") == std::string_view::npos) require((*frame)->data == data, "other data");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Stream whole = read(input, size + 1);
  for (std::size_t slice : {1u, 2u, 7u}) {
    const Stream cut = read(input, slice);
    require(cut.fields == whole.fields && cut.failed == whole.failed, "the slicing shows");
  }
  check_writer(input);
  static_cast<void>(signalbox::protocol::read_usage(input));
  return 0;
}
