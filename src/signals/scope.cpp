#include "signals/scope.h"

#include <algorithm>
#include <limits>

namespace signalbox::signals {
namespace {

using evidence::Evidence;
using evidence::Unjudged;
using protocol::Role;

constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

constexpr std::array<config::EnumName, kScopes> kScopeNames{{
    {static_cast<int>(Scope::last_user), "last_user"},
    {static_cast<int>(Scope::all_user), "all_user"},
    {static_cast<int>(Scope::conversation), "conversation"},
    {static_cast<int>(Scope::tools), "tools"},
    {static_cast<int>(Scope::image_text), "image_text"},
}};

// Joins pieces; copies only when there is a second one, for most requests have a single text per scope.
class Joiner {
 public:
  void add(std::string_view text, Piece piece) {
    if (text.empty()) return;
    if (!first_.data()) {
      first_ = text;
    } else {
      if (result_.storage.empty()) result_.storage = first_;
      const Piece& last = result_.pieces.back();
      const bool same =
          (piece.message == last.message || (is_tool(piece) && is_tool(last))) && piece.origin != Origin::document;
      result_.storage += same ? ' ' : '\n';
      piece.begin = result_.storage.size();
      result_.storage += text;
    }
    result_.pieces.push_back(piece);
  }

  // Definitions and calls are one text, of whichever message.
  static bool is_tool(const Piece& piece) { return piece.message == kNowhere || piece.origin == Origin::call; }

  void incomplete(std::string_view why) {
    result_.complete = false;
    if (result_.incomplete_why.find(why) != std::string::npos) return;
    if (!result_.incomplete_why.empty()) result_.incomplete_why += ", ";
    result_.incomplete_why += why;
  }

  // `target` owns the storage that its text views, so it is filled in place.
  void finish(ScopeText& target) {
    target = std::move(result_);
    target.text = target.storage.empty() ? first_ : std::string_view(target.storage);
  }

