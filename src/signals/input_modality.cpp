// input_modality (ours): what kinds of content a request carries, and how much of each.
//
//   input_modality:
//     - {name: has_picture, modalities: [image]}
//     - {name: many_attachments, modalities: [image, file, audio], predicate: {gte: 5}}
#include <algorithm>
#include <array>

#include "signals/family.h"

namespace signalbox::signals {
namespace {

using evidence::Evidence;
using protocol::Part;

enum class Modality : std::uint8_t { text, image, audio, file };
constexpr std::array<config::EnumName, 4> kModalities{{
    {static_cast<int>(Modality::text), "text"},
    {static_cast<int>(Modality::image), "image"},
    {static_cast<int>(Modality::audio), "audio"},
    {static_cast<int>(Modality::file), "file"},
}};
std::span<const config::EnumName> enum_names(Modality) {
  return kModalities;
}

struct InputModalityRule : RuleBase {
  std::vector<Modality> modalities;
  std::optional<NumericPredicate> predicate;
};

void describe(config::Visitor& v, InputModalityRule& x) {
  describe_rule(v, x, "InputModalitySignal", "Matches on the kinds of content that the request carries.");
  v.field(
      "modalities", x.modalities,
      {.doc = "Kinds that count: text (non-blank parts of user messages), image, audio, file (parts of any message).",
       .required = true,
       .non_empty = true,
       .ours = true});
  v.field("predicate", x.predicate,
          {.doc = "Bounds on the number of such parts. Without it one is enough.", .ours = true});
}

std::size_t count_texts(const Evidence& evidence) {
  return static_cast<std::size_t>(std::count_if(evidence.texts.begin(), evidence.texts.end(), [](const auto& text) {
    return text.role == protocol::Role::user && text.text.find_first_not_of(" \t\r\n") != std::string_view::npos;
  }));
}

std::size_t count_parts(const Evidence& evidence, Part::Kind kind) {
  return static_cast<std::size_t>(std::count_if(evidence.opaque.begin(), evidence.opaque.end(),
                                                [&](const auto& part) { return part.kind == kind; }));
}

std::size_t count(const Evidence& evidence, Modality modality) {
  switch (modality) {
    case Modality::text:
      return count_texts(evidence);
    case Modality::image:
      return evidence.images.size();
    case Modality::audio:
      return count_parts(evidence, Part::Kind::audio);
    case Modality::file:
      return evidence.documents.size() + count_parts(evidence, Part::Kind::file);
  }
  return 0;
}

class InputModalityFamily final : public IndependentFamily<InputModalityRule> {
  SignalResult judge(const InputModalityRule& rule, EvalContext& context) const override {
    SignalResult result;
    double total = 0;
    for (const Modality modality : rule.modalities) {
      const auto parts = static_cast<double>(count(context.evidence, modality));
      total += parts;
      result.values.emplace_back(kModalities[static_cast<std::size_t>(modality)].name, parts);
    }
    result.value = total;
    if (!(rule.predicate ? rule.predicate->holds(total) : total > 0)) return result;
    result.truth = Truth::match;
    result.confidence = 1.0;
    return result;
  }
};

std::unique_ptr<Family> compile(const std::vector<InputModalityRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<InputModalityFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    InputModalityRule rule = rules[leaf.rule];
    if (rule.predicate && !check(*rule.predicate, diagnostics)) continue;
    std::sort(rule.modalities.begin(), rule.modalities.end());
    rule.modalities.erase(std::unique(rule.modalities.begin(), rule.modalities.end()), rule.modalities.end());
    if (!rule.modalities.empty()) family->add(std::move(leaf), std::move(rule));
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kInputModality = with_rules<InputModalityRule, compile>({
    .key = "input_modality",
    .leaf = "input_modality",
    .matched_key = "input_modality",
    .header = "",
    .doc = "Kinds of content in the request: text, image, audio, file.",
    .ours = true,
});

}  // namespace signalbox::signals
