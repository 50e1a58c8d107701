#include "signals/jailbreak_texts.h"

#include <set>

#include "signals/text_vectors.h"

namespace signalbox::signals {
namespace {

using evidence::Evidence;

class Gathering {
 public:
  Gathering(EvalContext& context, JudgedTexts& into) : context_(context), into_(into) {}

  void whole(Scope scope) {
    const ScopeText& text = context_.scopes.get(scope);
    add({.text = text.text, .scope = &text, .begin = 0, .name = {}});
  }

  void pieces(Scope scope) {
    const ScopeText& text = context_.scopes.get(scope);
    if (!text.complete) into_.incomplete_why = text.incomplete_why;
    for (std::size_t i = 0; i < text.pieces.size(); ++i) {
      const std::size_t begin = text.pieces[i].begin;
      // One character joins a piece with the next.
      const std::size_t end = i + 1 < text.pieces.size() ? text.pieces[i + 1].begin - 1 : text.text.size();
      add({.text = text.text.substr(begin, end - begin), .scope = &text, .begin = begin, .name = {}});
    }
  }

  void names() {
    for (const auto& [key, value] : context_.evidence.metadata) add_name(value, "metadata." + std::string(key));
    for (const evidence::Opaque& file : context_.evidence.opaque) {
      if (!file.name.empty()) add_name(file.name, "file name of message " + std::to_string(file.message));
    }
  }

 private:
  void add_name(std::string_view text, std::string name) {
    add({.text = text, .scope = nullptr, .begin = 0, .name = std::move(name)});
  }

  void add(JudgedText text) {
    if (!is_blank(text.text) && known_.insert(text.text).second) into_.texts.push_back(std::move(text));
  }

  EvalContext& context_;
  JudgedTexts& into_;
  std::set<std::string_view> known_;
};

}  // namespace

Finding JudgedText::locate(std::string what, std::size_t from, std::size_t to) const {
  if (scope != nullptr) return scope->locate(std::move(what), begin + from, begin + to);
  return {.what = std::move(what) + " in " + name};
}

JudgedTexts JailbreakTexts::of(const JailbreakSettings& settings) {
  JudgedTexts result;
  Gathering gathering(context_, result);
  gathering.whole(Scope::last_user);
  if (settings.history) {
    gathering.whole(Scope::all_user);
    gathering.pieces(Scope::conversation);
  }
  if (settings.tools) gathering.pieces(Scope::tools);
  if (settings.images) gathering.pieces(Scope::image_text);
  if (settings.metadata) gathering.names();
  return result;
}

const disguise::Views& JailbreakTexts::views_of(std::string_view text) {
  const auto known = views_.find(text);
  return known != views_.end() ? known->second : views_.emplace(text, disguise::views_of(text)).first->second;
}

}  // namespace signalbox::signals