 private:
  ScopeText result_;
  std::string_view first_;
};

template <class Wanted>
void add_texts(const Evidence& evidence, Joiner& joiner, Wanted wanted) {
  for (const evidence::Text& text : evidence.texts) {
    if (wanted(text)) joiner.add(text.text, {.message = text.message, .part = text.part});
  }
}

void add_last_user(const Evidence& evidence, Joiner& joiner) {
  if (evidence.roles.user == 0) {
    add_texts(evidence, joiner, [](const evidence::Text&) { return true; });
  } else {
    add_texts(evidence, joiner, [](const evidence::Text& text) { return text.last_user; });
  }
}

void add_tools(const Evidence& evidence, Joiner& joiner) {
  for (const evidence::ToolDefinition& tool : evidence.tools) {
    joiner.add(tool.name, {.message = kNowhere});
    joiner.add(tool.description, {.message = kNowhere});
  }
  std::uint32_t nth = 0;  // call of its message
  for (std::size_t i = 0; i < evidence.calls.size(); ++i) {
    const evidence::ToolCall& call = evidence.calls[i];
    nth = i > 0 && evidence.calls[i - 1].message == call.message ? nth + 1 : 0;
    joiner.add(call.arguments, {.message = call.message, .part = nth, .origin = Origin::call});
  }
  add_texts(evidence, joiner,
            [](const evidence::Text& text) { return text.role == Role::tool || text.role == Role::function; });
}

void add_image_texts(const Evidence& evidence, evidence::ImageTexts& images, Joiner& joiner) {
  if (evidence.images.empty()) return;
  const std::vector<evidence::ImageText>& read = images.get();
  for (std::size_t i = 0; i < evidence.images.size(); ++i) {
    const evidence::Image& image = evidence.images[i];
    const Unjudged reason = image.unjudged != Unjudged::none ? image.unjudged : read[i].unjudged;
    if (reason != Unjudged::none) joiner.incomplete(evidence::to_string(reason));
    if (!read[i].has_text()) continue;
    joiner.add(read[i].text,
               {.message = image.message, .part = image.index, .origin = Origin::image, .lines = read[i].lines});
  }
}

// The name of a file goes upstream with it, whether the file could be read or not.
void add_document_texts(const Evidence& evidence, evidence::DocumentTexts* documents, Joiner& joiner) {
  if (evidence.documents.empty()) return;
  const std::vector<evidence::DocumentText>* const read = documents != nullptr ? &documents->get() : nullptr;
  for (std::size_t i = 0; i < evidence.documents.size(); ++i) {
    const evidence::Document& document = evidence.documents[i];
    Piece piece{.message = document.message, .part = document.index, .origin = Origin::document};
    joiner.add(document.name, piece);
    const Unjudged reason = document.unjudged != Unjudged::none ? document.unjudged
                            : read == nullptr                   ? Unjudged::reader_missing
                                                                : (*read)[i].unjudged;
    if (reason != Unjudged::none) {
      joiner.incomplete(evidence::to_string(reason));
      continue;
    }
    joiner.add((*read)[i].properties, piece);
    for (const std::string& page : (*read)[i].pages) {
      piece.page += 1;
      joiner.add(page, piece);
    }
  }
}

}  // namespace

std::span<const config::EnumName> enum_names(Scope) {
  return kScopeNames;
}

Finding ScopeText::locate(std::string what, std::size_t begin, std::size_t end) const {
  Finding finding{.what = std::move(what)};
  const auto after = std::upper_bound(pieces.begin(), pieces.end(), begin,
                                      [](std::size_t at, const Piece& piece) { return at < piece.begin; });
  if (after == pieces.begin()) return finding;
  const Piece& piece = *std::prev(after);
  if (piece.message == kNowhere) return finding;
  // What runs over into the next piece (a regex across messages) is cut at the end of the piece it starts in.
  const std::size_t piece_end = after == pieces.end() ? text.size() : after->begin - 1;
  finding.message = piece.message;
  finding.part = piece.part;
  finding.origin = piece.origin;
  finding.page = piece.page;
  finding.begin = std::min(begin, piece_end) - piece.begin;
  finding.end = std::min(end, piece_end) - piece.begin;
  finding.located = true;
  if (piece.origin == Origin::image) finding.boxes = evidence::boxes_of(piece.lines, finding.begin, finding.end);
  return finding;
}

std::vector<Finding> ScopeText::locate_all(const std::string& what, std::size_t begin, std::size_t end) const {
  std::vector<Finding> all{locate(what, begin, end)};
  for (auto piece = std::upper_bound(pieces.begin(), pieces.end(), begin,
                                     [](std::size_t at, const Piece& p) { return at < p.begin; });
       piece != pieces.end() && piece->begin < end; ++piece) {
    all.push_back(locate(what, piece->begin, end));
  }
  return all;
}

const ScopeText& TextScopes::get(Scope scope) {
  Slot& slot = slots_[static_cast<std::size_t>(scope)];
  if (!slot.built.load(std::memory_order_acquire)) {
    const std::lock_guard lock(slot.building);
    if (!slot.built.load(std::memory_order_relaxed)) {
      build(scope, slot.text);
      slot.built.store(true, std::memory_order_release);
    }
  }
  return slot.text;
}

void TextScopes::build(Scope scope, ScopeText& into) const {
  Joiner joiner;
  switch (scope) {
    case Scope::last_user:
      add_last_user(evidence_, joiner);
      break;
    case Scope::all_user:
      add_texts(evidence_, joiner, [](const evidence::Text& text) { return text.role == Role::user; });
      break;
    case Scope::conversation:
      add_texts(evidence_, joiner, [](const evidence::Text&) { return true; });
      break;
    case Scope::tools:
      add_tools(evidence_, joiner);
      break;
    case Scope::image_text:
      add_image_texts(evidence_, images_, joiner);
      add_document_texts(evidence_, documents_, joiner);
      break;
  }
  joiner.finish(into);
}

Cost scope_cost(Scope scope, const Evidence& evidence) {
  if (scope != Scope::image_text) return Cost::scan;
  const auto to_be_read = [](const auto& item) { return item.unjudged == Unjudged::none; };
  const bool unread = std::any_of(evidence.images.begin(), evidence.images.end(), to_be_read) ||
                      std::any_of(evidence.documents.begin(), evidence.documents.end(), to_be_read);
  return unread ? Cost::image : Cost::scan;
}

}  // namespace signalbox::signals
