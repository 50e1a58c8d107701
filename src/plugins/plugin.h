// A plugin: what a winning decision does to the request before it goes upstream.
//
// Plugins are compiled once per decision, immutable, and shared by all threads. They act in the order of the registry,
// not of the configuration, through a RequestEdit that belongs to one request.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/request.h"
#include "protocol/splice.h"

namespace signalbox::plugins {

// A change of the headers that go upstream.
struct HeaderEdit {
  std::string name;
  std::optional<std::string> value;  // set (replacing), or remove when absent
};

struct RequestEdit {
  const protocol::Request& request;
  protocol::Splice splice;
  std::vector<HeaderEdit> headers;
  std::optional<std::string> fast_response;  // answer with this assistant message instead of asking a model
  bool injected_system_prompt = false;

  explicit RequestEdit(const protocol::Request& r) : request(r), splice(r) {}
};

class Plugin {
 public:
  virtual ~Plugin() = default;
  virtual void on_request(RequestEdit& edit) const = 0;
};

}  // namespace signalbox::plugins
