#include "router/lifecycle_spec.h"

namespace signalbox::router {

void describe(config::Visitor& v, ReloadSpec& x) {
  v.object("Reload", "How a new configuration is taken while requests run.");
  v.field("watch", x.watch,
          {.doc = "Reload when a configuration file changes. SIGHUP and the management API reload in any case.",
           .ours = true});
  v.field(
      "debounce", x.debounce,
      {.doc = "How long the files must be at rest before they are read; changes without end are read after eight times "
              "that long.",
       .ours = true});
  v.field("max_document_bytes", x.max_document_bytes,
          {.doc = "Largest size of the files together; larger ones are refused unread.",
           .min = 1024,
           .max = 8 << 20,
           .ours = true});
  v.field(
      "memory_cap_mb", x.memory_cap_mb,
      {.doc = "A reload that makes the process larger than this many MiB is refused; 0 stands for nine tenths of the "
              "memory that the machine or the control group has.",
       .min = 0,
       .max = 1 << 24,
       .ours = true});
  v.field("versions", x.versions,
          {.doc = "How many former versions of the file the management API keeps beside it.",
           .min = 1,
           .max = 1000,
           .ours = true});
}

void describe(config::Visitor& v, ShutdownSpec& x) {
  v.object("Shutdown", "How the process ends on SIGTERM.");
  v.field("drain_delay", x.drain_delay,
          {.doc = "How long requests are still accepted while /ready says 503, so that load balancers notice.",
           .ours = true});
  v.field("grace", x.grace, {.doc = "How long running requests and streams may take to end after that.", .ours = true});
}

}  // namespace signalbox::router
