// request_params: removes and caps members of the request body.
#include <algorithm>
#include <array>
#include <optional>

#include "plugins/registry.h"
#include "protocol/request_edits.h"

namespace signalbox::plugins {

struct RequestParamsSettings {
  std::string path;
  bool enabled = true;
  std::vector<std::string> blocked_params;
  std::optional<std::int64_t> max_tokens_limit, max_n;
  bool strip_unknown = false;
};

void describe(config::Visitor& v, RequestParamsSettings& x) {
  v.object("RequestParams", "Removes and caps members of the request body.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing.", .ours = true});
  v.field("blocked_params", x.blocked_params, {.doc = "Members to remove. model and messages cannot be removed."});
  v.field("max_tokens_limit", x.max_tokens_limit,
          {.doc = "Cap of max_tokens and max_completion_tokens, where the request has them.", .min = 1});
  v.field("max_n", x.max_n, {.doc = "Cap of n, where the request has it.", .min = 1});
  v.field("strip_unknown", x.strip_unknown,
          {.doc = "Remove members that the OpenAI Chat API does not know; vLLM's sampling and template members stay."});
}

namespace {

// Members of OpenAI's Chat Completions request.
constexpr std::array<std::string_view, 40> kKnown{
    "model", "messages", "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
    "max_completion_tokens", "max_tokens", "metadata", "modalities", "n", "parallel_tool_calls", "prediction",
    "presence_penalty", "prompt_cache_key", "prompt_cache_retention", "reasoning_effort", "response_format",
    "safety_identifier", "seed", "service_tier", "stop", "store", "stream", "stream_options", "temperature",
    "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    // vLLM's, which the router itself sets for reasoning
    "chat_template_kwargs", "top_k", "min_p", "repetition_penalty", "guided_json"};

bool is_essential(std::string_view name) {
  return name == "model" || name == "messages";
}

class RequestParams final : public Plugin {
 public:
  explicit RequestParams(const RequestParamsSettings& settings) : settings_(settings) {}

  void on_request(RequestEdit& edit) const override {
    for (const std::string& name : settings_.blocked_params) edit.splice.remove_member(name);
    if (settings_.strip_unknown) strip_unknown(edit);
    if (settings_.max_tokens_limit) {
      cap(edit, "max_tokens", *settings_.max_tokens_limit);
      cap(edit, "max_completion_tokens", *settings_.max_tokens_limit);
    }
    if (settings_.max_n) cap(edit, "n", *settings_.max_n);
  }

 private:
  void cap(RequestEdit& edit, std::string_view name, std::int64_t limit) const {
    const std::vector<std::string>& blocked = settings_.blocked_params;
    if (std::find(blocked.begin(), blocked.end(), name) != blocked.end()) return;
    protocol::cap_integer(edit.request, edit.splice, name, limit);
  }

  static void strip_unknown(RequestEdit& edit) {
    for (const protocol::Member& member : edit.request.members) {
      if (std::find(kKnown.begin(), kKnown.end(), member.key) == kKnown.end()) edit.splice.remove_member(member.key);
    }
  }

  RequestParamsSettings settings_;
};

std::unique_ptr<Plugin> make(const RequestParamsSettings& settings, const std::string& path,
                             config::Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < settings.blocked_params.size(); ++i) {
    if (!is_essential(settings.blocked_params[i])) continue;
    diagnostics.error(config::join(config::join(path, "blocked_params"), i), "essential_param",
                      settings.blocked_params[i] + " cannot be removed from a request");
  }
  return settings.enabled ? std::make_unique<RequestParams>(settings) : nullptr;
}

}  // namespace

extern const Type kRequestParams =
    with_settings<RequestParamsSettings, make>({.type = "request_params", .doc = "Remove and cap parameters."});

}  // namespace signalbox::plugins
