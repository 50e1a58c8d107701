// Any bytes as the file_data of a file part, and behind a text's data URI: what the gateway itself does with a document
// before and without the worker that reads PDFs. Whatever counts as read must be bounded, whole, valid text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "documents/file_reader.h"
#include "documents/text_file.h"
#include "evidence/data_uri.h"
#include "evidence/evidence.h"
#include "protocol/request.h"
#include "vision/utf8.h"

namespace {

constexpr std::size_t kMaxBytes = 4096;
using signalbox::evidence::DocumentText;
using signalbox::evidence::Unjudged;

void check(const DocumentText& text) {
  if (text.unjudged != Unjudged::none) {
    if (!text.pages.empty()) std::abort();
    return;
  }
  if (text.pages.size() != 1) std::abort();
  const std::string& page = text.pages[0];
  // UTF-16 grows by half at most.
  if (page.size() > kMaxBytes * 3 / 2 || !signalbox::vision::is_utf8(page)) std::abort();
  if (page.find('\0') != std::string::npos) std::abort();
}

std::string base64_of(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (at + i < bytes.size() ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) out += at + i > bytes.size() ? '=' : kAlphabet[bits >> (18 - 6 * i) & 63];
  }
  return out;
}

// What is no JSON string ends here: the parser of bodies has a target of its own.
void read_as_part(std::string_view file_data) {
  using namespace signalbox;
  const std::string body =
      R"({"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_data":")" +
      std::string(file_data) + R"("}}]}]})";
  const auto request = protocol::parse_openai_chat(body);
  if (!request) return;
  const evidence::Evidence evidence = evidence::from_request(*request);
  documents::FileReader reader(nullptr, "none", kMaxBytes);
  for (const evidence::Document& document : evidence.documents) {
    check(reader.read({&document}, std::chrono::steady_clock::time_point::max()).at(0));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_as_part(bytes);
  read_as_part("data:text/plain;base64," + base64_of(bytes));
  return 0;
}
