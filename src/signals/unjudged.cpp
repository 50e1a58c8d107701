// unjudged (ours): content that goes upstream although nothing here could read it, with the reason.
//
//   unjudged:
//     - name: unread_content                  # anything at all
//     - {name: remote_pictures, kinds: [image], reasons: [remote_url]}
//
// Some reasons are known from the request alone; others only after its pictures and documents were read, so a rule that
// asks for one of those costs as much as reading them. It does not read when what is known already makes it match.
#include <algorithm>
#include <array>

#include "signals/family.h"

namespace signalbox::signals {
namespace {

using evidence::Document;
using evidence::Evidence;
using evidence::Image;
using evidence::Unjudged;

enum class Content : std::uint8_t { image, audio, file, other };
constexpr std::array<config::EnumName, 4> kContents{{
    {static_cast<int>(Content::image), "image"},
    {static_cast<int>(Content::audio), "audio"},
    {static_cast<int>(Content::file), "file"},
    {static_cast<int>(Content::other), "other"},
}};
std::span<const config::EnumName> enum_names(Content) {
  return kContents;
}

// Unjudged with a table for the configuration; an enum of our own, for enum_names is found by the enum's namespace.
enum class Why : std::uint8_t {
  remote_url = static_cast<std::uint8_t>(Unjudged::remote_url),
  fetch_failed = static_cast<std::uint8_t>(Unjudged::fetch_failed),
  too_many = static_cast<std::uint8_t>(Unjudged::too_many),
  file_id = static_cast<std::uint8_t>(Unjudged::file_id),
  document = static_cast<std::uint8_t>(Unjudged::document),
  audio = static_cast<std::uint8_t>(Unjudged::audio),
  unknown_part = static_cast<std::uint8_t>(Unjudged::unknown_part),
  unsupported_format = static_cast<std::uint8_t>(Unjudged::unsupported_format),
  decode_failed = static_cast<std::uint8_t>(Unjudged::decode_failed),
  too_large = static_cast<std::uint8_t>(Unjudged::too_large),
  ocr_missing = static_cast<std::uint8_t>(Unjudged::ocr_missing),
  reader_missing = static_cast<std::uint8_t>(Unjudged::reader_missing),
  timeout = static_cast<std::uint8_t>(Unjudged::timeout),
  overloaded = static_cast<std::uint8_t>(Unjudged::overloaded),
  low_confidence = static_cast<std::uint8_t>(Unjudged::low_confidence),
};
constexpr std::array<config::EnumName, 15> kWhys{{
    {static_cast<int>(Why::remote_url), "remote_url"},
    {static_cast<int>(Why::fetch_failed), "fetch_failed"},
    {static_cast<int>(Why::too_many), "too_many"},
    {static_cast<int>(Why::file_id), "file_id"},
    {static_cast<int>(Why::document), "document"},
    {static_cast<int>(Why::audio), "audio"},
    {static_cast<int>(Why::unknown_part), "unknown_part"},
    {static_cast<int>(Why::unsupported_format), "unsupported_format"},
    {static_cast<int>(Why::decode_failed), "decode_failed"},
    {static_cast<int>(Why::too_large), "too_large"},
    {static_cast<int>(Why::ocr_missing), "ocr_missing"},
    {static_cast<int>(Why::reader_missing), "reader_missing"},
    {static_cast<int>(Why::timeout), "timeout"},
    {static_cast<int>(Why::overloaded), "overloaded"},
    {static_cast<int>(Why::low_confidence), "low_confidence"},
}};
std::span<const config::EnumName> enum_names(Why) {
  return kWhys;
}

struct UnjudgedRule : RuleBase {
  std::vector<Content> kinds;
  std::vector<Why> reasons;
};

void describe(config::Visitor& v, UnjudgedRule& x) {
  describe_rule(v, x, "UnjudgedSignal", "Matches when content goes upstream that could not be read here.");
  v.field("kinds", x.kinds, {.doc = "Kinds of content that count. Empty: all.", .ours = true});
  v.field("reasons", x.reasons,
          {.doc = "Reasons that count. Empty: all. remote_url, fetch_failed (a picture by URL that was to be fetched), "
                  "too_many (older pictures or documents than are looked at), file_id, document (a file of a type "
                  "that nothing reads), audio and unknown_part are known at once; the others take reading the pictures "
                  "and documents (low_confidence: global.router.image_text.min_confidence).",
           .ours = true});
}

bool wants(const UnjudgedRule& rule, Content kind) {
  return rule.kinds.empty() || std::find(rule.kinds.begin(), rule.kinds.end(), kind) != rule.kinds.end();
}

bool counts(const UnjudgedRule& rule, Content kind, Unjudged reason) {
  const bool reason_counts =
      rule.reasons.empty() || std::any_of(rule.reasons.begin(), rule.reasons.end(),
                                          [&](Why why) { return static_cast<Unjudged>(why) == reason; });
  return reason != Unjudged::none && wants(rule, kind) && reason_counts;
}

Content content_of(protocol::Part::Kind kind) {
  switch (kind) {
    case protocol::Part::Kind::image:
      return Content::image;
    case protocol::Part::Kind::audio:
      return Content::audio;
    case protocol::Part::Kind::file:
      return Content::file;
    default:
      return Content::other;
  }
}

bool known_from_request(Why why) {
  return why <= Why::unknown_part;
}

// Whether the rule can match on something that only reading tells: of the pictures, of the documents.
template <class Item>
bool needs_reading(const UnjudgedRule& rule, Content kind, const std::vector<Item>& items) {
  const bool dynamic =
      rule.reasons.empty() || !std::all_of(rule.reasons.begin(), rule.reasons.end(), known_from_request);
  return dynamic && wants(rule, kind) &&
         std::any_of(items.begin(), items.end(), [](const Item& item) { return item.unjudged == Unjudged::none; });
}

bool needs_pictures(const UnjudgedRule& rule, const Evidence& evidence) {
  return needs_reading(rule, Content::image, evidence.images);
}

bool needs_documents(const UnjudgedRule& rule, const Evidence& evidence) {
  return needs_reading(rule, Content::file, evidence.documents);
}

class Collector {
 public:
  explicit Collector(const UnjudgedRule& rule) : rule_(rule) {}

