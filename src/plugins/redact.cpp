// redact: takes what pii and secrets signals found out of the request, and may put it back into the answer.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>

#include "plugins/redaction.h"
#include "plugins/registry.h"

namespace signalbox::plugins {

enum class Unredactable : std::uint8_t { block, pass };
std::span<const config::EnumName> enum_names(Unredactable) {
  static constexpr std::array<config::EnumName, 2> kNames{{{0, "block"}, {1, "pass"}}};
  return kNames;
}

struct RedactSettings {
  std::string path;
  bool enabled = true;
  RedactMethod method = RedactMethod::placeholder;
  std::vector<std::string> signals;
  std::optional<bool> restore;
  std::string key;
  Unredactable on_unredactable = Unredactable::block;
};

void describe(config::Visitor& v, RedactSettings& x) {
  v.object("Redact", "Takes out of the request what pii and secrets signals found in it.", &x.path);
  v.field("enabled", x.enabled, {.doc = "Off: the plugin does nothing.", .ours = true});
  v.field(
      "method", x.method,
      {.doc = "What stands for a value. mask: `****`; placeholder: its type and a number, `[EMAIL_ADDRESS_1]`, equal "
              "values with equal numbers in a request; hash: its type and a keyed hash, the same in every request; "
              "token: random, never the same twice.",
       .ours = true});
  v.field("signals", x.signals,
          {.doc = "Signals whose findings are taken out, such as `pii:contact` or `secrets:keys`. Empty: every pii and "
                  "secrets signal of the recipe.",
           .ours = true});
  v.field(
      "restore", x.restore,
      {.doc = "Put the values back where the answer names them. Unset: only with token. Not with mask.", .ours = true});
  v.field("key", x.key, {.doc = "hash: the key, 16 bytes at least, as `${VARIABLE}`.", .secret = true, .ours = true});
  v.field("on_unredactable", x.on_unredactable,
          {.doc = "When something was found where it cannot be rewritten (a picture, a file), or a signal could not be "
                  "judged in full. block: the request is not sent (422, 503); pass: it is sent with what could be "
                  "redacted.",
           .ours = true});
}

namespace {

constexpr std::size_t kLeastKey = 16;
constexpr std::array<std::string_view, 2> kTypes{"pii", "secrets"};

class Redact final : public Plugin {
 public:
  Redact(RedactionRules rules, std::vector<SignalNeed> needs) : rules_(std::move(rules)), needs_(std::move(needs)) {}

  std::vector<SignalNeed> needs() const override { return needs_; }
  void on_request(RequestEdit& edit) const override {
    if (!edit.refusal && !edit.fast_response) edit.refusal = redact(rules_, edit);
  }

 private:
  RedactionRules rules_;
  std::vector<SignalNeed> needs_;
};

std::vector<SignalNeed> needs_of(const RedactSettings& settings, const std::string& path,
                                 config::Diagnostics& diagnostics) {
  std::vector<SignalNeed> needs;
  for (std::size_t i = 0; i < settings.signals.size(); ++i) {
    const std::string& key = settings.signals[i];
    const std::string at = config::join(config::join(path, "signals"), i);
    const std::size_t colon = std::min(key.find(':'), key.size());
    const std::string type = key.substr(0, colon);
    if (std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end() && colon + 1 < key.size()) {
      needs.push_back({type, key.substr(colon + 1), at});
      continue;
    }
    diagnostics.error(at, "not_redactable",
                      fmt::format("expected a pii or secrets signal, such as pii:name, found \"{}\"", key));
  }
  if (!settings.signals.empty()) return needs;
  for (const std::string_view type : kTypes) needs.push_back({std::string(type), "", path});
  return needs;
}

void check_key(const RedactSettings& settings, const std::string& path, config::Diagnostics& diagnostics) {
  const bool hashes = settings.method == RedactMethod::hash;
  const std::string at = config::join(path, "key");
  if (!hashes && !settings.key.empty()) {
    diagnostics.warning(at, "key_without_hash", "only method: hash uses a key", "method: hash");
  }
  if (hashes && settings.key.starts_with("${")) {
    diagnostics.error(at, "unset_variable", "the variable that should hold the key is not set");
  } else if (hashes && settings.key.size() < kLeastKey) {
    diagnostics.error(at, "weak_key", fmt::format("method hash needs a key of {} bytes at least", kLeastKey),
                      "write ${VARIABLE}");
  }
}

std::unique_ptr<Plugin> make(const RedactSettings& settings, const std::string& path,
                             config::Diagnostics& diagnostics) {
  check_key(settings, path, diagnostics);
  if (settings.method == RedactMethod::mask && settings.restore.value_or(false)) {
    diagnostics.error(config::join(path, "restore"), "not_restorable", "a mask does not say what it stands for",
                      "method: placeholder or token");
  }
  std::vector<SignalNeed> needs = needs_of(settings, path, diagnostics);
  if (!settings.enabled) return nullptr;
  return std::make_unique<Redact>(
      RedactionRules{.method = settings.method,
                     .key = settings.key,
                     .restore = settings.restore.value_or(settings.method == RedactMethod::token),
                     .pass_unreachable = settings.on_unredactable == Unredactable::pass},
      std::move(needs));
}

}  // namespace

extern const Type kRedact = with_settings<RedactSettings, make>(
    {.type = "redact", .doc = "Take personal data and secrets out of the request."});

}  // namespace signalbox::plugins
