// Internal to decision/: rule trees into the forest.
#pragma once

#include <string>

#include "config/diagnostics.h"
#include "decision/program.h"
#include "decision/rule_spec.h"

namespace signalbox::decision {

class RuleCompiler {
 public:
  RuleCompiler(Program& program, config::Diagnostics& diagnostics) : program_(program), diagnostics_(diagnostics) {}
  // kNone for a rule that matches every request. Errors are reported; the result is then a harmless empty OR.
  NodeId compile(const RuleSpec& rule, int depth = 0);

 private:
  NodeId composite(const RuleSpec& rule, int depth);
  NodeId leaf(const RuleSpec& rule);
  bool check_leaf_keys(const RuleSpec& rule);
  bool resolve_name(const RuleSpec& rule, RuleLeaf& leaf);
  void report_unknown_name(const RuleSpec& rule, std::vector<std::string> candidates);
  OnUnknown on_unknown_of(const RuleSpec& rule, const RuleLeaf& leaf) const;
  NodeId add(RuleNode node);
  NodeId never();

  Program& program_;
  config::Diagnostics& diagnostics_;
};

}  // namespace signalbox::decision