  void add(Content kind, Unjudged reason, std::uint32_t message, std::uint32_t part) {
    if (!counts(rule_, kind, reason)) return;
    count_ += 1;
    if (findings_.size() == kMaxFindings) return;
    findings_.push_back({.what = std::string(evidence::to_string(reason)), .message = message, .part = part});
  }

  void add_known(const Evidence& evidence) {
    for (const Image& image : evidence.images) add(Content::image, image.unjudged, image.message, image.part);
    for (const Document& document : evidence.documents) {
      add(Content::file, document.unjudged, document.message, document.part);
    }
    for (const evidence::Opaque& part : evidence.opaque) {
      add(content_of(part.kind), part.reason, part.message, part.part);
    }
  }

  // What reading told of the items that could be read; `reason_of(i)` of the i-th.
  template <class Item, class ReasonOf>
  void add_read(Content kind, const std::vector<Item>& items, ReasonOf reason_of) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].unjudged == Unjudged::none) add(kind, reason_of(i), items[i].message, items[i].part);
    }
  }

  bool any() const { return count_ > 0; }
  SignalResult result() && {
    SignalResult result = any() ? SignalResult::matched() : SignalResult{};
    result.value = count_;
    result.findings = std::move(findings_);
    return result;
  }

 private:
  const UnjudgedRule& rule_;
  double count_ = 0;
  std::vector<Finding> findings_;
};

class UnjudgedFamily final : public IndependentFamily<UnjudgedRule> {
 public:
  Cost cost(std::size_t leaf, const Evidence& evidence) const override {
    if (!needs_pictures(rules()[leaf], evidence) && !needs_documents(rules()[leaf], evidence)) return Cost::instant;
    Collector known(rules()[leaf]);
    known.add_known(evidence);
    return known.any() ? Cost::instant : Cost::image;
  }

 private:
  SignalResult judge(const UnjudgedRule& rule, EvalContext& context) const override {
    Collector collector(rule);
    collector.add_known(context.evidence);
    if (!collector.any() && needs_pictures(rule, context.evidence)) {
      const auto& read = context.images.get();
      collector.add_read(Content::image, context.evidence.images, [&](std::size_t i) { return read[i].unjudged; });
    }
    if (!collector.any() && needs_documents(rule, context.evidence)) {
      const auto* read = context.documents != nullptr ? &context.documents->get() : nullptr;
      collector.add_read(Content::file, context.evidence.documents, [&](std::size_t i) {
        return read == nullptr ? Unjudged::reader_missing : (*read)[i].unjudged;
      });
    }
    return std::move(collector).result();
  }
};

std::unique_ptr<Family> compile(const std::vector<UnjudgedRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  auto family = std::make_unique<UnjudgedFamily>();
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const std::size_t rule = leaf.rule;
    family->add(std::move(leaf), rules[rule]);
  }
  return unless_empty(std::move(family));
}

}  // namespace

extern const Type kUnjudged = with_rules<UnjudgedRule, compile>({
    .key = "unjudged",
    .leaf = "unjudged",
    .matched_key = "unjudged",
    .header = "",
    .doc = "Content that goes upstream although it could not be read here, by kind and reason.",
    .ours = true,
});

}  // namespace signalbox::signals
