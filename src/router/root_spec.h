// The root of a configuration file.
#pragma once

#include <string>
#include <vector>

#include "config/describe.h"
#include "router/global_spec.h"
#include "router/providers_spec.h"
#include "router/routing_spec.h"

namespace signalbox::router {

struct RootSpec {
  std::string path;
  std::string version = "v0.3";
  std::vector<ListenerSpec> listeners;
  ProvidersSpec providers;
  RoutingSpec routing;
  std::vector<EntrypointSpec> entrypoints;
  std::vector<RecipeSpec> recipes;
  GlobalSpec global;

  bool v1() const { return version == "v1"; }
};

void describe(config::Visitor& v, RootSpec& x);

}  // namespace signalbox::router
