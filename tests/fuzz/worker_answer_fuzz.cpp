// Answers of an image worker, which counts as hostile once it has decoded a picture. What is accepted must hold what
// the rest relies on: text of whole characters, each with a place on the picture.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "vision/messages.h"
#include "vision/utf8.h"

using signalbox::evidence::ImageText;
using signalbox::evidence::TextLine;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const ImageText& answer) {
  require(signalbox::vision::is_utf8(answer.text));
  std::size_t at = 0;
  for (const TextLine& line : answer.lines) {
    require(line.begin >= at && line.end > line.begin && line.end <= answer.text.size());
    require(signalbox::vision::is_utf8(std::string_view(answer.text).substr(line.begin, line.end - line.begin)));
    require(std::uint64_t{line.box.left} + line.box.width <= answer.width);
    require(std::uint64_t{line.box.top} + line.box.height <= answer.height);
    require(!signalbox::evidence::boxes_of(answer.lines, line.begin, line.end).empty());
    at = line.end;
  }
  // What was decoded is what is encoded again.
  const auto again = signalbox::vision::decode_result(signalbox::vision::encode(answer));
  require(again && again->text == answer.text && again->lines == answer.lines);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  if (const auto answer = signalbox::vision::decode_result(body)) check(*answer);
  static_cast<void>(signalbox::vision::decode_ready(body));
  static_cast<void>(signalbox::vision::decode_setup(body));
  static_cast<void>(signalbox::vision::decode_task(body));
  return 0;
}
