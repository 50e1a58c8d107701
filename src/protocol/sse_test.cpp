#include "protocol/sse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace signalbox::protocol {
namespace {

struct Frame {
  std::string bytes, data, event, id;
  bool has_data;
  bool operator==(const Frame&) const = default;
};

struct Stream {
  std::vector<Frame> frames;
  std::string rest;
  bool failed = false;
  bool operator==(const Stream&) const = default;
};

void drain(SseReader& reader, Stream& out) {
  for (;;) {
    const std::expected<std::optional<SseFrame>, SseError> frame = reader.next();
    out.failed = !frame;
    if (!frame || !*frame) return;
    out.frames.push_back({std::string((*frame)->bytes), std::string((*frame)->data), std::string((*frame)->event),
                          std::string((*frame)->id), (*frame)->has_data});
  }
}

Stream read(const std::vector<std::string_view>& slices, std::size_t max = 1000) {
  SseReader reader(max);
  Stream out;
  for (std::string_view slice : slices) {
    reader.feed(slice);
    drain(reader, out);
  }
  out.rest = reader.rest();
  return out;
}

std::vector<std::string> data_of(std::string_view stream) {
  std::vector<std::string> out;
  for (const Frame& frame : read({stream}).frames) {
    if (frame.has_data) out.push_back(frame.data);
  }
  return out;
}

constexpr std::string_view kSample =
    "\xEF\xBB\xBF"
    "data: first\n\n: ping\n\nevent: x\r\nid: 7\r\ndata: a\r\ndata:b\r\ndata\r\n\r\ndata: c\r\rretry: 1\n\n\n\rdata: "
    "[DONE]\n\ndata: cut";

TEST(Sse, FramesWithTheirFieldsAndExactBytes) {
  const Stream stream = read({kSample});
  ASSERT_EQ(stream.frames.size(), 8u);
  EXPECT_EQ(stream.frames[0].data, "first");
  EXPECT_EQ(stream.frames[0].bytes,
            "\xEF\xBB\xBF"
            "data: first\n\n");
  EXPECT_EQ(stream.frames[1].bytes, ": ping\n\n");
  EXPECT_FALSE(stream.frames[1].has_data);
  EXPECT_EQ(stream.frames[2].data, "a\nb\n");
  EXPECT_EQ(stream.frames[2].event, "x");
  EXPECT_EQ(stream.frames[2].id, "7");
  EXPECT_EQ(stream.frames[3].data, "c");
  EXPECT_EQ(stream.frames[3].bytes, "data: c\r\r");
  EXPECT_EQ(stream.frames[7].data, "[DONE]");
  EXPECT_EQ(stream.rest, "data: cut");
  std::string joined;
  for (const Frame& frame : stream.frames) joined += frame.bytes;
  EXPECT_EQ(joined + stream.rest, kSample);
}

TEST(Sse, EverySplitGivesTheSameFrames) {
  const Stream whole = read({kSample});
  for (std::size_t i = 0; i <= kSample.size(); ++i) {
    EXPECT_EQ(read({kSample.substr(0, i), kSample.substr(i)}), whole) << i;
    for (std::size_t j = i; j <= kSample.size(); ++j) {
      ASSERT_EQ(read({kSample.substr(0, i), kSample.substr(i, j - i), kSample.substr(j)}), whole) << i << " " << j;
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < kSample.size(); ++i) bytes.push_back(kSample.substr(i, 1));
  EXPECT_EQ(read(bytes), whole);
}

TEST(Sse, OddLines) {
  EXPECT_THAT(data_of("data:  two spaces\n\n"), testing::ElementsAre(" two spaces"));
  EXPECT_THAT(data_of("data\n\n"), testing::ElementsAre(""));
  EXPECT_THAT(data_of("data:\n\n"), testing::ElementsAre(""));
  EXPECT_THAT(data_of("Data: x\n\n"), testing::IsEmpty());
  EXPECT_THAT(data_of(" data: x\n\n"), testing::IsEmpty());
  EXPECT_THAT(data_of("data: a:b\n\n"), testing::ElementsAre("a:b"));
  EXPECT_THAT(data_of("data: x\n\n\xEF\xBB\xBF"
                      "data: y\n\n"),
              testing::ElementsAre("x"));
  EXPECT_THAT(data_of("\xEF\xBB\xBF\n\ndata: x\n\n"), testing::ElementsAre("x"));
}

// Only the first line of a stream may be nothing but a byte order mark; a later one is a field with an odd name.
TEST(Sse, AByteOrderMarkInsideAFrameDoesNotEndIt) {
  EXPECT_THAT(data_of("data: x\n\xEF\xBB\xBF\ndata: y\n\n"), testing::ElementsAre("x\ny"));
}

TEST(Sse, TheBoundIsPerFrameAndSticks) {
  EXPECT_FALSE(read({"data: 12\n\n"}, 10).failed);
  EXPECT_TRUE(read({"data: 123\n\n"}, 10).failed);
  EXPECT_TRUE(read({"data: 12345"}, 10).failed);
  const Stream late = read({"data: 1\n\ndata: 2\n\nda", "ta: 1234567", "\n\ndata: 3\n\n"}, 10);
  EXPECT_EQ(late.frames.size(), 2u);
  EXPECT_TRUE(late.failed);
  EXPECT_FALSE(read({"data: 1\n\ndata: 2\n\ndata: 3\n\n"}, 10).failed);
}

TEST(Sse, WriterAndReaderAgree) {
  std::string out;
  append_sse(out, R"({"a":1})");
  append_sse(out, "two\nlines", "delta");
  append_sse(out, "");
  EXPECT_EQ(out, "data: {\"a\":1}\n\nevent: delta\ndata: two\ndata: lines\n\ndata: \n\n");
  EXPECT_THAT(data_of(out), testing::ElementsAre("{\"a\":1}", "two\nlines", ""));
  EXPECT_THAT(data_of(kSseDone), testing::ElementsAre("[DONE]"));
}

}  // namespace
}  // namespace signalbox::protocol
