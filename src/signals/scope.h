// Which text of a request a text signal reads.
//
// TextScopes belongs to one request and builds each scope's text at most once, whoever asks. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/describe.h"
#include "evidence/document_reader.h"
#include "evidence/evidence.h"
#include "evidence/image_reader.h"
#include "signals/signal.h"

namespace signalbox::signals {

enum class Scope : std::uint8_t {
  last_user,     // the last user message; without any user message, all other text (as VSR)
  all_user,      // every user message
  conversation,  // every message of every role
  tools,         // tool definitions (name, description), call arguments, results
  image_text,    // text read from inline pictures and documents
};
inline constexpr std::size_t kScopes = 5;
std::span<const config::EnumName> enum_names(Scope);

// Where a byte of a scope's text came from.
struct Piece {
  std::size_t begin = 0;  // offset in ScopeText::text
  std::uint32_t message = 0;
  std::uint32_t part = 0;
  Origin origin = Origin::message;
  std::uint32_t page = 0;                       // of a document, from 1; 0: its name and properties
  std::span<const evidence::TextLine> lines{};  // origin image: of the picture's text
};

// Texts of a scope joined (parts of one message by a space, messages and pages by a newline), or a view of the single
// one.
struct ScopeText {
  std::string_view text;
  std::string storage;         // empty when `text` is a view into the request
  std::vector<Piece> pieces;   // ascending begin
  bool complete = true;        // image_text: false when a picture or document could not be read
  std::string incomplete_why;  // reasons, e.g. "decode_failed"

  // Turns a byte range of `text` into a located Finding.
  Finding locate(std::string what, std::size_t begin, std::size_t end) const;
  // One Finding for each piece that the range touches.
  std::vector<Finding> locate_all(const std::string& what, std::size_t begin, std::size_t end) const;
};

class TextScopes {
 public:
  // `documents` may be null: those that could be read are then unread (reader_missing).
  TextScopes(const evidence::Evidence& evidence, evidence::ImageTexts& images,
             evidence::DocumentTexts* documents = nullptr)
      : evidence_(evidence), images_(images), documents_(documents) {}
  // Blocks on image_text (reads the pictures and documents); otherwise a pass over the messages at first use.
  const ScopeText& get(Scope scope);

 private:
  const evidence::Evidence& evidence_;
  evidence::ImageTexts& images_;
  evidence::DocumentTexts* documents_;
  // One lock a scope: who waits for pictures does not hold up who reads the last message. Not std::once_flag, which
  // asks the kernel to wake waiters each time, though there are none.
  struct Slot {
    std::atomic<bool> built{false};
    std::mutex building;
    ScopeText text;
  };
  void build(Scope scope, ScopeText& into) const;

  std::array<Slot, kScopes> slots_;
};

// Cost of reading a scope in this request: image when it means reading pictures or documents that are there, else scan.
Cost scope_cost(Scope scope, const evidence::Evidence& evidence);

}  // namespace signalbox::signals
