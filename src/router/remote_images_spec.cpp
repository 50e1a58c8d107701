#include "router/remote_images_spec.h"

namespace signalbox::router {

void describe(config::Visitor& v, RemoteImagesSpec& x) {
  // What is larger could not be judged: the limit of an encoded picture (docs/images.md).
  static constexpr double kMaxBytes = 4 << 20;
  v.object(
      "RemoteImages",
      "Pictures by URL: from where they are fetched, to be judged and sent on as what was fetched (docs/images.md). "
      "Without it none is fetched, and each is unjudged (remote_url).",
      &x.path);
  v.field(
      "origins", x.origins,
      {.doc = "Servers that may be asked: https://host[:port], or http://. No other one ever is, nor one that such a "
              "server redirects to.",
       .required = true,
       .non_empty = true});
  v.field("max_bytes", x.max_bytes, {.doc = "Largest picture.", .min = 1024, .max = kMaxBytes});
  v.field("timeout", x.timeout,
          {.doc = "For fetching all pictures of a request, which happens at the same time; below deadline_ms."});
  v.field("max_images", x.max_images,
          {.doc = "URLs fetched for one request; further pictures stay unjudged (remote_url).", .min = 1, .max = 64});
  v.field("allow_private_addresses", x.allow_private_addresses,
          {.doc = "Dangerous: also connect to loopback, private, link-local and other addresses that are not of the "
                  "public internet, for an object store of one's own. Whoever controls the name of an origin then "
                  "chooses what is asked in this network."});
  v.field("ca_file", x.ca_file, {.doc = "PEM file of the authorities to trust (default: the system's)."});
}

}  // namespace signalbox::router
