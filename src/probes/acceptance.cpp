#include <algorithm>

#include "probes/criteria.h"

namespace signalbox::probes {

namespace {

Criterion rate(std::string name, double required, const Tally& tally, bool strict) {
  Criterion criterion{.name = std::move(name), .required = required, .actual = tally.pass_rate(strict), .met = true};
  criterion.met = !criterion.actual || *criterion.actual >= required;
  return criterion;
}

bool all_met(const std::vector<Criterion>& criteria) {
  return std::ranges::all_of(criteria, [](const Criterion& criterion) { return criterion.met; });
}

// A failed probe is accepted only where the file states a rate for it.
bool failures_accepted(const ProbeFile& file, const ProbeReport& report) {
  if (report.all.failed == 0 || file.acceptance.min_probe_pass_rate) return true;
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    if (report.decisions[i].second.failed > 0 && !file.decisions[i].robustness.min_pass_rate) return false;
  }
  return true;
}

}  // namespace

std::vector<Criterion> judge_acceptance(const ProbeFile& file, const ProbeReport& report) {
  std::vector<Criterion> criteria;
  const Acceptance& acceptance = file.acceptance;
  if (acceptance.min_probe_pass_rate) {
    criteria.push_back(rate("min_probe_pass_rate", *acceptance.min_probe_pass_rate, report.all, report.strict));
  }
  for (std::size_t i = 0; i < file.decisions.size(); ++i) {
    const auto& [id, tally] = report.decisions[i];
    const std::optional<double> own = file.decisions[i].robustness.min_pass_rate;
    const std::optional<double> required = own ? own : acceptance.min_decision_pass_rate;
    const std::string name = own ? "robustness.min_pass_rate." : "min_decision_pass_rate.";
    if (required) criteria.push_back(rate(name + id, *required, tally, report.strict));
  }
  for (const auto& [tag, required] : file.coverage.min_tag_pass_rate) {
    const auto found = report.tags.find(tag);
    criteria.push_back(rate("min_tag_pass_rate." + tag, required, found == report.tags.end() ? Tally{} : found->second,
                            report.strict));
  }
  return criteria;
}

bool is_ok(const ProbeFile& file, const ProbeReport& report) {
  if (!failures_accepted(file, report) || !all_met(report.acceptance)) return false;
  if (!report.strict) return true;
  const bool unchecked =
      std::ranges::any_of(report.probes, [](const ProbeResult& probe) { return !probe.unchecked.empty(); });
  return report.all.needs_model == 0 && !unchecked && all_met(report.coverage);
}

}  // namespace signalbox::probes
