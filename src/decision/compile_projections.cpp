#include "decision/compile_projections.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace signalbox::decision {

namespace {

class Compiler {
 public:
  Compiler(const ProjectionsSpec& spec, const Semantics& semantics, Program& program, config::Diagnostics& diagnostics)
      : spec_(spec), semantics_(semantics), program_(program), p_(program.projections), diagnostics_(diagnostics) {}

  void run() {
    declare_names();
    std::set<std::string> partitions;
    for (const PartitionSpec& partition : spec_.partitions) {
      if (!partitions.insert(partition.name).second) duplicate(partition.path, partition.name);
      add_partition(partition);
    }
    for (const MappingSpec& mapping : spec_.mappings) add_mapping(mapping);
    for (const ScoreSpec& score : spec_.scores) add_score(score);
    order();
  }

 private:
  void declare_names() {
    for (const ScoreSpec& score : spec_.scores) {
      if (!scores_.emplace(score.name, static_cast<ScoreId>(scores_.size())).second) duplicate(score.path, score.name);
    }
    std::set<std::string> mappings;
    for (const MappingSpec& mapping : spec_.mappings) {
      if (!mappings.insert(mapping.name).second) duplicate(mapping.path, mapping.name);
      for (const BandSpec& band : mapping.outputs) {
        const OutputId id = static_cast<OutputId>(p_.output_names.size());
        if (!outputs_.emplace(band.name, id).second) duplicate(band.path, band.name);
        p_.output_names.push_back(band.name);
        p_.output_mapping.push_back(static_cast<std::uint32_t>(mappings.size() - 1));
      }
    }
  }

  void duplicate(const std::string& path, const std::string& name) {
    diagnostics_.error(path + ".name", "duplicate_name", fmt::format("\"{}\" is declared twice", name));
  }

  template <class Map>
  static std::vector<std::string> keys(const Map& map) {
    std::vector<std::string> result;
    for (const auto& entry : map) result.push_back(entry.first);
    return result;
  }

  void add_partition(const PartitionSpec& spec) {
    Partition partition;
    partition.name = spec.name;
    partition.semantics = spec.semantics;
    if (spec.semantics == PartitionSemantics::softmax_exclusive && !(spec.temperature.value_or(0) > 0)) {
      diagnostics_.error(spec.path + ".temperature", "out_of_range", "softmax_exclusive needs a temperature above 0");
    }
    partition.temperature = spec.temperature.value_or(1);
    std::string type;
    for (std::size_t i = 0; i < spec.members.size(); ++i) {
      const std::optional<SignalId> id = find_member(spec.members[i], type);
      if (!id && is_unusable(spec.members[i])) continue;
      if (!id) {
        diagnostics_.error(config::join(spec.path + ".members", i), "dangling_reference",
                           fmt::format("no {} rule of this recipe is named \"{}\"",
                                       type.empty() ? "domain or embedding" : type, spec.members[i]),
                           config::did_you_mean(spec.members[i], candidates(type)));
        continue;
      }
      type = program_.signals[*id].type->leaf;
      partition.members.push_back(*id);
      if (spec.members[i] == spec.fallback) partition.fallback = *id;
    }
    if (partition.fallback == kNone && std::ranges::find(spec.members, spec.fallback) == spec.members.end()) {
      diagnostics_.error(spec.path + ".default", "dangling_reference",
                         fmt::format("default \"{}\" is not one of the members", spec.fallback),
                         config::did_you_mean(spec.fallback, spec.members));
    }
    p_.partitions.push_back(std::move(partition));
  }

  bool is_unusable(const std::string& member) const {
    return program_.signals.is_unusable("domain", member) || program_.signals.is_unusable("embedding", member);
  }

  std::vector<std::string> candidates(const std::string& type) const {
    if (!type.empty()) return program_.signals.names(type);
    std::vector<std::string> names = program_.signals.names("domain");
    for (std::string& name : program_.signals.names("embedding")) names.push_back(std::move(name));
    return names;
  }

  std::optional<SignalId> find_member(const std::string& name, const std::string& type) const {
    if (!type.empty()) return program_.signals.find(type, name);
    const std::optional<SignalId> domain = program_.signals.find("domain", name);
    return domain ? domain : program_.signals.find("embedding", name);
  }

