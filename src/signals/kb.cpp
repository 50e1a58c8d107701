// kb: which label or group of a knowledge base the request belongs to. Needs an embedding model.
//
// Besides its rules' leaves the family has one for each metric that a projection reads: kb/metric. It never matches;
// its value is the metric.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "signals/family.h"
#include "signals/similarity_family.h"

namespace signalbox::signals {
namespace {

enum class TargetKind : std::uint8_t { label, group };
constexpr std::array<config::EnumName, 2> kKinds{
    {{static_cast<int>(TargetKind::label), "label"}, {static_cast<int>(TargetKind::group), "group"}}};
std::span<const config::EnumName> enum_names(TargetKind) {
  return kKinds;
}

enum class Match : std::uint8_t { threshold, best };
constexpr std::array<config::EnumName, 2> kMatches{
    {{static_cast<int>(Match::threshold), "threshold"}, {static_cast<int>(Match::best), "best"}}};
std::span<const config::EnumName> enum_names(Match) {
  return kMatches;
}

struct KbTarget {
  std::string path;
  TargetKind kind = TargetKind::label;
  std::string value;
};

void describe(config::Visitor& v, KbTarget& x) {
  v.object("KbTarget", "A label or a group of labels.", &x.path);
  v.field("kind", x.kind, {.doc = "label or group.", .required = true});
  v.field("value", x.value, {.doc = "Its name in the knowledge base.", .required = true, .non_empty = true});
}

struct KbRule : RuleBase {
  std::string kb;
  KbTarget target;
  Match match = Match::threshold;
};

void describe(config::Visitor& v, KbRule& x) {
  describe_rule(v, x, "KbSignal", "Matches when the request belongs to a label or group of a knowledge base.");
  v.field("kb", x.kb,
          {.doc = "Name of a knowledge base under global.model_catalog.kbs.", .required = true, .non_empty = true});
  v.field("target", x.target, {.doc = "What the request must belong to.", .required = true});
  v.field("match", x.match, {.doc = "threshold: its score reaches its threshold. best: it is the best of all."});
}

// One text against one knowledge base.
struct KbScores {
  std::vector<PrototypeScore> labels;  // as in the knowledge base; score -1 for a label without examples
  std::map<std::string, double, std::less<>> groups;
  std::size_t best = 0;
  std::string_view best_group;
};

double metric_of(const KnowledgeBase& kb, std::string_view name, const KbScores& scores) {
  if (name == "best_score") return scores.labels[scores.best].score;
  if (name == "best_matched_score") {
    double best = 0;
    for (std::size_t i = 0; i < kb.labels.size(); ++i) {
      if (scores.labels[i].score >= kb.labels[i].threshold) best = std::max(best, scores.labels[i].score);
    }
    return best;
  }
  const auto metric = std::ranges::find(kb.metrics, name, &KnowledgeBase::Metric::name);
  return scores.groups.at(metric->positive_group) - scores.groups.at(metric->negative_group);
}

bool has_metric(const KnowledgeBase& kb, std::string_view name) {
  return name == "best_score" || name == "best_matched_score" ||
         std::ranges::find(kb.metrics, name, &KnowledgeBase::Metric::name) != kb.metrics.end();
}

class KbFamily final : public SimilarityFamily {
 public:
  using SimilarityFamily::SimilarityFamily;

  void add(const std::shared_ptr<const KnowledgeBase>& kb, const KbRule& rule, Leaf leaf, bool v1) {
    judged_.push_back({.kb = base_of(kb, v1), .target = rule.target, .match = rule.match, .metric = {}});
    add_leaf(std::move(leaf));
  }
  void add_metric(const std::shared_ptr<const KnowledgeBase>& kb, std::string_view metric, bool v1) {
    judged_.push_back({.kb = base_of(kb, v1), .target = {}, .match = Match::best, .metric = std::string(metric)});
    add_leaf({.name = fmt::format("{}/{}", kb->name, metric), .metric = true});
  }

  std::string_view missing_model(std::size_t leaf) const override {
    const std::string& missing = bases_[judged_[leaf].kb].kb->missing;
    return missing.empty() ? SimilarityFamily::missing_model(leaf) : std::string_view(missing);
  }

 protected:
  void judge(const Scores& scores, EvalContext&, std::span<SignalResult> results) const override {
    std::vector<std::optional<KbScores>> of_base(bases_.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Base& base = bases_[judged_[i].kb];
      if (!base.kb->missing.empty()) {
        results[i] = SignalResult::unknown(Reason::model_missing, base.kb->missing);
        continue;
      }
      std::optional<KbScores>& known = of_base[judged_[i].kb];
      if (!known) known = score_all(base, scores);
      results[i] = judged_[i].metric.empty() ? of_target(judged_[i], base, *known, scores)
                                             : of_metric(judged_[i], *base.kb, *known);
      results[i].detail = scores.note();
    }
  }

  // No text is as far from everything.
  void judge_blank(EvalContext&, std::span<SignalResult> results) const override {
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!judged_[i].metric.empty()) results[i].value = 0;
    }
  }

 private:
  struct Base {
    std::shared_ptr<const KnowledgeBase> kb;
    std::vector<std::optional<std::size_t>> banks;  // by label; none: it has no examples
  };
  struct Judged {
    std::size_t kb = 0;
    KbTarget target;
    Match match = Match::threshold;
    std::string metric;  // of a leaf that is one
  };

  std::size_t base_of(const std::shared_ptr<const KnowledgeBase>& kb, bool v1) {
    const auto known = std::ranges::find(bases_, kb, &Base::kb);
    if (known != bases_.end()) return static_cast<std::size_t>(known - bases_.begin());
    bases_.push_back({kb, {}});
    const ScoreSettings settings = resolve(kb->prototypes, v1);
    for (const KnowledgeBase::Label& label : kb->labels) {
      bases_.back().banks.emplace_back();
      if (!label.exemplars.empty()) bases_.back().banks.back() = add_bank(label.exemplars, settings);
    }
    return bases_.size() - 1;
  }

