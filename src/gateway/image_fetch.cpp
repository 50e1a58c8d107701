#include "gateway/image_fetch.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

#include "vision/header.h"

namespace signalbox::gateway {

using Kind = UpstreamError::Kind;

namespace {

constexpr std::size_t kMaxMediaType = 64;

FetchOutcome outcome_of(Kind kind) {
  switch (kind) {
    case Kind::address_refused:
      return FetchOutcome::address_refused;
    case Kind::connect_failed:
      return FetchOutcome::connect_failed;
    case Kind::tls_failed:
      return FetchOutcome::tls_failed;
    case Kind::timeout_connect:
    case Kind::timeout_first_byte:
    case Kind::timeout_idle:
      return FetchOutcome::timeout;
    case Kind::overloaded:
      return FetchOutcome::overloaded;
    case Kind::cancelled:
      return FetchOutcome::cancelled;
    default:
      return FetchOutcome::bad_response;
  }
}

// "Image/PNG; q=1" -> "image/png"
std::string bare_media_type(const Headers& headers) {
  const std::string_view declared = headers.get("content-type").value_or("");
  std::string bare(declared.substr(0, declared.find(';')));
  std::erase_if(bare, [](unsigned char c) { return std::isspace(c) != 0; });
  std::ranges::transform(bare, bare.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return bare;
}

// It stands in a URI and in JSON afterwards.
bool is_image_type(std::string_view type) {
  constexpr std::string_view kMarks = "/+-._";
  return type.starts_with("image/") && type.size() <= kMaxMediaType && std::ranges::all_of(type, [&](unsigned char c) {
           return std::isalnum(c) != 0 || kMarks.find(static_cast<char>(c)) != std::string_view::npos;
         });
}

bool says_nothing(std::string_view type) {
  return type.empty() || type == "application/octet-stream" || type == "binary/octet-stream";
}

std::string_view media_type_of(std::string_view bytes) {
  using vision::Format;
  switch (vision::recognise({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})) {
    case Format::png:
      return "image/png";
    case Format::jpeg:
      return "image/jpeg";
    case Format::gif:
      return "image/gif";
    case Format::webp:
      return "image/webp";
    case Format::bmp:
      return "image/bmp";
    default:  // of a kind that nothing here decodes
      return {};
  }
}

// A login page, a message of an error: no picture, whatever its URL looks like. What the bytes are and what the server
// calls them is compared where inline pictures are, so both are handed on.
FetchedImage accept(const Headers& headers, std::string bytes) {
  const std::string declared = bare_media_type(headers);
  const std::string_view seen = media_type_of(bytes);
  if (seen.empty() || (!is_image_type(declared) && !says_nothing(declared))) {
    return {FetchOutcome::not_an_image, {}, {}};
  }
  return {FetchOutcome::fetched, says_nothing(declared) ? std::string(seen) : declared, std::move(bytes)};
}

std::optional<FetchOutcome> problem_of(const ResponseHead& head, std::size_t max_bytes) {
  if (head.status >= 300 && head.status < 400) return FetchOutcome::redirected;
  if (head.status != 200) return FetchOutcome::bad_status;
  const std::string_view coding = head.headers.get("content-encoding").value_or("identity");
  if (!equal_ignoring_case(coding, "identity")) return FetchOutcome::bad_response;
  if (head.content_length.value_or(0) > max_bytes) return FetchOutcome::too_large;
  return std::nullopt;
}

// The bytes so far, inside their bounds; gives back the room they took when nothing comes of them.
class Gathered {
 public:
  explicit Gathered(const FetchBounds& bounds) : bounds_(bounds) {}
  ~Gathered() { bounds_.room += taken_; }
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;

  bool add(std::string_view piece) {
    const std::size_t size = bytes_.size() + piece.size();
    const std::size_t more = literal_size(size) * bounds_.uses - taken_;
    if (size > bounds_.max_bytes || more > bounds_.room) return false;
    bounds_.room -= more;
    taken_ += more;
    bytes_ += piece;
    return true;
  }
  std::string keep() && {
    taken_ = 0;
    return std::move(bytes_);
  }

 private:
  FetchBounds bounds_;
  std::size_t taken_ = 0;
  std::string bytes_;
};

}  // namespace

std::string_view to_string(FetchOutcome outcome) {
  constexpr std::array<std::string_view, 12> kNames = {"fetched",    "address_refused", "connect_failed", "tls_failed",
                                                       "timeout",    "overloaded",      "bad_response",   "redirected",
                                                       "bad_status", "too_large",       "not_an_image",   "cancelled"};
  return kNames[static_cast<std::size_t>(outcome)];
}

UpstreamRequest image_request(std::shared_ptr<const Backend> server, std::string target) {
  UpstreamRequest request;
  request.backend = std::move(server);
  request.method = "GET";
  request.target = std::move(target);
  request.headers = {{"accept", "image/*"}, {"accept-encoding", "identity"}, {"user-agent", "signalbox"}};
  return request;
}

Task<FetchedImage> fetch_image(UpstreamExchange& exchange, FetchBounds bounds) {
  const std::expected<ResponseHead, UpstreamError> head = co_await exchange.start();
  if (!head) co_return FetchedImage{outcome_of(head.error().kind), {}, {}};
  if (const std::optional<FetchOutcome> problem = problem_of(*head, bounds.max_bytes)) {
    co_return FetchedImage{*problem, {}, {}};
  }
  Gathered bytes(bounds);
  bool fits = bytes.add(exchange.take_buffered());
  while (fits && !exchange.at_end()) {
    const std::expected<std::string_view, UpstreamError> piece = co_await exchange.read();
    if (!piece) co_return FetchedImage{outcome_of(piece.error().kind), {}, {}};
    fits = bytes.add(*piece);
  }
  if (!fits) co_return FetchedImage{FetchOutcome::too_large, {}, {}};
  co_return accept(head->headers, std::move(bytes).keep());
}

std::string data_uri_literal(const FetchedImage& image) {
  std::string literal;
  literal.reserve(literal_size(image.bytes.size()) + 1);
  literal.append("\"data:").append(image.media_type).append(";base64,");
  const std::size_t head = literal.size();
  literal.resize(head + (image.bytes.size() + 2) / 3 * 4 + 1);  // EVP_EncodeBlock ends it with a zero
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(literal.data() + head),
                  reinterpret_cast<const unsigned char*>(image.bytes.data()), static_cast<int>(image.bytes.size()));
  literal.back() = '"';
  return literal;
}

std::size_t literal_size(std::size_t bytes) {
  constexpr std::size_t kAround = std::string_view("\"data:;base64,\"").size() + kMaxMediaType;
  return (bytes + 2) / 3 * 4 + kAround;
}

}  // namespace signalbox::gateway
