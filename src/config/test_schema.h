// A small described configuration with one of everything, for the tests and the fuzz target of the schema engine.
//
// Header only, used by tests alone.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/describe.h"
#include "config/values.h"

namespace signalbox::config::test {

enum class Strategy : std::uint8_t { priority, confidence };
inline std::span<const EnumName> enum_names(Strategy) {
  static constexpr auto kNames = std::to_array<EnumName>({{0, "priority"}, {1, "confidence"}});
  return kNames;
}

struct Listener {
  std::string path;
  std::string name;
  int port = 8899;
  std::string protocol = "http";
  double ratio = 0.5;
  bool tls = false;
  Duration timeout{std::chrono::seconds(300)};
  std::string token;
};

inline void describe(Visitor& v, Listener& x) {
  static constexpr auto kProtocols = std::to_array<std::string_view>({"http", "https"});
  v.object("Listener", "A network address the gateway accepts requests on.", &x.path);
  v.field("name", x.name, {.doc = "Shown in logs.", .required = true, .non_empty = true});
  v.field("port", x.port, {.doc = "TCP port.", .required = true, .min = 1, .max = 65535});
  v.field("protocol", x.protocol, {.doc = "Wire protocol.", .choices = kProtocols});
  v.field("ratio", x.ratio, {.doc = "Share of requests.", .min = 0, .max = 1});
  v.field("tls", x.tls, {.doc = "Encrypt.", .ours = true});
  v.field("timeout", x.timeout, {.doc = "Longest request.", .alias = "request_timeout"});
  v.field("token", x.token, {.doc = "Bearer token.", .secret = true});
  v.reserved("api_keys", "[]{name key!}", "Client authentication.");
}

struct Rule {
  std::string operator_name;
  std::vector<Rule> conditions;
  std::unique_ptr<Rule> inner;
};

inline void describe(Visitor& v, Rule& x) {
  v.object("Rule", "A node of a rule tree.");
  v.field("operator", x.operator_name, {.doc = "AND, OR or NOT."});
  v.field("conditions", x.conditions, {.doc = "Children."});
  v.field("not", x.inner, {.doc = "The negated child."});
}

struct CachePlugin {
  double threshold = 0.9;
};
inline void describe(Visitor& v, CachePlugin& x) {
  v.object("CachePlugin", "Answers repeated questions from a cache.");
  v.field("threshold", x.threshold, {.doc = "Least similarity.", .required = true, .min = 0, .max = 1});
}

struct HeaderPlugin {
  std::map<std::string, std::string> headers;
};
inline void describe(Visitor& v, HeaderPlugin& x) {
  v.object("HeaderPlugin", "Adds headers.");
  v.field("headers", x.headers, {.doc = "Name to value."});
}

struct Plugin {
  std::string type;
  std::shared_ptr<void> configuration;
};
inline void describe(Visitor& v, Plugin& x) {
  static const auto kinds = std::to_array<Alternative>({
      {.tag = "cache", .doc = "A response cache.", .type = type_of<CachePlugin>()},
      {.tag = "headers", .doc = "Header mutation.", .type = type_of<HeaderPlugin>()},
      {.tag = "rag", .doc = "Retrieval.", .support = Support::no, .shape = "enabled backend{url password!}"},
      {.tag = "guard", .doc = "A guard.", .support = Support::protective, .shape = "*"},
  });
  v.object("Plugin", "Acts on a matched request.");
  v.field("type", x.type, {.doc = "Kind of plugin.", .required = true});
  v.tagged("configuration", x.type, "type", kinds, x.configuration, {.doc = "Depends on the type."});
}

struct Root {
  std::string version = "v0.3";
  std::vector<Listener> listeners;
  Strategy strategy = Strategy::priority;
  std::optional<Rule> rules;
  std::map<std::string, std::int64_t> weights{{"default", 1}};
  std::map<std::string, Listener> named;
  std::vector<std::string> colours{"red"};
  std::vector<Plugin> plugins;
  std::optional<int> limit;
  TokenCount context{4000};
  AnyValue extra;
  bool audit = false;
};

inline void describe(Visitor& v, Root& x) {
  static constexpr auto kColours = std::to_array<std::string_view>({"red", "green", "blue"});
  v.object("Root", "The whole file.");
  v.field("version", x.version, {.doc = "Meaning of the file."});
  v.field("listeners", x.listeners, {.doc = "Where requests arrive."});
  v.field("strategy", x.strategy, {.doc = "Which decision wins."});
  v.field("rules", x.rules, {.doc = "A rule tree."});
  v.field("weights", x.weights, {.doc = "Weight per name.", .min = 0, .max = 100});
  v.field("named", x.named, {.doc = "Listeners by name."});
  v.field("colours", x.colours, {.doc = "Allowed colours.", .choices = kColours, .non_empty = true});
  v.field("plugins", x.plugins, {.doc = "Plugins in order."});
  v.field("limit", x.limit, {.doc = "Optional limit | pipe."});
  v.field("context", x.context, {.doc = "Context window."});
  v.field("extra", x.extra, {.doc = "Anything."});
  v.field("audit", x.audit, {.doc = "Audit log.", .support = Support::protective});
  v.reserved("observability", "tracing{enabled exporter{endpoint}} labels<>{value} *", "Telemetry.");
  v.reserved("security", "tls{cert key!}", "Transport security.", Support::protective);
  v.removed("vllm_endpoints", "providers.models[].backend_refs");
}

}  // namespace signalbox::config::test
