#include "document_worker/properties.h"

#include <Array.h>
#include <Dict.h>
#include <Object.h>
#include <Stream.h>
#include <UTF.h>
#include <XRef.h>
#include <goo/gmem.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "document_worker/unicode_text.h"
#include "vision/utf8.h"

namespace signalbox::document_worker {
namespace {

using evidence::Unjudged;

constexpr int kDeepest = 64;  // arrays and dictionaries inside each other

// Keys whose strings are written for people. Others hold keys, dates, numbers in disguise.
constexpr std::array<std::string_view, 26> kTexts{
    "Title", "Author", "Subject", "Keywords", "Creator", "Producer", "Contents",   "RC",  "T",
    "TU",    "TM",     "V",       "DV",       "Opt",     "Alt",      "ActualText", "E",   "URI",
    "JS",    "Subj",   "CA",      "AC",       "Desc",    "F",        "UF",         "Name"};
constexpr std::array<std::string_view, 3> kTextStreams{"RC", "JS", "V"};
constexpr std::array<std::string_view, 7> kMedia{"RichMedia",      "3D",        "Movie", "Sound", "Screen",
                                                 "FileAttachment", "Projection"};

template <class List>
bool holds(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

Refusal unsupported(std::string detail) {
  return {Unjudged::unsupported_format, std::move(detail)};
}

class Collector {
 public:
  Collector(PDFDoc& document, std::size_t max_text, Deadline deadline)
      : document_(document), max_text_(max_text), deadline_(deadline) {}

  std::expected<std::string, Refusal> collect() {
    XRef& xref = *document_.getXRef();
    info_ = reference_of_info(xref);
    visit(*xref.getTrailerDict(), 0);
    for (int i = 0; i < xref.getNumObjects() && !refusal_; ++i) {
      const XRefEntry* const entry = xref.getEntry(i, false);
      if (entry == nullptr || entry->type == xrefEntryFree || entry->type == xrefEntryNone) continue;
      if (is_over(deadline_)) return std::unexpected(late());
      number_ = i;
      visit(xref.fetch(i, entry->type == xrefEntryCompressed ? 0 : entry->gen), 0);
    }
    if (refusal_) return std::unexpected(std::move(*refusal_));
    return std::move(text_);
  }

 private:
  static int reference_of_info(XRef& xref) {
    const Object& info = xref.getDocInfoNF();
    return info.isRef() ? info.getRef().num : -1;
  }

  void refuse(Refusal why) {
    if (!refusal_) refusal_ = std::move(why);
  }

  // Only what stands in the object itself: what it refers to is an object of its own.
  void visit(const Object& object, int depth) {
    if (refusal_ || depth > kDeepest) return;
    if (object.isArray()) {
      for (int i = 0; i < object.arrayGetLength(); ++i) visit(object.arrayGetNF(i), depth + 1);
    } else if (object.isDict()) {
      visit_dict(*object.getDict(), depth);
    } else if (object.isStream()) {
      visit_stream(object, depth);
    }
  }

  void visit_stream(const Object& object, int depth) {
    const Dict& dict = *object.streamGetDict();
    if (dict.is("EmbeddedFile")) return refuse(unsupported("files are embedded in it"));
    if (dict.is("Metadata")) add_stream(object);
    visit_dict(dict, depth);
  }

  void visit_dict(const Dict& dict, int depth) {
    if (!check(dict)) return;
    const bool signature = dict.hasKey("ByteRange");  // its /Contents are bytes
    const bool info = depth == 0 && number_ == info_;
    for (int i = 0; i < dict.getLength() && !refusal_; ++i) {
      const std::string_view key = dict.getKey(i);
      const Object& value = dict.getValNF(i);
      if (!signature && (info || holds(kTexts, key))) add_texts(value, 0);
      if (holds(kTextStreams, key)) add_text_stream(value);
      visit(value, depth + 1);
    }
  }

  // False: refused.
  bool check(const Dict& dict) {
    if (!dict.lookup("EF").isNull()) refuse(unsupported("files are embedded in it"));
    if (!dict.lookup("XFA").isNull()) refuse(unsupported("a form in XML"));
    const Object subtype = dict.lookup("Subtype");
    if (subtype.isName() && dict.hasKey("Rect") && holds(kMedia, subtype.getName())) {
      refuse(unsupported("it holds sound, film, 3D or files"));
    }
    const Object layers = dict.lookup("OCProperties");
    if (layers.isDict() && has_hidden_layers(layers)) refuse(unsupported("it has layers that are hidden"));
    return !refusal_;
  }

  static bool has_hidden_layers(const Object& layers) {
    const Object shown = layers.dictLookup("D");
    if (!shown.isDict()) return false;
    const Object off = shown.dictLookup("OFF"), base = shown.dictLookup("BaseState"), by_use = shown.dictLookup("AS");
    return (off.isArray() && off.arrayGetLength() > 0) || (base.isName() && !base.isName("ON")) ||
           (by_use.isArray() && by_use.arrayGetLength() > 0);
  }

  void add_texts(const Object& value, int depth) {
    if (value.isString()) {
      add(value.getString()->toStr());
    } else if (value.isArray() && depth < kDeepest) {
      for (int i = 0; i < value.arrayGetLength(); ++i) add_texts(value.arrayGetNF(i), depth + 1);
    } else if (value.isRef() && depth == 0) {  // a string may be an object of its own
      const Object there = value.fetch(document_.getXRef());
      if (there.isString() || there.isArray()) add_texts(there, depth + 1);
    }
  }

  void add_text_stream(const Object& value) {
    const Object there = value.fetch(document_.getXRef());
    if (there.isStream()) add_stream(there);
  }

  void add_stream(const Object& object) {
    Stream& stream = *object.getStream();
    std::string bytes;
    stream.reset();
    for (int c = stream.getChar(); c != EOF; c = stream.getChar()) {
      bytes += static_cast<char>(c);
      if (bytes.size() > max_text_) return refuse({Unjudged::too_large, "too much text"});
      if ((bytes.size() & 0xFFFF) == 0 && is_over(deadline_)) return refuse(late());
    }
    stream.close();
    add(bytes);
  }

  // A text string of PDF: UTF-16 or UTF-8 with a mark, else PDFDocEncoding. Metadata and scripts may be plain UTF-8.
  void add(std::string_view bytes) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (bytes.starts_with(kMark)) bytes.remove_prefix(kMark.size());
    const bool utf16 = bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE");
    if (!utf16 && vision::is_utf8(bytes)) {
      for (const char c : bytes) text_ += c == '\0' || c == '\f' ? ' ' : c;
    } else {
      Unicode* characters = nullptr;
      const int count = TextStringToUCS4(std::string(bytes), &characters);
      for (int i = 0; i < count; ++i) append_character(characters[i], text_);
      gfree(characters);
    }
    text_ += '\n';
    if (text_.size() > max_text_) refuse({Unjudged::too_large, "too much text"});
  }

  PDFDoc& document_;
  const std::size_t max_text_;
  const Deadline deadline_;
  int info_ = -1;    // number of the Info dictionary
  int number_ = -1;  // of the object that is visited
  std::string text_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::expected<std::string, Refusal> properties_of(PDFDoc& document, std::size_t max_text, Deadline deadline) {
  return Collector(document, max_text, deadline).collect();
}

}  // namespace signalbox::document_worker
