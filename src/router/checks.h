// Internal to router/: references between parts of a configuration, and lints. Each reports at the place of the
// mistake.
#pragma once

#include "config/diagnostics.h"
#include "config/load.h"
#include "router/root_spec.h"
#include "router/snapshot.h"

namespace signalbox::router {

// Errors: names that do not exist, duplicates, ports that clash, values that contradict each other.
void check_providers(const RootSpec& root, const config::Environment& environment, config::Diagnostics& diagnostics);
void check_backend(const BackendSpec& backend, const config::Environment& environment,
                   config::Diagnostics& diagnostics);
void check_names(const RootSpec& root, config::Diagnostics& diagnostics);
void check_listeners(const RootSpec& root, config::Diagnostics& diagnostics);
void check_listener_options(const ListenerSpec& listener, config::Diagnostics& diagnostics);
void check_allowed(const RouterSpec& router, config::Diagnostics& diagnostics);
void check_management(const ManagementApiSpec& spec, const config::Environment& environment,
                      config::Diagnostics& diagnostics);
void check_trusted_proxies(const AuthzSpec& authz, config::Diagnostics& diagnostics);
void check_decisions(const RootSpec& root, const RoutingSpec& routing, config::Diagnostics& diagnostics);

// Why a signal is unknown for want of a model; empty: it is not.
std::string_view missing_model(const decision::Program& program, decision::SignalId id);

// Warnings about a recipe that compiles but will surprise.
void lint_recipe(const RootSpec& root, const RoutingSpec& routing, const decision::Program& program,
                 config::Diagnostics& diagnostics);

}  // namespace signalbox::router
