// libwebp allocates in proportion to the frame, whose size libwebpdemux holds to the canvas, which the header reader
// has held to the limits. The canvas begins transparent black and the first frame replaces its rectangle, as in
// libwebp's own animation decoder.
#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <memory>

#include "vision/decode.h"
#include "vision/header_parts.h"
#include "vision/orientation.h"
#include "vision/split_alpha.h"

namespace signalbox::vision {
namespace {

struct DemuxDeleter {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DemuxDeleter>;

// Views `demuxer`'s bytes; empty if there is no such chunk.
Bytes chunk_of(const Demuxer& demuxer, const char* name) {
  WebPChunkIterator found = {};
  if (WebPDemuxGetChunk(demuxer.get(), name, 1, &found) == 0) return {};
  const Bytes payload(found.chunk.bytes, found.chunk.size);
  WebPDemuxReleaseChunkIterator(&found);
  return payload;
}

DecodeError error_of(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return {DecodeFault::out_of_memory, "WebP: the picture needs more memory than there is"};
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return {DecodeFault::truncated, "WebP: the file ends early"};
    default:
      return {DecodeFault::damaged, "WebP: the data is damaged"};
  }
}

// The frame to its place on the canvas.
VP8StatusCode decode_frame(const WebPIterator& frame, const Header& header, std::vector<std::uint8_t>& rgba) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return VP8_STATUS_INVALID_PARAM;
  const std::size_t stride = std::size_t{header.width} * 4;
  const std::size_t start =
      static_cast<std::size_t>(frame.y_offset) * stride + static_cast<std::size_t>(frame.x_offset) * 4;
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {rgba.data() + start, static_cast<int>(stride), rgba.size() - start};
  return WebPDecode(frame.fragment.bytes, frame.fragment.size, &config);
}

bool fits(const WebPIterator& frame, const Header& header) {
  return frame.x_offset >= 0 && frame.y_offset >= 0 && frame.width > 0 && frame.height > 0 &&
         static_cast<std::uint64_t>(frame.x_offset) + static_cast<std::uint64_t>(frame.width) <= header.width &&
         static_cast<std::uint64_t>(frame.y_offset) + static_cast<std::uint64_t>(frame.height) <= header.height;
}

StoredResult first_frame(const Demuxer& demuxer, const WebPIterator& frame, const Header& header) {
  if (frame.complete == 0) return fail(DecodeFault::truncated, "WebP: the file ends early");
  if (!fits(frame, header)) return fail(DecodeFault::damaged, "WebP: a frame is outside the picture");
  std::vector<std::uint8_t> rgba(std::size_t{header.width} * header.height * 4);
  if (const VP8StatusCode status = decode_frame(frame, header, rgba); status != VP8_STATUS_OK)
    return std::unexpected(error_of(status));
  Stored stored{{.width = header.width, .height = header.height, .rgb = {}, .alpha = {}},
                orientation_of(chunk_of(demuxer, "EXIF"), chunk_of(demuxer, "XMP "))};
  split_alpha(rgba, stored.pixels);
  return stored;
}

}  // namespace

StoredResult decode_webp(Bytes bytes, const Header& header) {
  const WebPData data{bytes.data(), bytes.size()};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  const Demuxer demuxer(WebPDemuxPartial(&data, &state));
  if (!demuxer || state == WEBP_DEMUX_PARSE_ERROR)
    return fail(DecodeFault::damaged, "WebP: its chunks contradict each other");
  if (state != WEBP_DEMUX_DONE) return fail(DecodeFault::truncated, "WebP: the file ends early");
  if (WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH) != header.width ||
      WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT) != header.height)
    return fail(DecodeFault::damaged, "WebP: two headers disagree");
  WebPIterator frame = {};
  if (WebPDemuxGetFrame(demuxer.get(), 1, &frame) == 0) return fail(DecodeFault::damaged, "WebP: there is no picture");
  StoredResult stored = first_frame(demuxer, frame, header);
  WebPDemuxReleaseIterator(&frame);
  return stored;
}

}  // namespace signalbox::vision
