// libjpeg reports errors by longjmp, which must not cross a C++ destructor: as in decode_png.cpp, each step that calls
// it holds plain values only and begins with setjmp, and the buffers are made between the steps.
//
// libjpeg repairs what it can and warns. Bytes that end early are an error here (half a picture is not the picture);
// other warnings are repairs that every viewer makes in the same way, so the picture stands, up to a bound.
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include <csetjmp>
#include <cstring>
#include <string>
#include <string_view>

#include "vision/decode.h"
#include "vision/orientation.h"

namespace signalbox::vision {

using imaging::Pixels;
namespace {

// A progressive file may ask for any number of passes over the whole picture; encoders write about ten.
constexpr int kMaxScans = 100;
constexpr long kMaxWarnings = 1000;
constexpr long kCodecMemory = 256L * 1024 * 1024;
constexpr std::string_view kExifPrefix("Exif\0", 6);  // with the terminating zero
constexpr std::string_view kXmpPrefix("http://ns.adobe.com/xap/1.0/", 29);

class JpegReader {
 public:
  explicit JpegReader(Bytes bytes) : bytes_(bytes) {
    codec_.err = jpeg_std_error(&errors_);
    codec_.client_data = this;
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    progress_.progress_monitor = on_progress;
  }
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  bool read_info();
  bool read_rows(std::uint8_t* samples, std::size_t row_bytes);

  std::uint32_t width() const { return codec_.output_width; }
  std::uint32_t height() const { return codec_.output_height; }
  std::size_t channels() const { return static_cast<std::size_t>(codec_.output_components); }
  int orientation() const { return orientation_of(metadata(kExifPrefix), metadata(kXmpPrefix)); }
  DecodeError error() const {
    return {truncated_ ? DecodeFault::truncated : DecodeFault::damaged, std::string("JPEG: ") + message_};
  }

 private:
  Bytes metadata(std::string_view prefix) const;
  static JpegReader& self(j_common_ptr codec) { return *static_cast<JpegReader*>(codec->client_data); }
  static void on_error(j_common_ptr codec) {
    char text[JMSG_LENGTH_MAX] = "";
    codec->err->format_message(codec, text);
    self(codec).give_up(text);
  }
  static void on_message(j_common_ptr codec, int level) {
    if (level >= 0) return;  // trace
    JpegReader& reader = self(codec);
    if (codec->err->msg_code == JWRN_JPEG_EOF) {
      reader.truncated_ = true;
      reader.give_up("the file ends early");
    }
    if (++codec->err->num_warnings > kMaxWarnings) reader.give_up("too much damaged data");
  }
  static void on_progress(j_common_ptr codec) {
    if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number > kMaxScans) self(codec).give_up("too many scans");
  }
  [[noreturn]] void give_up(const char* why) {
    std::strncpy(message_, why, sizeof message_ - 1);
    std::longjmp(escape_, 1);
  }

  Bytes bytes_;
  jpeg_decompress_struct codec_ = {};
  jpeg_error_mgr errors_ = {};
  jpeg_progress_mgr progress_ = {};
  std::jmp_buf escape_ = {};
  bool truncated_ = false;
  char message_[JMSG_LENGTH_MAX] = "";
};

bool JpegReader::read_info() {
  if (setjmp(escape_) != 0) return false;
  jpeg_create_decompress(&codec_);
  codec_.progress = &progress_;
  codec_.mem->max_memory_to_use = kCodecMemory;
  jpeg_mem_src(&codec_, bytes_.data(), bytes_.size());
  jpeg_save_markers(&codec_, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(&codec_, TRUE);
  if (codec_.num_components == 1) {
    codec_.out_color_space = JCS_GRAYSCALE;
  } else {
    codec_.out_color_space = codec_.num_components == 4 ? JCS_CMYK : JCS_RGB;
  }
  codec_.dct_method = JDCT_ISLOW;
  codec_.do_fancy_upsampling = TRUE;
  jpeg_calc_output_dimensions(&codec_);
  return true;
}

bool JpegReader::read_rows(std::uint8_t* samples, std::size_t row_bytes) {
  if (setjmp(escape_) != 0) return false;
  jpeg_start_decompress(&codec_);
  while (codec_.output_scanline < codec_.output_height) {
    JSAMPROW row = samples + codec_.output_scanline * row_bytes;
    jpeg_read_scanlines(&codec_, &row, 1);
  }
  jpeg_finish_decompress(&codec_);
  return true;
}

Bytes JpegReader::metadata(std::string_view prefix) const {
  for (jpeg_saved_marker_ptr marker = codec_.marker_list; marker != nullptr; marker = marker->next) {
    if (marker->data_length >= prefix.size() && std::memcmp(marker->data, prefix.data(), prefix.size()) == 0)
      return {marker->data + prefix.size(), marker->data_length - prefix.size()};
  }
  return {};
}

std::uint32_t scaled(std::uint32_t a, std::uint32_t b) {  // round(a * b / 255), Pillow's MULDIV255
  const std::uint32_t product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

void expand_grey(const std::vector<std::uint8_t>& grey, std::vector<std::uint8_t>& rgb) {
  rgb.resize(grey.size() * 3);
  for (std::size_t i = 0; i < grey.size(); ++i) std::memset(&rgb[i * 3], grey[i], 3);
}

// Four components are taken as Adobe writes them, inverted, whether or not the file says so: as Pillow does.
void convert_cmyk(const std::vector<std::uint8_t>& inverted, std::vector<std::uint8_t>& rgb) {
  rgb.resize(inverted.size() / 4 * 3);
  for (std::size_t i = 0; i * 4 < inverted.size(); ++i) {
    const std::uint32_t light = inverted[i * 4 + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const std::uint32_t ink = 255U - inverted[i * 4 + c];
      rgb[i * 3 + c] = static_cast<std::uint8_t>(light - scaled(ink, light));
    }
  }
}

}  // namespace

StoredResult decode_jpeg(Bytes bytes, const Header& header) {
  JpegReader reader(bytes);
  if (!reader.read_info()) return std::unexpected(reader.error());
  if (reader.width() != header.width || reader.height() != header.height)
    return std::unexpected(DecodeError{DecodeFault::damaged, "JPEG: two headers disagree"});
  const int orientation = reader.orientation();  // the markers go when the reading is finished
  std::vector<std::uint8_t> samples(reader.channels() * header.width * header.height);
  if (!reader.read_rows(samples.data(), reader.channels() * header.width)) return std::unexpected(reader.error());
  Pixels pixels{.width = header.width, .height = header.height, .rgb = {}, .alpha = {}};
  if (reader.channels() == 1) {
    expand_grey(samples, pixels.rgb);
  } else if (reader.channels() == 4) {
    convert_cmyk(samples, pixels.rgb);
  } else {
    pixels.rgb = std::move(samples);
  }
  return Stored{std::move(pixels), orientation};
}

}  // namespace signalbox::vision