  void add_score(const ScoreSpec& spec) {
    Score score;
    score.name = spec.name;
    for (const ScoreInputSpec& input : spec.inputs) score.inputs.push_back(input_of(input));
    p_.scores.push_back(std::move(score));
  }

  ScoreInput input_of(const ScoreInputSpec& spec) {
    ScoreInput input;
    input.weight = spec.weight;
    input.match = semantics_.score_match(spec.match);
    input.miss = spec.miss.value_or(0);
    input.label = spec.type + ":" + (spec.type == "kb_metric" ? kb_leaf(spec) : spec.name);
    if (spec.type == "projection") {
      projection_input(spec, input);
    } else if (spec.type == "kb_metric") {
      metric_input(spec, input);
    } else {
      signal_input(spec, input);
    }
    return input;
  }

  void projection_input(const ScoreInputSpec& spec, ScoreInput& input) {
    if (spec.value_source.value_or(ValueSource::score) == ValueSource::score) {
      const auto it = scores_.find(spec.name);
      input.source = ScoreInput::Source::score;
      if (it != scores_.end())
        input.score = it->second;
      else
        dangling(spec, "score", keys(scores_));
      return;
    }
    if (spec.value_source == ValueSource::raw) wrong_source(spec, "a projection has no raw value");
    const auto it = outputs_.find(spec.name);
    input.source = spec.value_source == ValueSource::confidence ? ScoreInput::Source::output_confidence
                                                                : ScoreInput::Source::output_match;
    if (it != outputs_.end())
      input.output = it->second;
    else
      dangling(spec, "mapping output", keys(outputs_));
  }

  // The kb family has a leaf for each metric that is named: kb/metric.
  void metric_input(const ScoreInputSpec& spec, ScoreInput& input) {
    input.source = ScoreInput::Source::raw;
    if (spec.kb.empty() || spec.metric.empty()) {
      diagnostics_.error(spec.path, "missing_key", "a kb_metric input needs kb and metric");
    } else if (const auto id = program_.signals.find("kb", kb_leaf(spec))) {
      input.signal = *id;
    } else {
      diagnostics_.error(spec.path, "dangling_reference",
                         fmt::format("no knowledge base \"{}\" with a metric \"{}\" is declared", spec.kb, spec.metric),
                         "declare it in global.model_catalog.kbs; every one has best_score and best_matched_score");
    }
  }

  void signal_input(const ScoreInputSpec& spec, ScoreInput& input) {
    const ValueSource source = spec.value_source.value_or(ValueSource::binary);
    if (source == ValueSource::score) wrong_source(spec, "score is for inputs of type projection");
    input.source = source == ValueSource::binary       ? ScoreInput::Source::binary
                   : source == ValueSource::confidence ? ScoreInput::Source::confidence
                                                       : ScoreInput::Source::raw;
    const std::optional<SignalId> id = program_.signals.find(spec.type, spec.name);
    if (id) {
      input.signal = *id;
    } else if (program_.signals.is_unusable(spec.type, spec.name)) {
      return;
    } else if (signals::find_type(spec.type) == nullptr) {
      std::vector<std::string> types{"projection", "kb_metric"};
      for (const signals::Type* type : signals::registry()) types.emplace_back(type->leaf);
      diagnostics_.error(spec.path + ".type", "unknown_signal_type",
                         fmt::format("\"{}\" is not a signal type", spec.type), config::did_you_mean(spec.type, types));
    } else {
      dangling(spec, spec.type, program_.signals.names(spec.type));
    }
  }

  void wrong_source(const ScoreInputSpec& spec, std::string message) {
    diagnostics_.error(spec.path + ".value_source", "wrong_value_source", std::move(message),
                       spec.type == "projection" ? "use score, confidence or binary" : "use binary, confidence or raw");
  }

  void dangling(const ScoreInputSpec& spec, std::string_view what, const std::vector<std::string>& names) {
    diagnostics_.error(spec.path + ".name", "dangling_reference",
                       fmt::format("{} \"{}\" is not declared in this recipe", what, spec.name),
                       config::did_you_mean(spec.name, names));
  }

