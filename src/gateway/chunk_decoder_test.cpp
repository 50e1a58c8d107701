#include "gateway/chunk_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace signalbox::gateway {
namespace {

using Event = ChunkDecoder::Event;

struct Decoded {
  Event end = Event::need_more;
  std::string data;
  std::size_t used = 0;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view in, std::size_t slice, std::uint64_t limit = 1000) {
  ChunkDecoder decoder(limit);
  Decoded out;
  for (std::size_t at = 0; at < in.size();) {
    const ChunkDecoder::Step step = decoder.next(in.substr(at, slice));
    at += step.used;
    out.used = at;
    out.data += step.data;
    if (step.event == Event::data || step.event == Event::need_more) continue;
    out.end = step.event;
    break;
  }
  return out;
}

// Whole and byte by byte must agree.
Decoded both(std::string_view in, std::uint64_t limit = 1000) {
  const Decoded whole = decode(in, in.size(), limit);
  EXPECT_EQ(whole, decode(in, 1, limit)) << in;
  return whole;
}

TEST(ChunkDecoder, JoinsChunksAndStopsBehindTheLast) {
  const std::string body = "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n";
  const Decoded out = both(body + "GET /");
  EXPECT_EQ(out.end, Event::end);
  EXPECT_EQ(out.data, "abc0123456789");
  EXPECT_EQ(out.used, body.size());
}

TEST(ChunkDecoder, DropsExtensionsAndTrailers) {
  const Decoded out = both("1;a=\"b c\";d\r\nx\r\n0;e\r\nX-A: 1\r\nX-B:\r\n\r\n");
  EXPECT_EQ(out.end, Event::end);
  EXPECT_EQ(out.data, "x");
}

TEST(ChunkDecoder, RefusesWhatAnotherParserMightReadDifferently) {
  for (const std::string_view in : {
           "\r\n",                            // no size
           ";a\r\n",                          // none, with an extension
           "g\r\n",                           // not hexadecimal
           "0x1\r\na\r\n",                    // a prefix
           "+1\r\na\r\n",                     // a sign
           "-1\r\na\r\n",                     //
           " 1\r\na\r\n",                     // white space around the size
           "1 \r\na\r\n",                     //
           "1\t;a\r\na\r\n",                  //
           "1\na\r\n",                        // bare LF
           "1\r\na\n",                        //
           "1\r\ra",                          // bare CR
           "1\r\naX",                         // data longer than announced
           "1\r\na\rX",                       //
           "1;a\nb\r\n",                      // LF in an extension
           "1;a\rb\r\n",                      // CR in an extension
           "0\r\n\n",                         // bare LF at the end
           "0\r\n\rX",                        //
           "0\r\nX-A: 1\n\r\n",               // bare LF in a trailer
           "0\r\nX-A : 1\r\n\r\n",            // white space before the colon
           "0\r\nX-A\r\n\r\n",                // a trailer without a colon
           "0\r\n: 1\r\n\r\n",                // or a name
           "0\r\nX-A: 1\r\n folded\r\n\r\n",  // a folded trailer
           "00000000000000001\r\na\r\n",      // more digits than a size has
           "FFFFFFFFFFFFFFFFF\r\n",           //
       }) {
    EXPECT_EQ(both(in).end, Event::malformed) << in;
  }
  const std::string nul(1, '\0');
  EXPECT_EQ(both("1;a" + nul + "b\r\n").end, Event::malformed);
  EXPECT_EQ(both("0\r\nX: a" + nul + "b\r\n\r\n").end, Event::malformed);
}

TEST(ChunkDecoder, CountsWhatIsAnnouncedBeforeItComes) {
  EXPECT_EQ(both("3E9\r\n").end, Event::too_large);
  EXPECT_EQ(both("FFFFFFFFFFFFFFFF\r\n").end, Event::too_large);
  EXPECT_EQ(both("1\r\na\r\nFFFFFFFFFFFFFFFF\r\n").end, Event::too_large);  // the sum would overflow
  EXPECT_EQ(both("2\r\nab\r\n1\r\n", 2).end, Event::too_large);
  EXPECT_EQ(both("2\r\nab\r\n0\r\n\r\n", 2).end, Event::end);
}

TEST(ChunkDecoder, ExtensionsAndTrailersAreBoundedTogether) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "1;abcde\r\nx\r\n";
  EXPECT_EQ(both(many, 100'000).end, Event::malformed);
  EXPECT_EQ(both("0\r\nX: " + std::string(20'000, 'a')).end, Event::malformed);
}

}  // namespace
}  // namespace signalbox::gateway