  static KbScores score_all(const Base& base, const Scores& scores) {
    KbScores all;
    for (const std::optional<std::size_t>& bank : base.banks) {
      all.labels.push_back(bank ? scores.of(*bank)
                                : PrototypeScore{.score = -1, .best = 0, .support = 0, .nearest = 0});
    }
    const auto best = std::ranges::max_element(all.labels, {}, &PrototypeScore::score);
    all.best = static_cast<std::size_t>(best - all.labels.begin());
    for (const auto& [name, members] : base.kb->groups) {
      double score = -1;
      for (const std::size_t label : members) score = std::max(score, all.labels[label].score);
      all.groups[name] = score;
      if (all.best_group.empty() || score > all.groups.find(all.best_group)->second) all.best_group = name;
    }
    return all;
  }

  static bool reaches(const KnowledgeBase& kb, const KbScores& scores, std::size_t label) {
    return scores.labels[label].score >= kb.labels[label].threshold;
  }

  static SignalResult of_target(const Judged& rule, const Base& base, const KbScores& scores, const Scores& texts) {
    const KnowledgeBase& kb = *base.kb;
    SignalResult result;
    bool matches = false;
    std::size_t nearest = 0;
    if (rule.target.kind == TargetKind::label) {
      const auto label = std::ranges::find(kb.labels, rule.target.value, &KnowledgeBase::Label::name);
      nearest = static_cast<std::size_t>(label - kb.labels.begin());
      matches = rule.match == Match::best ? scores.best == nearest : reaches(kb, scores, nearest);
      result.values.emplace_back("threshold", kb.labels[nearest].threshold);
    } else {
      const std::vector<std::size_t>& members = kb.groups.find(rule.target.value)->second;
      nearest = *std::ranges::max_element(members, {}, [&](std::size_t i) { return scores.labels[i].score; });
      matches = rule.match == Match::best
                    ? scores.best_group == rule.target.value
                    : std::ranges::any_of(members, [&](std::size_t i) { return reaches(kb, scores, i); });
    }
    result.value = scores.labels[nearest].score;
    if (base.banks[nearest]) {
      result.findings.push_back({.what = texts.nearest(*base.banks[nearest], scores.labels[nearest])});
    }
    if (matches) {
      result.truth = Truth::match;
      result.confidence = std::clamp(*result.value, 0.0, 1.0);
    }
    return result;
  }

  static SignalResult of_metric(const Judged& leaf, const KnowledgeBase& kb, const KbScores& scores) {
    SignalResult result;
    result.value = metric_of(kb, leaf.metric, scores);
    return result;
  }

  std::vector<Base> bases_;
  std::vector<Judged> judged_;  // by leaf
};

using Kbs = std::vector<std::shared_ptr<const KnowledgeBase>>;

std::shared_ptr<const KnowledgeBase> find_kb(const KbRule& rule, const Kbs& kbs, config::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const auto& kb : kbs) {
    if (kb->name == rule.kb) return kb;
    names.push_back(kb->name);
  }
  diagnostics.error(config::join(rule.path, "kb"), "dangling_reference",
                    fmt::format("knowledge base \"{}\" is not declared in global.model_catalog.kbs", rule.kb),
                    config::did_you_mean(rule.kb, names));
  return nullptr;
}

// The target is a label or group that the knowledge base has. Without its manifest the labels are not known.
bool has_target(const KbRule& rule, const KnowledgeBase& kb, config::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  if (rule.target.kind == TargetKind::label) {
    if (!kb.missing.empty()) return true;
    for (const KnowledgeBase::Label& label : kb.labels) names.push_back(label.name);
  } else {
    for (const auto& [name, members] : kb.groups) names.push_back(name);
  }
  if (std::ranges::find(names, rule.target.value) != names.end()) return true;
  diagnostics.error(config::join(rule.target.path, "value"), "dangling_reference",
                    fmt::format("knowledge base \"{}\" has no {} \"{}\"", kb.name,
                                rule.target.kind == TargetKind::label ? "label" : "group", rule.target.value),
                    config::did_you_mean(rule.target.value, names));
  return false;
}

std::unique_ptr<Family> compile(const std::vector<KbRule>& rules, const CompileContext& context,
                                config::Diagnostics& diagnostics) {
  const Kbs& kbs = learned_of(context).kbs;
  auto family = std::make_unique<KbFamily>(embedding_of(context));
  for (Leaf& leaf : leaves_of(rules, context, diagnostics)) {
    const KbRule& rule = rules[leaf.rule];
    const std::shared_ptr<const KnowledgeBase> kb = find_kb(rule, kbs, diagnostics);
    if (kb && has_target(rule, *kb, diagnostics)) family->add(kb, rule, std::move(leaf), context.v1);
  }
  for (const auto& kb : kbs) {
    for (const std::string& used : context.used_names) {
      if (!used.starts_with(kb->name + "/")) continue;
      const std::string metric = used.substr(kb->name.size() + 1);
      if (has_metric(*kb, metric)) family->add_metric(kb, metric, context.v1);
    }
  }
  if (family->empty()) return nullptr;
  family->preload(config::join(context.signals_path, "kb"), diagnostics);
  return family;
}

}  // namespace

extern const Type kKb = with_rules<KbRule, compile>({
    .key = "kb",
    .leaf = "kb",
    .matched_key = "kb",
    .header = "kb",
    .doc = "Membership in a label or group of a knowledge base.",
    .needs_model = true,
});

}  // namespace signalbox::signals
