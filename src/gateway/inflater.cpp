#include "gateway/inflater.h"

#define ZLIB_CONST
#include <zlib.h>

#include <array>
#include <new>

namespace signalbox::gateway {

struct Inflater::Zlib {
  z_stream stream{};
  std::uint64_t in = 0;
  std::uint64_t out = 0;
};

Inflater::Inflater(Coding coding, std::size_t max_bytes) : zlib_(std::make_unique<Zlib>()), max_bytes_(max_bytes) {
  constexpr int kGzip = 16;  // added to the window's bits: expect gzip instead of zlib
  const int bits = MAX_WBITS + (coding == Coding::gzip ? kGzip : 0);
  if (inflateInit2(&zlib_->stream, bits) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() {
  inflateEnd(&zlib_->stream);
}

Inflater::Result Inflater::feed(std::string_view in, std::string& out) {
  if (done_) return in.empty() ? Result::good : Result::malformed;
  z_stream& z = zlib_->stream;
  z.next_in = reinterpret_cast<const Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  zlib_->in += in.size();
  std::array<char, 16 * 1024> buffer;
  for (;;) {
    z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    z.avail_out = static_cast<uInt>(buffer.size());
    const int code = inflate(&z, Z_NO_FLUSH);
    const std::size_t made = buffer.size() - z.avail_out;
    zlib_->out += made;
    if (zlib_->out > max_bytes_) return Result::too_large;
    if (zlib_->out > kFreeBytes && zlib_->out > kMaxRatio * (zlib_->in - z.avail_in)) return Result::too_large;
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Result::malformed;
    out.append(buffer.data(), made);
    if (code == Z_STREAM_END) {
      done_ = true;
      return z.avail_in == 0 ? Result::good : Result::malformed;
    }
    if (z.avail_out > 0) return Result::good;  // it wants more
  }
}

}  // namespace signalbox::gateway
