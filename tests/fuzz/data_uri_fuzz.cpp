// data: URIs of requests, and the base64 in them: views into what was given, and one reading of the bytes. What is
// decoded and written again by another encoder must be the very same text, else two readers could see two pictures.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "evidence/base64.h"
#include "evidence/data_uri.h"

namespace {

using signalbox::evidence::Base64Error;

constexpr std::size_t kMostBytes = 4096;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encoded(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? kAlphabet[group >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

bool lies_within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto uri = signalbox::evidence::parse_data_uri(text);
  if (uri && (!signalbox::evidence::is_data_uri(text) || signalbox::evidence::is_remote_url(text))) std::abort();
  if (uri && (!lies_within(uri->media_type, text) || !lies_within(uri->base64, text))) std::abort();
  const std::string_view payload = uri ? uri->base64 : text;
  const auto bytes = signalbox::evidence::decode_base64(payload, kMostBytes);
  if (bytes && (bytes->size() > kMostBytes || encoded(*bytes) != payload)) std::abort();
  if (!bytes && bytes.error().kind == Base64Error::Kind::malformed && bytes.error().offset > payload.size())
    std::abort();
  return 0;
}
