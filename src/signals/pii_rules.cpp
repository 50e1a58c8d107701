#include "signals/pii_rules.h"

#include <fmt/format.h>

#include <algorithm>

namespace signalbox::signals {
namespace {

using config::join;
using pii::Type;

// An unknown name under VSR's own key is a warning only: another model may know other types.
std::optional<Type> known_type(const std::string& name, const std::string& path, bool fatal,
                               config::Diagnostics& diagnostics) {
  const std::optional<Type> type = pii::type_of(name);
  if (type) return type;
  const auto names = pii::type_names();
  const std::string message = fmt::format("\"{}\" is no type of personal data that is known here", name);
  const std::string hint = config::did_you_mean(name, {names.begin(), names.end()});
  if (fatal) {
    diagnostics.error(path, "unknown_pii_type", message, hint.empty() ? "docs/pii.md lists the types" : hint);
  } else {
    diagnostics.warning(path, "unknown_pii_type", message, hint);
  }
  return std::nullopt;
}

pii::TypeSet types_of(const std::vector<std::string>& names, const std::string& path, bool fatal,
                      config::Diagnostics& diagnostics) {
  pii::TypeSet types;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const auto type = known_type(names[i], join(path, i), fatal, diagnostics)) types.set(pii::index(*type));
  }
  // A date of birth is a date.
  if (types[pii::index(Type::date_time)]) types.set(pii::index(Type::date_of_birth));
  return types;
}

pii::TypeSet judged_types(const PiiRule& rule, config::Diagnostics& diagnostics) {
  pii::TypeSet judged = pii::all_types();
  if (!rule.types.empty()) judged = types_of(rule.types, join(rule.path, "types"), true, diagnostics);
  judged &= ~types_of(rule.pii_types_allowed, join(rule.path, "pii_types_allowed"), false, diagnostics);
  if (judged.none()) {
    diagnostics.warning(join(rule.path, "pii_types_allowed"), "nothing_judged",
                        "every type that the rule judges is allowed: it never matches");
  }
  return judged;
}

void set_thresholds(const PiiRule& rule, SensitiveRule& into, config::Diagnostics& diagnostics) {
  into.threshold.fill(rule.threshold);
  for (const auto& [name, value] : rule.thresholds) {
    const std::string path = join(join(rule.path, "thresholds"), name);
    const auto type = known_type(name, path, true, diagnostics);
    if (value < 0 || value > 1) {
      diagnostics.error(path, "out_of_range", fmt::format("{} is not within 0 and 1", value));
    } else if (type) {
      into.threshold[pii::index(*type)] = value;
    }
  }
}

bool has_context(Type type) {
  switch (type) {
    case Type::phone_number:
    case Type::credit_card:
    case Type::us_ssn:
    case Type::uk_nino:
    case Type::uk_nhs:
    case Type::de_tax_id:
    case Type::de_id_card:
    case Type::es_nif:
    case Type::es_nie:
    case Type::in_aadhaar:
    case Type::in_pan:
    case Type::date_of_birth:
    case Type::age:
    case Type::zip_code:
    case Type::crypto:
      return true;
    default:
      return false;
  }
}

bool is_word(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

void set_context_words(const PiiRule& rule, SensitiveRule& into, config::Diagnostics& diagnostics) {
  for (const auto& [name, words] : rule.context_words) {
    const std::string path = join(join(rule.path, "context_words"), name);
    const auto type = known_type(name, path, true, diagnostics);
    if (type && !has_context(*type)) {
      diagnostics.error(path, "no_context", fmt::format("{} is not judged by the words around it", name),
                        "remove it; docs/pii.md says which types are");
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!is_word(words[i])) {
        diagnostics.error(join(path, i), "not_a_word", fmt::format("\"{}\" is not one word of letters", words[i]));
      } else if (type) {
        into.context_words.push_back({*type, words[i]});
      }
    }
  }
}

AllowedValues allowed_values(const PiiRule& rule, config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < rule.allowed_values.size(); ++i) {
    if (rule.allowed_values[i].find_first_not_of("* ") != std::string::npos) continue;
    diagnostics.error(join(join(rule.path, "allowed_values"), i), "allows_everything",
                      "an empty value or a '*' by itself would allow everything", "name what is allowed");
  }
  return AllowedValues(rule.allowed_values);
}

std::vector<Scope> scopes_of(const PiiRule& rule, bool v1) {
  std::vector<Scope> scopes{rule.include_history ? Scope::conversation : Scope::last_user};
  if (rule.include_tools) scopes.push_back(Scope::tools);
  if (rule.include_images.value_or(v1)) scopes.push_back(Scope::image_text);
  return scopes;
}

}  // namespace

void describe(config::Visitor& v, PiiRule& x) {
  describe_rule(v, x, "PiiSignal", "Personal data of a type that is not allowed.");
  v.field(
      "threshold", x.threshold,
      {.doc = "Confidence from which an entity counts. A validator's: 1 with a checksum, 0.9 with a form of its own "
              "or a word that names it, less for forms that other numbers share.",
       .min = 0,
       .max = 1});
  v.field("pii_types_allowed", x.pii_types_allowed,
          {.doc = "Types that may stand in the text (any case), such as EMAIL_ADDRESS. Empty: none."});
  v.field("include_history", x.include_history, {.doc = "Also judge earlier and non-user messages."});
  v.field("types", x.types,
          {.doc = "Types that the rule judges, such as CREDIT_CARD or SECRET. Empty: all. A rule with none but types "
                  "that validators find needs no model.",
           .ours = true});
  v.field("thresholds", x.thresholds, {.doc = "By type, in place of threshold.", .ours = true});
  v.field("allowed_values", x.allowed_values,
          {.doc = "Texts that never count (any case), such as *@example.com; '*' at either end is anything.",
           .ours = true});
  v.field("context_words", x.context_words,
          {.doc = "By type: words that, shortly before a number, say that it is one of the type.", .ours = true});
  v.field("include_tools", x.include_tools,
          {.doc = "Also judge tool definitions, the arguments of tool calls and tool results.", .ours = true});
  v.field("include_images", x.include_images,
          {.doc = "Also judge the text read from inline pictures. Absent: under v1 yes, under v0.3 no.", .ours = true});
}

SensitiveRule compile_pii(const PiiRule& rule, bool v1, config::Diagnostics& diagnostics) {
  SensitiveRule compiled;
  compiled.scopes = scopes_of(rule, v1);
  compiled.types = judged_types(rule, diagnostics);
  set_thresholds(rule, compiled, diagnostics);
  set_context_words(rule, compiled, diagnostics);
  compiled.allowed = allowed_values(rule, diagnostics);
  return compiled;
}

}  // namespace signalbox::signals