  void add_mapping(const MappingSpec& spec) {
    Mapping mapping;
    mapping.name = spec.name;
    mapping.method = spec.method;
    if (spec.calibration) mapping.slope = spec.calibration->slope;
    if (!(mapping.slope > 0)) {
      diagnostics_.error(spec.path + ".calibration.slope", "out_of_range", "slope must be above 0");
    }
    const auto it = scores_.find(spec.source);
    if (it != scores_.end()) {
      mapping.score = it->second;
    } else {
      diagnostics_.error(spec.path + ".source", "dangling_reference",
                         fmt::format("score \"{}\" is not declared in this recipe", spec.source),
                         config::did_you_mean(spec.source, keys(scores_)));
    }
    if (spec.method == MappingMethod::multi_emit && spec.outputs.size() < 2) {
      diagnostics_.error(spec.path + ".outputs", "too_few_outputs", "multi_emit needs at least two outputs");
    }
    for (const BandSpec& band : spec.outputs) mapping.bands.push_back(band_of(band));
    p_.mappings.push_back(std::move(mapping));
  }

  Band band_of(const BandSpec& spec) {
    Band band;
    band.name = spec.name;
    band.id = outputs_[spec.name];
    if (spec.gt) band.low = *spec.gt, band.low_open = true;
    if (spec.gte) band.low = *spec.gte;
    if (spec.lt) band.high = *spec.lt, band.high_open = true;
    if (spec.lte) band.high = *spec.lte;
    if ((spec.gt && spec.gte) || (spec.lt && spec.lte)) {
      diagnostics_.error(spec.path, "double_bound",
                         "a band has at most one lower (gt, gte) and one upper (lt, lte) bound");
    }
    if (!spec.gt && !spec.gte && !spec.lt && !spec.lte) {
      diagnostics_.error(spec.path, "empty_band", "a band needs at least one of gt, gte, lt, lte");
    }
    if (band.low > band.high || (band.low == band.high && (band.low_open || band.high_open))) {
      diagnostics_.error(spec.path, "reversed_band",
                         fmt::format("no number lies in this band: its lower bound {} is not below its upper bound {}",
                                     band.low, band.high),
                         "swap the bounds");
    }
    return band;
  }

  // Depth-first over score -> (scores, mappings) and mapping -> score; a back edge is a cycle.
  void order() {
    marks_.assign(p_.scores.size(), 0);
    mapping_done_.assign(p_.mappings.size(), false);
    for (ScoreId i = 0; i < p_.scores.size(); ++i) visit_score(i);
    for (std::uint32_t i = 0; i < p_.mappings.size(); ++i) visit_mapping(i);
  }

  void visit_score(ScoreId id) {
    if (marks_[id] == 2) return;
    if (marks_[id] == 1) {
      std::string cycle;
      for (auto it = std::find(stack_.begin(), stack_.end(), id); it != stack_.end(); ++it) {
        cycle += p_.scores[*it].name + " -> ";
      }
      diagnostics_.error(spec_.scores[id].path + ".inputs", "projection_cycle",
                         fmt::format("scores depend on each other: {}{}", cycle, p_.scores[id].name));
      return;
    }
    marks_[id] = 1;
    stack_.push_back(id);
    for (const ScoreInput& input : p_.scores[id].inputs) {
      if (input.score != kNone) visit_score(input.score);
      if (input.output != kNone) visit_mapping(p_.output_mapping[input.output]);
    }
    stack_.pop_back();
    marks_[id] = 2;
    p_.order.push_back({true, id});
  }

  void visit_mapping(std::uint32_t id) {
    if (mapping_done_[id] || p_.mappings[id].score == kNone) return;
    visit_score(p_.mappings[id].score);
    if (mapping_done_[id]) return;
    mapping_done_[id] = true;
    p_.order.push_back({false, id});
  }

  const ProjectionsSpec& spec_;
  const Semantics& semantics_;
  Program& program_;
  ProjectionProgram& p_;
  config::Diagnostics& diagnostics_;
  std::map<std::string, ScoreId> scores_;
  std::map<std::string, OutputId> outputs_;
  std::vector<int> marks_;
  std::vector<bool> mapping_done_;
  std::vector<ScoreId> stack_;
};

}  // namespace

void compile_projections(const ProjectionsSpec& spec, const Semantics& semantics, Program& program,
                         config::Diagnostics& diagnostics) {
  Compiler(spec, semantics, program, diagnostics).run();
}

}  // namespace signalbox::decision
