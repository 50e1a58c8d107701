// However an answer's stream is cut, the same comes out; an answer without a substitute passes byte for byte; and
// nothing but a substitute's value is ever added.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugins/answer_restorer.h"

namespace {

using signalbox::plugins::StreamRestorer;
using signalbox::plugins::Substitutes;

void require(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "difference: %s\n", what);
  std::abort();
}

std::string passed(std::string_view input, std::size_t slice, const Substitutes& substitutes) {
  StreamRestorer restorer(substitutes);
  std::string out;
  for (std::size_t at = 0; at < input.size(); at += slice) out += restorer.pass(input.substr(at, slice));
  out += restorer.finish();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Substitutes some;
  some.add("[E_1]", "bob@x.com");
  some.add("[E_12]", "a\n\"b\\");
  const std::string whole = passed(input, size + 1, some);
  for (const std::size_t slice : {1u, 2u, 7u}) require(passed(input, slice, some) == whole, "the slicing shows");
  const Substitutes none;
  require(passed(input, 3, none) == input, "a stream without substitutes changed");
  static_cast<void>(signalbox::plugins::restore_body(input, some));
  return 0;
}
