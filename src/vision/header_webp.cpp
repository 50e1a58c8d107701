#include <cstring>
#include <string_view>

#include "vision/header_parts.h"

namespace signalbox::vision {
namespace {

constexpr std::size_t kFirstChunk = 12;  // behind "RIFF", size, "WEBP"
constexpr std::size_t kChunkHead = 8;
constexpr std::size_t kPayload = kFirstChunk + kChunkHead;

bool is_chunk(Bytes bytes, std::size_t at, std::string_view name) {
  return std::memcmp(&bytes[at], name.data(), name.size()) == 0;
}

HeaderResult lossy(Bytes bytes) {
  if (bytes.size() < kPayload + 10) return fail(DecodeFault::truncated, "WebP ends inside its frame header");
  if (little24(bytes, kPayload + 3) != 0x2a019dU) return fail(DecodeFault::damaged, "WebP has no key frame");
  return Header{.format = Format::webp,
                .width = little16(bytes, kPayload + 6) & 0x3fffU,
                .height = little16(bytes, kPayload + 8) & 0x3fffU};
}

HeaderResult lossless(Bytes bytes) {
  if (bytes.size() < kPayload + 5) return fail(DecodeFault::truncated, "WebP ends inside its frame header");
  if (bytes[kPayload] != 0x2f) return fail(DecodeFault::damaged, "WebP has no lossless signature");
  const std::uint32_t bits = little32(bytes, kPayload + 1);
  return Header{.format = Format::webp, .width = (bits & 0x3fffU) + 1, .height = (bits >> 14 & 0x3fffU) + 1};
}

std::uint32_t count_frames(Bytes bytes) {
  std::uint32_t frames = 0;
  for (std::size_t at = kFirstChunk; at + kChunkHead <= bytes.size();) {
    if (is_chunk(bytes, at, "ANMF")) ++frames;
    const std::size_t size = little32(bytes, at + 4);
    at += kChunkHead + size + size % 2;
  }
  return frames;
}

HeaderResult extended(Bytes bytes) {
  constexpr std::uint8_t kAnimated = 2;
  if (bytes.size() < kPayload + 10) return fail(DecodeFault::truncated, "WebP ends inside its header");
  Header header{
      .format = Format::webp, .width = little24(bytes, kPayload + 4) + 1, .height = little24(bytes, kPayload + 7) + 1};
  if ((bytes[kPayload] & kAnimated) != 0) header.frames = count_frames(bytes);
  if (header.frames == 0) return fail(DecodeFault::truncated, "WebP holds no image");
  return header;
}

}  // namespace

HeaderResult webp_header(Bytes bytes) {
  if (bytes.size() < kPayload) return fail(DecodeFault::truncated, "WebP ends inside its header");
  if (is_chunk(bytes, kFirstChunk, "VP8 ")) return lossy(bytes);
  if (is_chunk(bytes, kFirstChunk, "VP8L")) return lossless(bytes);
  if (is_chunk(bytes, kFirstChunk, "VP8X")) return extended(bytes);
  return fail(DecodeFault::damaged, "WebP begins with an unknown chunk");
}

}  // namespace signalbox::vision
