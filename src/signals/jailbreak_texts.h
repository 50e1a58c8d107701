// Which texts of a request a jailbreak rule judges, and each of them as it reads without disguises (src/disguise).
//
// The last user message is one text, with its parts; with history every message is one by itself, and all user messages
// together are another, since an attack may be spread over them. Equal texts are judged once.
// Internal to signals/. A JailbreakTexts belongs to one evaluate call; what it gives lives as long.
#pragma once

#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "disguise/views.h"
#include "signals/jailbreak_rules.h"
#include "signals/scope.h"
#include "signals/signal.h"

namespace signalbox::signals {

struct JudgedText {
  std::string_view text;
  const ScopeText* scope = nullptr;  // that it stands in; null: of no message
  std::size_t begin = 0;             // there
  std::string name;                  // of a text of no message: "metadata.user"

  // A byte range of it as a Finding.
  Finding locate(std::string what, std::size_t from, std::size_t to) const;
};

struct JudgedTexts {
  std::vector<JudgedText> texts;
  std::string incomplete_why;  // empty: all pictures in question were read
};

class JailbreakTexts {
 public:
  explicit JailbreakTexts(EvalContext& context) : context_(context) {}

  JudgedTexts of(const JailbreakSettings& settings);
  const disguise::Views& views_of(std::string_view text);

 private:
  EvalContext& context_;
  std::map<std::string_view, disguise::Views> views_;
};

}  // namespace signalbox::signals
