// libpng reports errors by longjmp, which must not cross a C++ destructor. Hence the shape of this file: each step that
// calls libpng is a member function that holds nothing but plain values, begins with setjmp and returns false on error;
// the buffers are made between the steps, by the caller.
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <string_view>

#include "vision/decode.h"
#include "vision/orientation.h"
#include "vision/split_alpha.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

// Compressed text and colour profiles are bombs we have no use for; animation chunks are unknown to libpng and skipped.
constexpr png_byte kIgnoredChunks[] = "iCCP\0zTXt\0iTXt\0tEXt\0sPLT\0hIST";
constexpr int kIgnoredCount = 6;
constexpr png_alloc_size_t kChunkMemory = 8U * 1024 * 1024;

class PngReader {
 public:
  explicit PngReader(Bytes bytes) : rest_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  bool read_info(std::uint32_t side, bool keep_grey16);
  bool read_rows(std::uint8_t* samples, std::size_t row_bytes);
  bool read_end();

  bool has_alpha() const { return png_get_channels(png_, info_) == 4; }
  std::uint32_t width() const { return png_get_image_width(png_, info_); }
  std::uint32_t height() const { return png_get_image_height(png_, info_); }
  Bytes exif() const;
  DecodeError error() const {
    return {out_of_bytes_ ? DecodeFault::truncated : DecodeFault::damaged, std::string("PNG: ") + message_};
  }

 private:
  static void on_error(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    std::strncpy(self->message_, message, sizeof self->message_ - 1);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}
  static void on_read(png_structp png, png_bytep out, std::size_t length) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (length > self->rest_.size()) {
      self->out_of_bytes_ = true;
      png_error(png, "the file ends early");
    }
    std::memcpy(out, self->rest_.data(), length);
    self->rest_ = self->rest_.subspan(length);
  }

  Bytes rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
  bool out_of_bytes_ = false;
  char message_[128] = "no memory";
};

bool PngReader::read_info(std::uint32_t side, bool keep_grey16) {
  if (png_ == nullptr || info_ == nullptr) return false;
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_set_read_fn(png_, this, on_read);
  png_set_user_limits(png_, side, side);
  png_set_chunk_malloc_max(png_, kChunkMemory);
  png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kIgnoredChunks, kIgnoredCount);
  png_read_info(png_, info_);
  if (!keep_grey16) {
    png_set_expand(png_);  // palette to RGB, small grey to 8 bits, tRNS to alpha
    png_set_strip_16(png_);
    png_set_gray_to_rgb(png_);
  }
  passes_ = png_set_interlace_handling(png_);
  png_read_update_info(png_, info_);
  return true;
}

bool PngReader::read_rows(std::uint8_t* samples, std::size_t row_bytes) {
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  if (png_get_rowbytes(png_, info_) != row_bytes) png_error(png_, "unexpected row size");
  const std::uint32_t rows = height();
  for (int pass = 0; pass < passes_; ++pass) {
    for (std::uint32_t row = 0; row < rows; ++row) png_read_row(png_, samples + row * row_bytes, nullptr);
  }
  return true;
}

bool PngReader::read_end() {
  if (setjmp(png_jmpbuf(png_)) != 0) return false;
  png_read_end(png_, info_);
  return true;
}

Bytes PngReader::exif() const {
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(png_, info_, &size, &exif) == 0 || exif == nullptr) return {};
  return {exif, size};
}

// Calls `each` with the type and data of every chunk up to IEND; false if a chunk is longer than the file or IEND is
// missing.
template <class F>
bool for_each_chunk(Bytes bytes, const F& each) {
  constexpr std::size_t kSignature = 8, kFrame = 12;  // length, type and checksum around the data
  for (std::size_t at = kSignature; at + kFrame <= bytes.size();) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length = length << 8 | bytes[at + i];
    if (length > bytes.size() - at - kFrame) return false;
    const std::string_view type(reinterpret_cast<const char*>(&bytes[at + 4]), 4);
    each(type, bytes.subspan(at + 8, length));
    if (type == "IEND") return true;
    at += kFrame + length;
  }
  return false;
}

// libpng allocates what an eXIf chunk declares before it reads it, limits or not: a gigabyte for a file of eighty bytes
// (found by fuzzing). So no chunk may declare more than the file holds, and the file must come to its end.
bool chunks_fit(Bytes bytes) {
  return for_each_chunk(bytes, [](std::string_view, Bytes) {});
}

// An XMP packet that is not compressed.
Bytes xmp_of(Bytes bytes) {
  constexpr std::string_view kHead("XML:com.adobe.xmp\0\0\0", 20);  // keyword, not compressed, method
  Bytes found;
  for_each_chunk(bytes, [&](std::string_view type, Bytes data) {
    if (type == "iTXt" && data.size() >= kHead.size() && std::equal(kHead.begin(), kHead.end(), data.begin()))
      found = data.subspan(kHead.size());
  });
  return found;
}

// Big-endian samples to what Pillow makes of them: the low end of the range, and white above it.
Pixels clipped(const std::vector<std::uint8_t>& samples, const Header& header) {
  Pixels pixels{.width = header.width, .height = header.height, .rgb = {}, .alpha = {}};
  pixels.rgb.resize(samples.size() / 2 * 3);
  for (std::size_t i = 0; i < samples.size() / 2; ++i)
    std::memset(&pixels.rgb[i * 3], samples[i * 2] == 0 ? samples[i * 2 + 1] : 255, 3);
  return pixels;
}

}  // namespace

StoredResult decode_png(Bytes bytes, const Header& header, Grey16 grey16) {
  if (!chunks_fit(bytes))
    return std::unexpected(
        DecodeError{DecodeFault::truncated, "PNG: a chunk is longer than the file, or the end is missing"});
  PngReader reader(bytes);
  const bool clip = header.grey16 && grey16 == Grey16::clipped;
  if (!reader.read_info(std::max(header.width, header.height), clip)) return std::unexpected(reader.error());
  if (reader.width() != header.width || reader.height() != header.height)
    return std::unexpected(DecodeError{DecodeFault::damaged, "PNG: two headers disagree"});
  const std::size_t colours = reader.has_alpha() ? 4 : 3;
  const std::size_t bytes_a_pixel = clip ? 2 : colours;
  std::vector<std::uint8_t> samples(bytes_a_pixel * header.width * header.height);
  if (!reader.read_rows(samples.data(), bytes_a_pixel * header.width) || !reader.read_end())
    return std::unexpected(reader.error());
  const int orientation = orientation_of(reader.exif(), xmp_of(bytes));
  if (clip) return Stored{clipped(samples, header), orientation};
  Pixels pixels{.width = header.width, .height = header.height, .rgb = {}, .alpha = {}};
  if (colours == 4) {
    split_alpha(samples, pixels);
  } else {
    pixels.rgb = std::move(samples);
  }
  return Stored{std::move(pixels), orientation};
}

}  // namespace signalbox::vision
