// A plugin: what a winning decision does to the request before it goes upstream, and to the answer that comes back.
//
// Plugins are compiled once per decision, immutable, and shared by all threads. They act in the order of the registry,
// not of the configuration, through a RequestEdit that belongs to one request.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/substitutes.h"
#include "protocol/request.h"
#include "protocol/splice.h"
#include "signals/signal.h"

namespace signalbox::plugins {

// A change of the headers that go upstream.
struct HeaderEdit {
  std::string name;
  std::optional<std::string> value;  // set (replacing), or remove when absent
};

// The request goes nowhere.
struct Refusal {
  int status = 403;
  std::string type, code, message;  // as in OpenAI's errors
};

// A signal that a plugin asked for.
struct JudgedSignal {
  std::string_view key;  // "pii:customer_data"
  const signals::SignalResult* result = nullptr;
};

struct RequestEdit {
  const protocol::Request& request;
  protocol::Splice splice;
  std::vector<HeaderEdit> headers;
  std::optional<std::string> fast_response;  // answer with this assistant message instead of asking a model
  bool clarifies = false;                    // it is a question
  std::optional<Refusal> refusal;            // answer with this error
  bool injected_system_prompt = false;
  std::vector<JudgedSignal> signals;            // what the decision's plugins asked for; must outlive on_request
  std::uint64_t (*random)() = nullptr;          // not guessable
  std::shared_ptr<const Substitutes> restores;  // null: the answer passes as it is

  explicit RequestEdit(const protocol::Request& r) : request(r), splice(r) {}
};

// Signals that must have been evaluated when the plugin acts, whatever the decision's rules look at.
struct SignalNeed {
  std::string type;  // leaf type
  std::string name;  // empty: every signal of the type
  std::string path;  // where the configuration asks for it
};

class Plugin {
 public:
  virtual ~Plugin() = default;
  virtual void on_request(RequestEdit& edit) const = 0;
  virtual std::vector<SignalNeed> needs() const { return {}; }
};

}  // namespace signalbox::plugins
