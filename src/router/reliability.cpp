#include "router/reliability.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace signalbox::router {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (const std::string_view word = trimmed(list.substr(0, comma)); !word.empty()) words.push_back(word);
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return words;
}

upstream::RetryPolicy retry_of(const ReliabilitySpec& spec) {
  upstream::RetryPolicy retry;
  const std::vector<std::string_view> words = words_of(spec.retry_on);
  if (!words.empty()) {
    retry.on = {};
    retry.elsewhere_only = false;
    for (const std::string_view word : words) {
      if (const upstream::RetryWord* known = upstream::find_retry_word(word)) retry.on.add(known->condition);
    }
  }
  if (spec.retry_count) retry.count = static_cast<int>(*spec.retry_count);
  return retry;
}

void set(const std::optional<config::Duration>& from, upstream::Nanoseconds& to) {
  if (from) to = from->value;
}

void check_retry_on(const ReliabilitySpec& spec, config::Diagnostics& diagnostics) {
  const std::string path = spec.path + ".retry_on";
  const std::vector<std::string_view> words = words_of(spec.retry_on);
  std::vector<std::string> known;
  for (const upstream::RetryWord& word : upstream::retry_words()) known.emplace_back(word.name);
  for (const std::string_view word : words) {
    const upstream::RetryWord* found = upstream::find_retry_word(word);
    if (found == nullptr) {
      diagnostics.error(path, "bad_choice", fmt::format("\"{}\" is not a word of retry_on", word),
                        config::did_you_mean(word, known));
    } else if (found->condition == upstream::RetryOn::nothing && word != "refused-stream") {
      diagnostics.warning(path, "no_effect", fmt::format("\"{}\" never happens with a backend of HTTP/1.1", word),
                          "connect-failure, reset, gateway-error, 5xx or retriable-4xx");
    }
  }
  if (words.empty() && spec.retry_count.value_or(0) > 0) {
    diagnostics.error(spec.path + ".retry_count", "missing_key", "retry_count needs retry_on: say what is tried again",
                      "retry_on: connect-failure");
  }
}

}  // namespace

upstream::ReliabilityPolicy reliability_of(const std::optional<ReliabilitySpec>& spec) {
  upstream::ReliabilityPolicy policy;
  if (!spec) return policy;
  if (spec->lb_policy == "least_request") policy.lb = upstream::LbPolicy::least_request;
  policy.retry = retry_of(*spec);
  policy.ejection.consecutive_5xx = static_cast<int>(spec->consecutive_5xx);
  policy.ejection.max_percent = static_cast<int>(spec->max_ejection_percent);
  set(spec->base_ejection_time, policy.ejection.base_time);
  if (!spec->health_check_path.empty()) {
    policy.health_check.emplace().path = spec->health_check_path;
    set(spec->health_check_interval, policy.health_check->interval);
    set(spec->health_check_timeout, policy.health_check->timeout);
  }
  return policy;
}

void check_positive(const std::optional<config::Duration>& value, const std::string& path,
                    config::Diagnostics& diagnostics) {
  if (value && value->value.count() <= 0) {
    diagnostics.error(path, "out_of_range", "expected a time longer than 0", "30s");
  }
}

void check_reliability(const ReliabilitySpec& spec, config::Diagnostics& diagnostics) {
  check_retry_on(spec, diagnostics);
  check_positive(spec.base_ejection_time, spec.path + ".base_ejection_time", diagnostics);
  check_positive(spec.health_check_interval, spec.path + ".health_check_interval", diagnostics);
  check_positive(spec.health_check_timeout, spec.path + ".health_check_timeout", diagnostics);
  if (!spec.health_check_path.empty() && !spec.health_check_path.starts_with('/')) {
    diagnostics.error(spec.path + ".health_check_path", "bad_path", "the path must start with a slash",
                      "/" + spec.health_check_path);
  }
  if (!std::all_of(spec.health_check_path.begin(), spec.health_check_path.end(),
                   [](char c) { return c > 0x20 && c < 0x7f; })) {
    diagnostics.error(spec.path + ".health_check_path", "bad_path", "a path has no spaces and is ASCII");
  }
  if (spec.health_check_path.empty() && (spec.health_check_interval || spec.health_check_timeout)) {
    diagnostics.warning(spec.path, "no_effect", "without health_check_path nothing is checked",
                        "health_check_path: /health");
  }
}

}  // namespace signalbox::router
